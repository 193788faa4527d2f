"""The end of a record: its key, its values, their history and the readable part of the audit go.

The audit chain still verifies, since it was hashed over salted hashes. What remains is that
something was there, who did what when, and that it was erased.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone

from linli.audit.actions import erase_details
from linli.audit.models import Tombstone
from linli.kernel.ids import new_id
from linli.registry.models import (
    MODELS,
    BreakGlass,
    Change,
    Pair,
    Record,
    RecordKind,
    Resident,
    Sealed,
    Unmasking,
    Wish,
    kind_of,
)

# What hangs on others goes before them.
_ORDER = (
    RecordKind.ASSISTANCE,
    RecordKind.TENANCY,
    RecordKind.SCHOOL,
    RecordKind.RESIDENT,
    RecordKind.ORGANISATION,
    RecordKind.TEAM,
    RecordKind.DWELLING,
    RecordKind.BUILDING,
)
_AT_ONCE = 200
# A reason that somebody typed may name the person; the column may not be empty.
_NO_WORDS = "—"


@dataclass(frozen=True)
class Erased:
    """How many records were erased, and how many ended ones others still stand on."""

    erased: int = 0
    in_use: int = 0


def expired(kind: RecordKind, day: date) -> QuerySet[Any]:
    """Return the records of a kind whose retention ended before a day and that still say something.

    A record that was merged into another ends with it.
    """
    model = MODELS[kind]
    over = model._default_manager.filter(keep_until__lt=day)
    found = model._default_manager.filter(
        Q(keep_until__lt=day) | Q(merged_into__in=over.values("pk"))
    )
    return found.exclude(pk__in=Tombstone.objects.values("subject")).order_by("pk")


def erase_expired(
    *, at: datetime, most: int | None = None, tell: Callable[[int], None] = lambda _n: None
) -> Erased:
    """Erase the records whose retention is over, each in a transaction of its own.

    ``most`` bounds the work of one call; ``tell`` hears of each record. Safe to stop and to run
    again at any moment.
    """
    day, erased, in_use = timezone.localdate(at), 0, 0
    overwrite_what_goes()
    for kind in _ORDER:
        after: UUID | None = None
        while most is None or erased < most:
            page = expired(kind, day)
            page = page.filter(pk__gt=after) if after else page
            rows = list(page.values_list("pk", flat=True)[:_AT_ONCE])
            if not rows:
                break
            after = rows[-1]
            for pk in rows[: None if most is None else most - erased]:
                gone = _erase(MODELS[kind], pk, at)
                erased, in_use = erased + gone, in_use + (not gone)
                tell(1)
    return Erased(erased, in_use)


def overwrite_what_goes() -> None:
    """Let SQLite write zeroes over what is deleted, not only forget where it was."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _erase(model: type[Record], record_id: UUID, at: datetime) -> bool:
    """Erase one record; False where it holds no person's facts and others still stand on it."""
    with transaction.atomic():
        row = model._default_manager.select_for_update(of=("self",)).get(pk=record_id)
        try:
            row.delete()
        except ProtectedError:
            if not isinstance(row, Sealed):
                return False
            _hollow(row, timezone.localdate(at))
        _erase_around(kind_of(model), record_id)
        erase_details(subject=record_id, by=None, at=at, act_id=new_id())
    return True


def _hollow(row: Any, day: date) -> None:
    """Take out of a record all that it says; others, such as who looked at it, still name it."""
    of_all = {field.name for field in Record._meta.concrete_fields}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in of_all:
            continue
        if isinstance(field, models.BinaryField):
            setattr(row, field.name, b"")
        elif field.null:
            setattr(row, field.name, None)
        elif isinstance(field, models.CharField):
            setattr(row, field.name, str(row.pk) if field.name == "name" else "")
    row.grid, row.provenance, row.merged_into = None, {}, None
    row.ended_on = row.ended_on or day
    row.save()


def _erase_around(kind: RecordKind, record_id: UUID) -> None:
    """Erase what was said of the record elsewhere in the registry."""
    Change.objects.filter(record=record_id).update(before=b"", after=b"", reason="")
    Pair.objects.filter(Q(first=record_id) | Q(second=record_id)).delete()
    if kind is RecordKind.RESIDENT and Resident.objects.filter(pk=record_id).exists():
        Unmasking.objects.filter(resident=record_id).update(reason=_NO_WORDS)
        BreakGlass.objects.filter(resident=record_id).update(reason=_NO_WORDS, finding="")
        Wish.objects.filter(resident=record_id).update(words=b"", answer="")
