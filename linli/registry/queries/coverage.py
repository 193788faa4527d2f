"""How complete and how fresh the registry is, by area; counts, and never a list of persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from linli.kernel.disclosure import disclosed
from linli.registry.models import MODELS, ChatCoverage, GridCount, Record, RecordKind
from linli.registry.rules.coverage import CHIEF_FACTS, Share, Tally, fresh_since
from linli.registry.rules.dictionary import dictionary
from linli.territory.models import Division, Grid, GridKind

Key = tuple[str, str]
# Digits of a code, from the district down to the grid.
_DIGITS = (6, 9, 12, 15)
GRID_DIGITS = 15
# The kinds of the table, in its order; the others have tiles only.
SHOWN = (RecordKind.DWELLING, RecordKind.RESIDENT, RecordKind.ORGANISATION)


def _there(model: type[Record]) -> QuerySet[Record]:
    return model._default_manager.filter(ended_on__isnull=True, merged_into__isnull=True)


def _is_known(kind: str) -> Q:
    name = CHIEF_FACTS[kind]
    if dictionary().fields[f"{kind}.{name}"].is_sealed:
        return ~Q(**{name: b""})
    return Q(**{f"{name}__isnull": False})


def counted(at: datetime) -> Mapping[Key, Tally]:
    """Count all records by grid and kind, from the records themselves: slow where there are many.

    A record counts as fresh by the day of its last confirmation as a whole.
    """
    today, found = timezone.localdate(at), {}
    for kind in CHIEF_FACTS:
        grouped = _there(MODELS[RecordKind(kind)]).order_by().values_list("grid_id")
        rows = grouped.annotate(
            records=Count("pk"),
            complete=Count("pk", filter=_is_known(kind)),
            fresh=Count("pk", filter=Q(confirmed_on__gte=fresh_since(kind, today))),
        )
        for code, *counts in rows:
            found[code or "", kind] = Tally(*counts)
    return found


def counts_under(code: str) -> Mapping[str, Mapping[str, Tally]]:
    """Return the kept counts by kind, for each area right below a code (a grid: itself)."""
    digits = next((more for more in _DIGITS if more > len(code)), GRID_DIGITS)
    found: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    rows = GridCount.objects.filter(code__startswith=code)
    for area, kind, *counts in rows.values_list("code", "kind", "records", "complete", "fresh"):
        found[area[:digits]][kind] += Tally(*counts)
    return found


def counted_at() -> datetime | None:
    """Return when the kept counts were made; None where they never were."""
    found: datetime | None = GridCount.objects.aggregate(at=Max("at"))["at"]
    return found


@dataclass(frozen=True)
class Cells:
    """What a table shows of one kind in one area; None where it is withheld."""

    records: int | None
    complete: Share
    fresh: Share


@dataclass(frozen=True)
class AreaRow:
    """One area: its code, its name, and cells by kind in the order of the table."""

    code: str
    name: str
    cells: Sequence[Cells]
    chats: Share

    @property
    def is_grid(self) -> bool:
        """Whether nothing lies below."""
        return len(self.code) == GRID_DIGITS


def _cells(kind: str, tallies: Sequence[Tally]) -> list[Cells]:
    """Return the cells of one kind; small counts of persons are withheld with what gives them."""
    if kind != RecordKind.RESIDENT:
        return [
            Cells(one.records, Share(one.complete, one.records), Share(one.fresh, one.records))
            for one in tallies
        ]
    shown = disclosed(
        {
            "records": [one.records for one in tallies],
            "complete": [one.complete for one in tallies],
            "fresh": [one.fresh for one in tallies],
        }
    )
    return [
        Cells(whole.figure, Share(part.figure, whole.figure), Share(fresh.figure, whole.figure))
        for whole, part, fresh in zip(
            shown["records"], shown["complete"], shown["fresh"], strict=True
        )
    ]


def _chats(code: str, codes: Sequence[str]) -> Mapping[str, Share]:
    """Return how many households the group chats of each area reach, by each grid's last count."""
    latest = ChatCoverage.objects.filter(grid=OuterRef("grid")).order_by("-day").values("day")[:1]
    rows = ChatCoverage.objects.filter(grid__code__startswith=code, day=Subquery(latest))
    found: dict[str, Share] = {one: Share(None, None) for one in codes}
    digits = len(codes[0]) if codes else GRID_DIGITS
    for grid, reached, households in (
        rows.order_by()
        .values_list("grid_id")
        .annotate(reached=Sum("reached"), households=Sum("households"))
    ):
        so_far = found.get(grid[:digits])
        if so_far is not None:
            found[grid[:digits]] = Share(
                (so_far.part or 0) + reached, (so_far.whole or 0) + households
            )
    return found


def area_rows(code: str) -> Sequence[AreaRow]:
    """Return the areas right below a code with their cells, in the order of the codes."""
    counts = counts_under(code)
    names = names_below(code)
    codes = [one for one in names if one]
    columns = {
        kind: _cells(kind, [counts.get(one, {}).get(kind, Tally()) for one in codes])
        for kind in SHOWN
    }
    chats = _chats(code, codes)
    return [
        AreaRow(one, names[one], [columns[kind][place] for kind in SHOWN], chats[one])
        for place, one in enumerate(codes)
    ]


def names_below(code: str) -> Mapping[str, str]:
    """Return the names of the areas right below a code (of the district for none)."""
    if len(code) == _DIGITS[2]:
        # Dedicated grids lie over base grids, which have the records.
        grids = Grid.objects.filter(division__code=code, until__isnull=True, kind=GridKind.BASE)
        return {
            one.code: str(one) for one in grids.order_by("code").only("code", "name", "name_en")
        }
    below = Division.objects.filter(until__isnull=True).order_by("code")
    below = below.filter(parent__code=code) if code else below.filter(parent__isnull=True)
    return {one.code: str(one) for one in below.only("code", "name", "name_en")}


def totals(code: str) -> Mapping[str, Tally]:
    """Return the kept counts of a whole area by kind."""
    found: dict[str, Tally] = defaultdict(Tally)
    for kinds in counts_under(code).values():
        for kind, tally in kinds.items():
            found[kind] += tally
    return found
