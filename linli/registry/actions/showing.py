"""A record as a page shows it: each fact with where it came from and when it was confirmed.

Sealed facts are opened only after the read was recorded, and of residents nothing but masks
leaves this module.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import Person
from linli.registry.actions.columns import columns_of, kept_of, own_fields, shown
from linli.registry.actions.reading import record_reads
from linli.registry.actions.relating import place_of
from linli.registry.actions.sealing import Vault, vault_of
from linli.registry.models import (
    Assistance,
    Change,
    ChangeState,
    Errand,
    RecordKind,
    Resident,
    School,
    Sealed,
    Source,
    Tenancy,
    kind_of,
)
from linli.registry.policies.values import label_of, yes_no
from linli.registry.rules.coverage import months_before
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.folding import masked_name, masked_telephone

_HIDDEN = "＊＊＊＊"
_MASKS: Mapping[CellType, Callable[[str], str]] = {
    CellType.NAME: masked_name,
    CellType.TELEPHONE: masked_telephone,
    CellType.IDENTITY: lambda tail: _HIDDEN if tail else "",
}


@dataclass(frozen=True)
class FactLine:
    """One fact on a page; ``is_masked`` where more is known than is shown.

    ``change``: the change of it that has waited longest, where one waits. ``is_place``: where the
    record lies; ``is_elsewhere``: another record says so.
    """

    name: str
    label: str
    value: str
    is_masked: bool
    source: str
    confirmed_on: date
    is_stale: bool
    waits: bool
    needs_approval: bool
    change: UUID | None = None
    is_place: bool = False
    is_elsewhere: bool = False


def mask_of(field: Field, text: str) -> str:
    """Return a sealed value as it may be shown to those who may see that it is there."""
    mask = _MASKS.get(field.type)
    return mask(text) if mask else _HIDDEN


def words_for(row: Any, field: Field, kept: str) -> str:
    """Return a kept text in the words of the reader."""
    if not kept:
        return ""
    if field.type is CellType.YES_NO:
        return str(dict(yes_no(field))["yes" if getattr(row, field.name) else "no"])
    if field.type is CellType.CHOICE:
        return str(getattr(row, f"get_{field.name}_display")())
    if field.key == "organisation.kind":
        return str(row.kind)
    return shown(field, kept)


def note_residents(*, rows: Iterable[Resident], by: Person, at: datetime, errand: Errand) -> None:
    """Record that somebody is about to see residents, masked, and what for."""
    with transaction.atomic():
        ids = [row.pk for row in rows]
        record_reads(by=by, subjects=ids, verb="resident", at=at, reason=errand.value)


def note_record(
    *, row: Any, by: Person, at: datetime, errand: Errand, in_full: bool = False
) -> None:
    """Record that somebody is about to see what is sealed in a record, if they are."""
    if isinstance(row, Resident | Assistance):
        verb = "resident" if isinstance(row, Resident) else "assistance"
    elif in_full and isinstance(row, Sealed):
        verb = "record_contact"
    else:
        return
    with transaction.atomic():
        record_reads(by=by, subjects=[row.pk], verb=verb, at=at, reason=errand.value)


def facts_of(row: Any, today: date, *, in_full: bool = False) -> Sequence[FactLine]:
    """Return the facts of a record in the order of the dictionary.

    ``in_full`` opens the contacts of organisations, lettings and teams; else they stay sealed.
    Of residents masks are made. Only for callers that have recorded the read of either.
    """
    kind = kind_of(type(row))
    is_opened = isinstance(row, Resident) or (in_full and isinstance(row, Sealed))
    # An erased record has no key, and nothing to open.
    vault = vault_of(row) if is_opened and row.wrapped_key else None
    waiting = _waiting(row)
    senders = _senders(row)
    found = []
    for fact in own_fields(kind):
        value, is_masked = _shown(row, fact, vault)
        told = row.provenance.get(fact.name)
        confirmed = date.fromisoformat(told[1]) if told else row.confirmed_on
        found.append(
            FactLine(
                name=fact.name,
                label=label_of(fact),
                value=value,
                is_masked=is_masked,
                source=senders.get(told[0], "") if told else row.source.sender,
                confirmed_on=confirmed,
                is_stale=confirmed < months_before(today, fact.confirm_months),
                waits=fact.name in waiting,
                needs_approval=fact.needs_approval,
                change=waiting.get(fact.name),
            )
        )
    return found


def _waiting(row: Any) -> Mapping[str, UUID]:
    """Return the changes of a record that wait, by the names of their facts."""
    found = Change.objects.filter(record=row.pk, state=ChangeState.PROPOSED)
    # The last one of a name stays: the oldest.
    return dict(found.order_by("-at", "-pk").values_list("field", "pk"))


def place_line(row: Any, today: date) -> FactLine | None:
    """Return where a record lies as a fact of it; of a school, where its organisation stands.

    None where no address is kept: of teams, of assistance, of who is known without a home.
    """
    owner = row.organisation if isinstance(row, School) else row
    owner = row.dwelling if isinstance(row, Tenancy) else owner
    related = place_of(kind_of(type(owner)))
    if related is None:
        return None
    fact = related.field
    place = getattr(owner, fact.name)
    told = owner.provenance.get(fact.name)
    confirmed = date.fromisoformat(told[1]) if told else owner.confirmed_on
    waiting = _waiting(owner)
    return FactLine(
        name=fact.name,
        label=label_of(fact),
        value="" if place is None else str(place),
        is_masked=False,
        source=_senders(owner).get(told[0], "") if told else owner.source.sender,
        confirmed_on=confirmed,
        is_stale=confirmed < months_before(today, fact.confirm_months),
        waits=fact.name in waiting,
        needs_approval=fact.needs_approval,
        change=waiting.get(fact.name),
        is_place=True,
        is_elsewhere=owner is not row,
    )


def _shown(row: Any, fact: Field, vault: Vault | None) -> tuple[str, bool]:
    """Return a fact in words, and whether it is a mask; without a vault nothing is opened."""
    if fact.is_sealed and vault is None:
        is_known = bool(getattr(row, columns_of(row, fact)[0]))
        return (_HIDDEN if is_known else ""), is_known
    kept = kept_of(row, fact, vault)
    if fact.is_sealed and kept and isinstance(row, Resident):
        return mask_of(fact, shown(fact, kept)), True
    return words_for(row, fact, kept), False


def _senders(row: Any) -> Mapping[str, str]:
    others = {UUID(str(told[0])) for told in row.provenance.values()}
    if not others:
        return {}
    found = Source.objects.filter(pk__in=others).values_list("pk", "sender")
    return {str(key): sender for key, sender in found}


@dataclass(frozen=True)
class ResidentLine:
    """A resident on the page of a dwelling: a mask, and no more."""

    id: UUID
    name: str
    telephone: str
    residence: str
    confirmed_on: date
    is_stale: bool


def residents_masked(
    *, rows: Sequence[Resident], by: Person, at: datetime, errand: Errand
) -> Sequence[ResidentLine]:
    """Return the residents of one dwelling, masked, after each read was recorded."""
    note_residents(rows=rows, by=by, at=at, errand=errand)
    months = min(field.confirm_months for field in own_fields(RecordKind.RESIDENT))
    limit = months_before(timezone.localdate(at), months)
    found = []
    for row in rows:
        vault = vault_of(row)
        found.append(
            ResidentLine(
                id=row.pk,
                name=masked_name(vault.open("name", bytes(row.name))),
                telephone=masked_telephone(vault.open("telephone", bytes(row.telephone))),
                residence=str(row.get_residence_display()),
                confirmed_on=row.confirmed_on,
                is_stale=row.confirmed_on < limit,
            )
        )
    return found


@dataclass(frozen=True)
class Compared:
    """One fact of two records side by side; where one of them lacks it, the two do not differ."""

    label: str
    left: FactLine
    right: FactLine
    differs: bool
    is_one_sided: bool


def compared(left: Any, right: Any, today: date) -> Sequence[Compared]:
    """Return the facts of two records side by side; sealed ones are compared by their hashes.

    Only for callers that have recorded the reads of both.
    """
    both = zip(facts_of(left, today), facts_of(right, today), strict=True)
    fields = own_fields(kind_of(type(left)))
    return [
        _compared(one, other, _differs(left, right, fact, one.value != other.value))
        for fact, (one, other) in zip(fields, both, strict=True)
    ]


def _compared(one: FactLine, other: FactLine, is_other: bool) -> Compared:
    is_one_sided = bool(one.value) != bool(other.value)
    return Compared(one.label, one, other, is_other and not is_one_sided, is_one_sided)


def _differs(left: Any, right: Any, fact: Field, is_shown_otherwise: bool) -> bool:
    for column in columns_of(left, fact):
        if column.endswith("_index"):
            return bytes(getattr(left, column)) != bytes(getattr(right, column))
    return is_shown_otherwise
