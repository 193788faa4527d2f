"""What people do to their own way in: password and second factors."""

from datetime import datetime
from uuid import UUID

from linli.accounts.models import Person
from linli.audit.actions import acting


def change_own_password(*, by: Person, password: str, at: datetime, act_id: UUID) -> None:
    """Set the password that somebody chose for themself; every other session of theirs ends."""
    with acting(act_id, "accounts.change_password", by=by, at=at, subject=by.pk, payload={}) as new:
        if new:
            by.set_password(password)
            by.must_change_password = False
            by.save(update_fields=["password", "must_change_password"])


def note_own_factor(*, verb: str, by: Person, at: datetime, act_id: UUID) -> None:
    """Record that somebody added or removed a second factor of their own."""
    with acting(act_id, f"accounts.{verb}", by=by, at=at, subject=by.pk, payload={}):
        pass
