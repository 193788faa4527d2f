"""What a new record starts from: the grids it may lie in, and the record it was begun on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.accounts.queries import people_with
from linli.accounts.rules.roles import Role
from linli.registry.forms.creating import Ground
from linli.registry.models import RecordKind
from linli.registry.policies import Who
from linli.registry.queries.relatives import record_of
from linli.territory.models import Grid, GridKind
from linli.territory.queries.scopes import postings_of
from linli.web.views.doors import person_of

# On which record the page of a kind may be begun: the name in the address, and of what kind it is.
_BEGUN_ON: dict[RecordKind, tuple[RecordKind, ...]] = {
    RecordKind.RESIDENT: (RecordKind.DWELLING,),
    RecordKind.TENANCY: (RecordKind.DWELLING,),
    RecordKind.DWELLING: (RecordKind.BUILDING,),
    RecordKind.SCHOOL: (RecordKind.ORGANISATION,),
    RecordKind.ASSISTANCE: (RecordKind.RESIDENT,),
}


def _record(given: str, kind: RecordKind, who: Who, at: datetime) -> Any:
    try:
        row = record_of(kind, UUID(given), who, at)
    except ValueError as error:
        raise Http404 from error
    if row is None or row.grid_id not in who.grids:
        raise Http404
    if row.ended_on is not None or row.merged_into is not None:
        raise Http404
    return row


def ground_of(request: HttpRequest, kind: RecordKind, who: Who, at: datetime) -> Ground:
    """Return what a new record of a kind starts from; 404 where it would begin on nothing."""
    related = {
        other.value: _record(request.GET[other.value], other, who, at)
        for other in _BEGUN_ON.get(kind, ())
        if request.GET.get(other.value)
    }
    grids = Grid.objects.filter(code__in=who.grids, kind=GridKind.BASE).order_by("code")
    found = list(grids.select_related("division").defer("geometry", "division__geometry"))
    wanted = {row.grid_id for row in related.values()} or {request.GET.get("grid", "")}
    chosen = [one for one in found if one.code in wanted] or found
    if not chosen:
        raise Http404
    building = related.get("building")
    address = str(building.address) if building is not None else ""
    if kind is RecordKind.ASSISTANCE:
        return _helping(request, chosen, related, at)
    return Ground(kind, chosen, related, address)


def helpers_of(grid: Grid | None, present: Sequence[Person], at: datetime) -> list[Person]:
    """Return who can work on assistance in a grid: those who do, its workers, unit officers."""
    colleagues = {one.person for one in postings_of(grid=grid)} if grid is not None else set()
    officers = set(people_with(Role.UNIT_OFFICER, timezone.localdate(at)))
    first = {one.pk for one in present}
    everybody = {*present, *colleagues, *officers}
    return sorted(everybody, key=lambda one: (one.pk not in first, one.name))


def _helping(
    request: HttpRequest, grids: list[Grid], related: dict[str, Any], at: datetime
) -> Ground:
    """Return the ground of assistance: current units, colleagues in the grid, unit officers."""
    person, today = person_of(request), timezone.localdate(at)
    found = helpers_of(grids[0], (), at)
    helpers = sorted(found, key=lambda one: (one.pk != person.pk, one.name))
    units = Unit.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    return Ground(
        RecordKind.ASSISTANCE,
        grids,
        related,
        units=list(units.order_by("code")),
        helpers=helpers,
        oneself=person.pk,
    )
