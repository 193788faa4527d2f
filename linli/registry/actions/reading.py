"""Reads of many records at once, recorded before any of them is shown."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from linli.accounts.models import Person
from linli.audit.actions import Entry, append_all, fingerprint_of
from linli.audit.rules import canonical
from linli.kernel.ids import new_id

_AT_ONCE = 5000


def record_reads(
    *, by: Person | None, subjects: Iterable[UUID], verb: str, at: datetime, reason: str
) -> int:
    """Record one read of each subject, inside the caller's transaction; returns how many."""
    written = f"read.{verb}"
    asked = {"reason": reason}
    fingerprint, detail = fingerprint_of(written, asked), canonical(asked)
    actor = by.pk if by is not None else None
    entries = [
        Entry(new_id(), written, actor, subject, at, fingerprint, detail) for subject in subjects
    ]
    for start in range(0, len(entries), _AT_ONCE):
        append_all(entries[start : start + _AT_ONCE])
    return len(entries)
