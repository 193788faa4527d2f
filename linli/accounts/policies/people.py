"""What an administrator may not do to people and their roles."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, RoleGrant, Unit
from linli.accounts.rules.roles import Role
from linli.kernel.refusal import Refusal

# Whoever watches the administrators' acts cannot be one of them.
_APART = {Role.ADMINISTRATOR: Role.AUDITOR, Role.AUDITOR: Role.ADMINISTRATOR}

# No office here worked with linli or anything like it before: an earlier day is a slip of the hand.
FIRST_DAY = date(2000, 1, 1)
# A role may be promised for a term or two, not for a day that nobody can mean.
MOST_YEARS_AHEAD = 10


@dataclass(frozen=True)
class Holding:
    """A role to be held: in a unit, from one day (inclusive) to another (exclusive)."""

    role: Role
    unit: Unit | None
    since: date
    until: date | None = None


def refuse_own(person: Person, by: Person | None) -> Refusal | None:
    """Nobody gives themself roles, passwords or the like; the command line acts for no person."""
    if by is None or by.pk != person.pk:
        return None
    return Refusal(
        "own_account",
        _("This is your own account: another administrator has to do this."),
    )


def _lasting(day: date) -> Q:
    return Q(until__isnull=True) | Q(until__gt=day)


def other_administrators(person: Person, day: date) -> bool:
    """Say whether somebody else is administrator on a day, with no end in sight."""
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR.value, since__lte=day)
    return held.filter(until__isnull=True, person__is_active=True).exclude(person=person).exists()


def is_administrator(person: Person, day: date) -> bool:
    """Say whether the person is administrator on a day."""
    held = RoleGrant.objects.filter(_lasting(day), person=person, since__lte=day)
    return held.filter(role=Role.ADMINISTRATOR.value).exists()


def refuse_last_administrator(person: Person, day: date) -> Refusal | None:
    """One administrator must remain, or nobody could make another."""
    if not is_administrator(person, day) or other_administrators(person, day):
        return None
    return Refusal(
        "last_administrator",
        _("This is the last administrator. Give the role to somebody else first."),
    )


def refuse_deactivate(person: Person, by: Person | None, day: date) -> Refusal | None:
    """Ask before a person is kept from logging in."""
    return refuse_own(person, by) or refuse_last_administrator(person, day)


def _refuse_unit(holding: Holding) -> Refusal | None:
    unit = holding.unit
    if holding.role is Role.UNIT_OFFICER and unit is None:
        return Refusal("no_unit", _("A unit officer acts for a unit: choose which."))
    if unit is None:
        return None
    early = holding.since < unit.since
    late = unit.until is not None and (holding.until is None or holding.until > unit.until)
    if early or late:
        return Refusal("unit_dates", _("The unit does not exist on all of these days."))
    return None


def _refuse_days(holding: Holding, today: date) -> Refusal | None:
    if holding.until is not None and holding.until <= holding.since:
        return Refusal("dates", _("The last day lies before the first."))
    # There is not a 29 February in every year.
    latest = today.replace(year=today.year + MOST_YEARS_AHEAD, day=min(today.day, 28))
    if FIRST_DAY <= holding.since <= latest:
        return None
    text = _("A role begins between %(first)s and %(last)s; check the year.")
    return Refusal("first_day", text % {"first": FIRST_DAY, "last": latest})


def _overlapping(person: Person, role: Role, holding: Holding) -> bool:
    held = RoleGrant.objects.filter(_lasting(holding.since), person=person, role=role.value)
    if holding.until is not None:
        held = held.filter(since__lt=holding.until)
    return held.exists()


def refuse_grant(
    person: Person, holding: Holding, by: Person | None, today: date
) -> Refusal | None:
    """Ask before a role is given."""
    if refusal := _refuse_days(holding, today):
        return refusal
    apart = _APART.get(holding.role)
    if apart is not None and _overlapping(person, apart, holding):
        return Refusal(
            "watches_itself",
            _("Administrator and auditor are two people: the one watches what the other does."),
        )
    same = RoleGrant.objects.filter(_lasting(holding.since), person=person)
    if same.filter(role=holding.role.value, unit=holding.unit).exists():
        return Refusal("held", _("This role is held already in these days."))
    return refuse_own(person, by) or _refuse_unit(holding)


def refuse_end(grant: RoleGrant, until: date) -> Refusal | None:
    """Ask before a role ends on a day (exclusive)."""
    if until <= grant.since:
        return Refusal("dates", _("The last day lies before the first."))
    if grant.until is not None and grant.until <= until:
        return Refusal("ended", _("This role has an end already."))
    if grant.role == Role.ADMINISTRATOR:
        return refuse_last_administrator(grant.person, until)
    return None
