"""What a new record starts from: the grids it may lie in, and the record it was begun on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.accounts.queries import grants_on, people_with
from linli.accounts.rules.roles import Role
from linli.registry.forms.creating import Ground
from linli.registry.models import Assistance, RecordKind
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


def helpers_of(row: Assistance, at: datetime) -> list[Person]:
    """Return who can work on assistance, those who do first.

    Beside them the workers of its grid and the officers of the responsible unit.
    """
    day, present = timezone.localdate(at), list(row.workers.all())
    colleagues = {one.person for one in postings_of(grid=row.grid)} if row.grid else set()
    held = grants_on(day).filter(role=Role.UNIT_OFFICER.value, unit=row.unit)
    officers = {one.person for one in held.select_related("person") if one.person.is_active}
    first = {one.pk for one in present}
    everybody = {*present, *colleagues, *officers}
    return sorted(everybody, key=lambda one: (one.pk not in first, one.name))


def named_with_units(people: Sequence[Person], at: datetime) -> list[tuple[str, str]]:
    """Return ids and names of people, officers with the units that they act for."""
    held = grants_on(timezone.localdate(at)).filter(
        role=Role.UNIT_OFFICER.value, person__in=[one.pk for one in people]
    )
    units: dict[UUID, list[str]] = {}
    for grant in held.select_related("unit"):
        units.setdefault(grant.person_id, []).append(str(grant.unit))
    return [(str(one.pk), " · ".join([one.name, *units.get(one.pk, ())])) for one in people]


def _helping(
    request: HttpRequest, grids: list[Grid], related: dict[str, Any], at: datetime
) -> Ground:
    """Return the ground of assistance: current units, colleagues in the grid, unit officers."""
    person, today = person_of(request), timezone.localdate(at)
    colleagues = {one.person for one in postings_of(grid=grids[0])}
    officers = set(people_with(Role.UNIT_OFFICER, today))
    helpers = sorted(colleagues | officers, key=lambda one: (one.pk != person.pk, one.name))
    units = Unit.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    return Ground(
        RecordKind.ASSISTANCE,
        grids,
        related,
        units=list(units.order_by("code")),
        helpers=helpers,
        helper_names=named_with_units(helpers, at),
        oneself=person.pk,
    )
