"""Who works where on a day, and what lies under what.

``on`` is a day; without it the local day of now is meant. Codes of divisions are hierarchical, so
"under" is "begins with"; a division lies under itself.
"""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.territory.models import Division, Grid, GridKind, GridLineage, GridPosting, UnitArea
from linli.territory.rules.codes import Level
from linli.territory.rules.lineage import ancestors, descendants


def today(on: date | None = None) -> date:
    """Return ``on``, or the local day of now."""
    return timezone.localdate() if on is None else on


def open_on(day: date, prefix: str = "") -> Q:
    """Return the condition that a period (of the related object ``prefix``) holds on a day."""
    since, until = f"{prefix}since", f"{prefix}until"
    begun = Q(**{f"{since}__lte": day})
    return begun & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": day}))


def divisions_under(
    code: str = "", on: date | None = None, level: Level | None = None
) -> QuerySet[Division]:
    """Return the divisions of a day under a code (itself too), in the order of codes."""
    found = Division.objects.filter(open_on(today(on)), code__startswith=code)
    return found.filter(level=level.value) if level else found


def villages_under(code: str, on: date | None = None) -> QuerySet[Division]:
    """Return the villages and communities of a day under a township, street or district."""
    return divisions_under(code, on, Level.VILLAGE)


def grids_under(
    code: str = "", on: date | None = None, kind: GridKind | None = None
) -> QuerySet[Grid]:
    """Return the grids of a day under a division, without their boundaries."""
    found = Grid.objects.filter(open_on(today(on)), code__startswith=code)
    if kind is not None:
        found = found.filter(kind=kind)
    return found.select_related("division").defer("geometry", "division__geometry")


def grids_of(person: Person, on: date | None = None) -> QuerySet[Grid]:
    """Return the open grids that a person is posted to on a day."""
    day = today(on)
    posted = GridPosting.objects.filter(open_on(day), person=person).values("grid_id")
    return grids_under(on=day).filter(pk__in=posted)


def postings_of(
    *, person: Person | None = None, grid: Grid | None = None, on: date | None = None
) -> QuerySet[GridPosting]:
    """Return the postings that hold on a day, of a person or in a grid; leaders first."""
    found = GridPosting.objects.filter(open_on(today(on)))
    if person is not None:
        found = found.filter(person=person)
    if grid is not None:
        found = found.filter(grid=grid)
    found = found.select_related("person", "grid").defer("grid__geometry")
    return found.order_by("role", "person__name", "id")


def areas_of(unit: Unit, on: date | None = None) -> QuerySet[UnitArea]:
    """Return which divisions a unit is in charge of on a day, with their dates."""
    found = UnitArea.objects.filter(open_on(today(on)), unit=unit)
    return found.select_related("division").order_by("division__code")


def divisions_of(unit: Unit, on: date | None = None) -> QuerySet[Division]:
    """Return the divisions a unit is in charge of on a day."""
    day = today(on)
    charged = UnitArea.objects.filter(open_on(day), unit=unit).values("division_id")
    return divisions_under(on=day).filter(pk__in=charged)


def grids_of_unit(unit: Unit, on: date | None = None) -> QuerySet[Grid]:
    """Return the open grids in the divisions a unit is in charge of."""
    day = today(on)
    inside = Q(pk__in=[])
    for code in divisions_of(unit, day).values_list("code", flat=True):
        inside |= Q(code__startswith=code)
    return grids_under(on=day).filter(inside)


def units_in_charge(code: str, on: date | None = None, kind: str = "") -> QuerySet[Unit]:
    """Return the units in charge of a division, or of one above it; the nearest level first."""
    day = today(on)
    above = [code[:digits] for digits in (6, 9, 12) if digits <= len(code)]
    found = Unit.objects.filter(
        open_on(day), open_on(day, "areas__"), areas__division__code__in=above
    )
    if kind:
        found = found.filter(kind=kind)
    nearest = Length("areas__division__code")
    return found.annotate(digits=nearest).order_by(F("digits").desc(), "code")


def lineage_of(grid: Grid) -> QuerySet[Grid]:
    """Return all grids that a grid descends from, however many changes ago."""
    return _kin(grid, backwards=True)


def successors_of(grid: Grid) -> QuerySet[Grid]:
    """Return all grids that came from a grid, however many changes later."""
    return _kin(grid, backwards=False)


def _kin(grid: Grid, *, backwards: bool) -> QuerySet[Grid]:
    # Changes of grids are few (tens a year), so the whole list is read.
    links = list(GridLineage.objects.values_list("old__code", "new__code"))
    codes = ancestors(grid.code, links) if backwards else descendants(grid.code, links)
    return Grid.objects.filter(code__in=codes).defer("geometry").order_by("code")
