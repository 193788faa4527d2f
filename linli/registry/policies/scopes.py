"""Whose eyes reach which record, by posting, area and purpose. What is not theirs looks absent."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import Standing, standing_of
from linli.accounts.rules.roles import Permission, Role
from linli.registry.models import Assistance, BreakGlass, Record, Resident, Team
from linli.territory.models import UnitArea
from linli.territory.queries.scopes import grids_of, open_on

R = TypeVar("R", bound=Record)
_VILLAGE_DIGITS = 12


@dataclass(frozen=True)
class Who:
    """Somebody who asks: a person with a standing, a resident about themself, or the machine.

    ``grids``: codes of the grids they are posted to; ``areas``: codes of the divisions their
    units are in charge of. ``day``: on which all that holds.
    """

    person: Person | None = None
    standing: Standing | None = None
    grids: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    resident: UUID | None = None
    is_machine: bool = False
    day: date | None = None

    @classmethod
    def of(cls, person: Person, at: datetime) -> "Who":
        """Return a person as they stand on the day of ``at``; kept for the request."""
        day = timezone.localdate(at)
        cached: tuple[date, Who] | None = vars(person).get("_registry_who")
        if cached is not None and cached[0] == day:
            return cached[1]
        standing = standing_of(person, day)
        posted = grids_of(person, day).values_list("code", flat=True)
        is_worker = Role.GRID_WORKER in standing.roles
        who = cls(
            person=person,
            standing=standing,
            grids=tuple(posted) if is_worker else (),
            areas=_areas(standing, day),
            day=day,
        )
        vars(person)["_registry_who"] = (day, who)
        return who

    @classmethod
    def by(cls, person: Person | None, at: datetime) -> "Who":
        """Return who acts: a person, or the machine (the command line, the clock) for None."""
        return cls.machine() if person is None else cls.of(person, at)

    @classmethod
    def oneself(cls, resident: UUID) -> "Who":
        """Return a resident who has proved to be the one of this record."""
        return cls(resident=resident)

    @classmethod
    def machine(cls) -> "Who":
        """Return the command line or the clock, which act for the whole district."""
        return cls(is_machine=True)

    def may(self, permission: Permission) -> bool:
        """Say whether one of the person's roles has the permission."""
        return self.standing is not None and self.standing.may(permission)

    @property
    def sees_whole_district(self) -> bool:
        """Whether no posting and no area bounds what they see."""
        return self.is_machine or (self.may(Permission.SEE_WHOLE_REGISTRY) and not self.areas)


def _areas(standing: Standing, day: date) -> tuple[str, ...]:
    """Return the areas of the units somebody acts for; another role's unit widens nothing."""
    is_wide = standing.may(Permission.SEE_WHOLE_REGISTRY)
    units = standing.units if is_wide else standing.officer_of
    if not units:
        return ()
    areas = UnitArea.objects.filter(open_on(day), unit__in=units)
    return tuple(sorted(areas.values_list("division__code", flat=True)))


def opens_kind(who: Who, model: type[Record]) -> bool:
    """Say whether somebody has an errand with records of a table at all."""
    if who.is_machine:
        return True
    needed = {Resident: Permission.SEE_RESIDENTS, Assistance: Permission.SEE_ASSISTANCE}
    return who.may(needed.get(model, Permission.SEE_REGISTRY))


def _ground(who: Who, model: type[Record]) -> Q | None:
    """Return the condition of place; None means the whole district."""
    if who.sees_whole_district:
        return None
    parts = [Q(grid__code__startswith=code) for code in who.areas]
    if who.grids:
        parts.append(Q(grid__in=who.grids))
    if model is Team:
        # A team helps a whole village, whatever grid its leader lives in.
        villages = {code[:_VILLAGE_DIGITS] for code in who.grids}
        parts.extend(Q(division__code__startswith=code) for code in (*who.areas, *sorted(villages)))
    return reduce(or_, parts, Q(pk__in=[]))


def emergencies_of(who: Who, at: datetime) -> QuerySet[BreakGlass]:
    """Return what somebody has opened in an emergency and may still read."""
    return BreakGlass.objects.filter(by=who.person, at__lte=at, until__gt=at)


def _beside_ground(who: Who, model: type[Record], at: datetime) -> Q:
    """Return what opens without posting: oneself, and one subject in an emergency."""
    if model is not Resident:
        return Q(pk__in=[])
    opened = Q(pk=who.resident) if who.resident else Q(pk__in=[])
    if who.person is not None:
        opened |= Q(pk__in=emergencies_of(who, at).values("resident_id"))
    return opened


def _by_right(who: Who, model: type[Record]) -> Q | None:
    """Return the condition of what somebody's posting and purpose open; None means all."""
    if not opens_kind(who, model):
        return Q(pk__in=[])
    ground = _ground(who, model)
    if model is Assistance and not who.is_machine:
        # Sealed: neither a grid nor an area opens it, but the work on it does.
        return Q(workers=who.person)
    return ground


def visible_records(model: type[R], who: Who, at: datetime) -> QuerySet[R]:
    """Return the records of a table that exist for somebody at a moment.

    Those that ended or were merged into another are left out; :func:`visible_ended` has them.
    """
    return _visible(model, who, at).filter(ended_on__isnull=True, merged_into__isnull=True)


def visible_ended(model: type[R], who: Who, at: datetime) -> QuerySet[R]:
    """Return records that ended or were merged, as far as they exist for somebody."""
    return _visible(model, who, at).exclude(ended_on__isnull=True, merged_into__isnull=True)


def _visible(model: type[R], who: Who, at: datetime) -> QuerySet[R]:
    found: QuerySet[R] = model._default_manager.all()
    right = _by_right(who, model)
    return found if right is None else found.filter(right | _beside_ground(who, model, at))


def reaches(who: Who, record: Record) -> bool:
    """Say whether a record lies within somebody's right; an emergency opens nothing to write."""
    model = type(record)
    right = _by_right(who, model)
    if right is None:
        return True
    own = Q(pk=who.resident) if who.resident and model is Resident else Q(pk__in=[])
    return model._default_manager.filter(right | own, pk=record.pk).exists()
