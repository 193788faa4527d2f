"""New facts of records that are here already: applied, or waiting for a second person."""

import dataclasses
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli.kernel.ids import new_id
from linli.registry.actions.importing.frame import Frame
from linli.registry.actions.sealing import vault_of
from linli.registry.models import Change, ChangeState, Record, Sealed
from linli.registry.models.kinds import kind_of
from linli.registry.rules.dictionary import Field
from linli.registry.rules.values import text_of

_ENCODING = "utf-8"


@dataclasses.dataclass(frozen=True)
class News:
    """A fact that a file tells otherwise: the field, texts before and after, columns to write.

    ``columns`` are what applying it writes, by their names; sealed ones come sealed.
    """

    name: str
    field: Field | None
    before: str
    after: str
    is_sealed: bool
    columns: dict[str, Any] = dataclasses.field(default_factory=dict)


def _waits(frame: Frame, record: Record, one: News) -> bool:
    """Say whether a change waits: its field asks for it, or what is known is newer."""
    if one.field is None or one.field.needs_approval:
        return True
    told = record.provenance.get(one.name)
    known_on = str(told[1]) if told else record.confirmed_on.isoformat()
    return bool(one.before) and known_on > frame.day.isoformat()


def _texts(record: Record, change: UUID, one: News) -> tuple[bytes, bytes]:
    if not one.is_sealed:
        return one.before.encode(_ENCODING), one.after.encode(_ENCODING)
    vault = vault_of(record)
    return (
        vault.seal(f"change:{change}:before", one.before),
        vault.seal(f"change:{change}:after", one.after),
    )


def _is_asked_already(record: Record, one: News) -> bool:
    """Say whether the same change waits already; it is not asked twice."""
    waiting = Change.objects.filter(
        record=record.pk, field=one.name, state__in=[ChangeState.PROPOSED, ChangeState.REFUSED]
    )
    if not one.is_sealed:
        return waiting.filter(after=one.after.encode(_ENCODING)).exists()
    vault = vault_of(record)
    return any(
        vault.open(f"change:{change.pk}:after", bytes(change.after)) == one.after
        for change in waiting
    )


def tell(frame: Frame, record: Record, news: Sequence[News]) -> None:
    """Write changes of one record, apply those that may be applied at once, count what was done."""
    kind = kind_of(type(record)).value
    rows, columns, applied = [], {}, []
    for one in news:
        waits = _waits(frame, record, one)
        if waits and _is_asked_already(record, one):
            continue
        change = new_id()
        before, after = _texts(record, change, one)
        rows.append(
            Change(
                id=change,
                kind=kind,
                record=record.pk,
                field=one.name,
                before=before,
                after=after,
                is_sealed=one.is_sealed,
                base_version=record.version,
                version=None if waits else record.version + 1,
                state=ChangeState.PROPOSED if waits else ChangeState.APPLIED,
                source_id=frame.source,
                by=frame.by,
                at=frame.at,
            )
        )
        if not waits:
            applied.append(one.name)
            columns.update(one.columns)
    if not rows:
        frame.count(kind, "same")
        return
    Change.objects.bulk_create(rows)
    if applied:
        _apply(frame, record, applied, columns)
    frame.count(kind, "changed" if applied else "waiting")
    frame.note_act("registry.change", kind, record.pk, ",".join(sorted(applied)))


def _apply(frame: Frame, record: Record, names: Sequence[str], columns: dict[str, Any]) -> None:
    told = [str(frame.source), frame.day.isoformat()]
    provenance = {**record.provenance, **dict.fromkeys(names, told)}
    type(record)._default_manager.filter(pk=record.pk).update(
        version=record.version + 1, provenance=provenance, **columns
    )
    record.version += 1
    record.provenance = provenance


def open_news(record: Record, field_: Field, column: str, after: Any) -> News | None:
    """Return the news of an open column, or None where it is known."""
    before = getattr(record, column)
    if after is None or before == after:
        return None
    return News(field_.name, field_, text_of(before), text_of(after), False, {column: after})


def sealed_news(
    record: Any, field_: Field, column: str, after: str, indexes: dict[str, bytes]
) -> News | None:
    """Return the news of a sealed column, or None where it says the same.

    ``indexes``: the hashed columns that go with it; where they are equal nothing is opened.
    """
    if indexes and all(bytes(getattr(record, name)) == value for name, value in indexes.items()):
        return None
    assert isinstance(record, Sealed)  # noqa: S101 - for the types; every sealed kind is one
    vault = vault_of(record)
    before = vault.open(column, bytes(getattr(record, column)))
    if before == after:
        return None
    columns = {column: vault.seal(column, after), **indexes}
    return News(field_.name, field_, before, after, True, columns)
