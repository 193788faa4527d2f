"""The history of a record, opened for a reader: recorded before anything is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.accounts.models import Person
from linli.audit.actions import record_read
from linli.registry.actions.columns import field_of, shown
from linli.registry.actions.relating import related_of, words_of_related
from linli.registry.actions.sealing import Vault, vault_of
from linli.registry.models import Change, Errand, Record, Sealed, kind_of
from linli.registry.queries.history import changes_of
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.folding import masked_name, masked_telephone

_MASKED = {CellType.NAME: masked_name, CellType.TELEPHONE: masked_telephone}


@dataclass(frozen=True)
class Line:
    """One change as it is read: values of sealed facts are masked as they are on the page."""

    change: Change
    fact: Field | None
    before: str
    after: str


def history_of(
    *, record: Record, by: Person | None, at: datetime, errand: Errand | None = None
) -> list[Line]:
    """Return what became of a record, newest first; the first line's source made it.

    The caller has found the record among those that exist for the person. Where a change holds
    sealed facts the read is recorded first. Names and numbers come masked: to see one in full is
    an act of its own.
    """
    changes = list(changes_of(record.pk))
    vault = None
    if any(change.is_sealed for change in changes) and isinstance(record, Sealed):
        with transaction.atomic():
            reason = errand.value if errand else ""
            record_read(by=by, subject=record.pk, verb="history", at=at, reason=reason)
        # An erased record has no key, and its changes no values.
        vault = vault_of(record) if record.wrapped_key else None
    return [_line(record, change, vault) for change in changes]


def _line(record: Record, change: Change, vault: Vault | None) -> Line:
    kind = kind_of(type(record))
    related = related_of(kind, change.field)
    if related is not None:
        kept = (bytes(change.before).decode(), bytes(change.after).decode())
        before, after = (words_of_related(related, one) for one in kept)
        return Line(change, related.field, before, after)
    fact = field_of(kind, change.field)
    before, after = (_text(change, fact, column, vault) for column in ("before", "after"))
    return Line(change, fact, before, after)


def _text(change: Change, fact: Field | None, column: str, vault: Vault | None) -> str:
    kept: Any = bytes(getattr(change, column))
    if not change.is_sealed:
        return str(kept.decode())
    if vault is None or not kept:
        return ""
    text = vault.open(f"change:{change.pk}:{column}", kept)
    if fact is None:
        return "*" * len(text)
    mask = _MASKED.get(fact.type)
    return mask(text) if mask else shown(fact, text)
