"""Whose eyes reach which case. What is not theirs looks absent."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import Standing, standing_of
from linli.accounts.rules.roles import Permission, Role
from linli.cases.models import Case
from linli.territory.models import UnitArea
from linli.territory.queries.scopes import grids_of, open_on


@dataclass(frozen=True)
class Who:
    """Somebody who asks: a person with a standing, the reporter of a case, or the clock."""

    person: Person | None = None
    standing: Standing | None = None
    grids: frozenset[UUID] = frozenset()
    areas: tuple[str, ...] = ()
    reporter_of: UUID | None = None
    is_clock: bool = False

    @classmethod
    def of(cls, person: Person, at: datetime) -> "Who":
        """Return a person as they stand on the day of ``at``; kept for the request."""
        day = timezone.localdate(at)
        cached: tuple[date, Who] | None = vars(person).get("_who")
        if cached is not None and cached[0] == day:
            return cached[1]
        standing = standing_of(person, day)
        works_in_grids = Role.GRID_WORKER in standing.roles
        who = cls(
            person=person,
            standing=standing,
            grids=_grids(person, day) if works_in_grids else frozenset(),
            areas=_areas(standing.units, day),
        )
        vars(person)["_who"] = (day, who)
        return who

    @classmethod
    def reporter(cls, case_id: UUID) -> "Who":
        """Return somebody who showed the number and query code of a case."""
        return cls(reporter_of=case_id)

    @classmethod
    def clock(cls) -> "Who":
        """Return the clock, which does what time demands."""
        return cls(is_clock=True)

    def may(self, permission: Permission) -> bool:
        """Say whether one of the person's roles has the permission."""
        return self.standing is not None and self.standing.may(permission)


def _grids(person: Person, day: date) -> frozenset[UUID]:
    return frozenset(grids_of(person, day).values_list("pk", flat=True))


def _areas(units: frozenset[UUID], day: date) -> tuple[str, ...]:
    """Codes of the divisions that the person's units are in charge of; none is the district."""
    if not units:
        return ()
    areas = UnitArea.objects.filter(open_on(day), unit__in=units)
    return tuple(areas.values_list("division__code", flat=True))


def _sees_everything(who: Who) -> bool:
    return who.may(Permission.SEE_ALL_CASES) and not who.areas


def _is_near(who: Who, case: Case) -> bool:
    """Reported by them, with their unit, or in one of their grids or areas."""
    if who.standing is None or who.person is None:
        return False
    if case.reported_by_id == who.person.pk or case.unit_id in who.standing.officer_of:
        return True
    if case.grid is None:
        return False
    in_area = case.grid.division_id.startswith(who.areas) if who.areas else False
    return case.grid_id in who.grids or (who.may(Permission.SEE_ALL_CASES) and in_area)


def may_see(who: Who, case: Case) -> bool:
    """Say whether this case exists for whoever asks."""
    if who.is_clock or who.reporter_of == case.pk or _sees_everything(who):
        return True
    return _is_near(who, case)


def visible_to(who: Who) -> Q | None:
    """Return the condition of the cases that exist for somebody; None means every case."""
    if who.is_clock or _sees_everything(who):
        return None
    if who.standing is None or who.person is None:
        return Q(pk=who.reporter_of) if who.reporter_of else Q(pk__in=[])
    parts = [Q(reported_by=who.person)]
    if who.standing.officer_of:
        parts.append(Q(unit__in=who.standing.officer_of))
    if who.grids:
        parts.append(Q(grid__in=who.grids))
    if who.may(Permission.SEE_ALL_CASES):
        parts.extend(Q(grid__division__code__startswith=code) for code in who.areas)
    return reduce(or_, parts)
