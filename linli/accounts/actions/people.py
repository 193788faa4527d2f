"""Making people, giving and ending their roles, and helping them in when they cannot."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person, RoleGrant
from linli.accounts.policies.lockout import forget_failures
from linli.accounts.policies.people import (
    Holding,
    refuse_deactivate,
    refuse_end,
    refuse_grant,
    refuse_own,
)
from linli.accounts.rules.roles import Role
from linli.audit.actions import acting
from linli.kernel.ids import code_from_bytes
from linli.kernel.refusal import Refusal, Refused

_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True)
class Facts:
    """What is known of a person who logs in; ``language`` is a code of LANGUAGES."""

    username: str
    name: str
    email: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True)
class Act:
    """Who acts when, under the id that the client made; ``by`` is None on the command line."""

    id: UUID
    by: Person | None
    at: datetime


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def given_password() -> str:
    """Return a password that can be read aloud: 16 characters in four groups, 78 bits."""
    raw = code_from_bytes(secrets.token_bytes(_GROUPS * _GROUP), _GROUPS * _GROUP)
    return "-".join(raw[start : start + _GROUP] for start in range(0, len(raw), _GROUP))


def create_person(*, facts: Facts, act: Act) -> tuple[Person, str]:
    """Make a person and return them with their first password, which is shown this once.

    The password is empty when the same act arrived before: it was shown then. Raises Refused
    when the user name is taken.
    """
    asked = {"username": facts.username, "name": facts.name, "email": facts.email}
    with acting(
        act.id, "accounts.create_person", by=act.by, at=act.at, subject=act.id, payload=asked
    ) as first_time:
        if not first_time:
            return Person.objects.get(pk=act.id), ""
        if Person.objects.filter(username=facts.username).exists():
            _check(Refusal("username_taken", _("This user name is taken.")))
        password = given_password()
        person = Person.objects.create_user(
            id=act.id,
            password=password,
            must_change_password=True,
            language=facts.language,
            **asked,
        )
    return person, password


def edit_person(*, person: Person, facts: Facts, act: Act) -> None:
    """Change name, e-mail and language; the user name stays."""
    asked = {"name": facts.name, "email": facts.email, "language": facts.language}
    changed = [field for field, value in asked.items() if getattr(person, field) != value]
    with acting(
        act.id,
        "accounts.edit_person",
        by=act.by,
        at=act.at,
        subject=person.pk,
        payload={"person": person.pk, **asked},
        detail={"fields": changed},
    ) as first_time:
        if first_time:
            Person.objects.filter(pk=person.pk).update(**asked)


def set_active(*, person: Person, active: bool, act: Act) -> None:
    """Let a person log in, or keep them out; who is out loses every session at once."""
    with acting(
        act.id,
        "accounts.let_in" if active else "accounts.keep_out",
        by=act.by,
        at=act.at,
        subject=person.pk,
        payload={"person": person.pk, "active": active},
    ) as first_time:
        if not first_time:
            return
        _lock_administrators()
        if not active:
            _check(refuse_deactivate(person, act.by, timezone.localdate(act.at)))
        else:
            forget_failures(person.username)
        Person.objects.filter(pk=person.pk).update(is_active=active)


def give_password(*, person: Person, act: Act) -> str:
    """Give a new first password, to be changed at the next log-in; all sessions end.

    Returns it, or nothing when the same act arrived before.
    """
    with acting(
        act.id,
        "accounts.give_password",
        by=act.by,
        at=act.at,
        subject=person.pk,
        payload={"person": person.pk},
    ) as first_time:
        if not first_time:
            return ""
        _check(refuse_own(person, act.by))
        password = given_password()
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        forget_failures(person.username)
    return password


def reset_factors(*, person: Person, act: Act) -> int:
    """Take all second factors of somebody who lost them; they set new ones up at the next log-in.

    Returns how many there were.
    """
    with acting(
        act.id,
        "accounts.reset_factors",
        by=act.by,
        at=act.at,
        subject=person.pk,
        payload={"person": person.pk},
    ) as first_time:
        if not first_time:
            return 0
        _check(refuse_own(person, act.by))
        count, _rows = Authenticator.objects.filter(user_id=person.pk).delete()
        forget_failures(person.username)
    return int(count)


def _lock_administrators() -> None:
    """Let two acts that each take the other's last administrator wait for one another."""
    held = RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR.value)
    list(held.values_list("pk"))


def grant_role(*, person: Person, holding: Holding, act: Act) -> RoleGrant:
    """Give a role from one day to another. Raises Refused with the reason."""
    unit = holding.unit
    asked = {
        "person": person.pk,
        "role": holding.role.value,
        "unit": unit.pk if unit else None,
        "since": holding.since,
        "until": holding.until,
    }
    with acting(
        act.id,
        "accounts.grant_role",
        by=act.by,
        at=act.at,
        subject=person.pk,
        payload=asked,
        detail={"role": holding.role.value, "unit": unit.code if unit else ""},
    ) as first_time:
        if not first_time:
            return RoleGrant.objects.get(pk=act.id)
        _check(refuse_grant(person, holding, act.by, timezone.localdate(act.at)))
        return RoleGrant.objects.create(
            id=act.id,
            person=person,
            role=holding.role.value,
            unit=unit,
            since=holding.since,
            until=holding.until,
        )


def end_grant(*, grant: RoleGrant, until: date, act: Act) -> None:
    """Let a role end on a day (exclusive). Raises Refused for the last administrator."""
    with acting(
        act.id,
        "accounts.end_role",
        by=act.by,
        at=act.at,
        subject=grant.person_id,
        payload={"grant": grant.pk, "until": until},
        detail={"role": grant.role, "until": until.isoformat()},
    ) as first_time:
        if first_time:
            _lock_administrators()
            _check(refuse_end(grant, until))
            RoleGrant.objects.filter(pk=grant.pk).update(until=until)
