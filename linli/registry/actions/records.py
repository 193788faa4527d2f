"""Making records, confirming and ending them: one way for all kinds, by the field dictionary."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from linli.audit.actions import acting
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.addresses import grid_code_at
from linli.registry.actions.columns import field_of, kept_text, own_fields, put
from linli.registry.actions.drafts import (
    Common,
    Draft,
    address_for,
    basis_of,
    dwelling_for,
)
from linli.registry.actions.houses import building_of, link_homes_of
from linli.registry.actions.relating import forget_places, related_of
from linli.registry.actions.sealing import new_vault
from linli.registry.actions.writing import Act, check, source_of
from linli.registry.models import (
    MODELS,
    Assistance,
    Building,
    Change,
    ChangeState,
    Organisation,
    Record,
    RecordKind,
    Sealed,
    SourceKind,
)
from linli.registry.policies import (
    refuse_basis,
    refuse_change,
    refuse_create,
    refuse_end,
    refuse_take_up,
)
from linli.registry.policies.records import missing
from linli.registry.policies.values import refuse_row
from linli.registry.rules.retention import keep_until


def create_record(*, draft: Draft, act: Act) -> Any:
    """Make one record of any kind; its id is the act's. The same act again returns it.

    Raises Refused with a sentence where somebody may not, a fact is unfit or missing, or the
    record is there already.
    """
    model = MODELS[draft.kind]
    with acting(
        act.id,
        "registry.create",
        by=act.by,
        at=act.at,
        subject=act.id,
        payload=draft.payload(),
        detail={"kind": draft.kind.value},
    ) as first_time:
        if not first_time:
            return model._default_manager.get(pk=act.id)
        basis = basis_of(draft.basis)
        has_identity = bool(draft.values.get("identity", "").strip())
        check(refuse_basis(basis, draft.kind, with_identity=has_identity))
        source = draft.source or source_of(SourceKind.PAGE, _sender(act), act)
        common = Common(basis, source, act.day)
        columns = _PLACED[draft.kind](draft, common)
        columns = common.columns(columns.pop("grid_id", None)) | columns
        check(refuse_create(act.who, draft.kind, columns["grid_id"]))
        row = _written(draft, act.id, columns)
        if isinstance(row, Building):
            link_homes_of(row)
        return row


def _sender(act: Act) -> str:
    return "" if act.by is None else act.by.name


def _written(draft: Draft, row_id: UUID, columns: Mapping[str, Any]) -> Any:
    """Insert a record with its facts and what hangs on it."""
    model = MODELS[draft.kind]
    row: Any = model(id=row_id, **columns)
    vault = None
    if issubclass(model, Sealed):
        vault, row.wrapped_key = new_vault(model._meta.db_table, row_id)
    for fact in own_fields(draft.kind):
        put(row, fact, kept_text(model, fact, draft.values.get(fact.name, "")), vault)
    check(refuse_row(row))
    row.save(force_insert=True)
    if isinstance(row, Assistance):
        row.workers.set(draft.related.get("workers", ()))
    return row


def _building(draft: Draft, _common: Common) -> dict[str, Any]:
    address = address_for(draft.place)
    return {"address": address, "grid_id": address.grid_id}


def _dwelling(draft: Draft, _common: Common) -> dict[str, Any]:
    address = address_for(draft.place)
    building: Building | None = draft.related.get("building") or building_of(address)
    return {"address": address, "grid_id": address.grid_id, "building": building}


def _in_dwelling(draft: Draft, common: Common) -> dict[str, Any]:
    dwelling = dwelling_for(draft, common)
    return {"dwelling": dwelling, "grid_id": dwelling.grid_id if dwelling else None}


def _school(draft: Draft, common: Common) -> dict[str, Any]:
    organisation: Organisation | None = draft.related.get("organisation")
    if organisation is None:
        values = {"kind": "school", **draft.values}
        part = Draft(RecordKind.ORGANISATION, values, draft.basis, draft.place)
        placed = _building(part, common)
        columns = common.columns(placed.pop("grid_id")) | placed
        organisation = cast(Organisation, _written(part, new_id(), columns))
    return {"organisation": organisation, "grid_id": organisation.grid_id}


def _assistance(draft: Draft, _common: Common) -> dict[str, Any]:
    for name in ("resident", "unit"):
        if name not in draft.related:
            raise Refused(missing(name))
    resident = draft.related["resident"]
    return {"resident": resident, "unit": draft.related["unit"], "grid_id": resident.grid_id}


def _team(draft: Draft, _common: Common) -> dict[str, Any]:
    if draft.place is None:
        raise Refused(missing("division"))
    return {
        "division_id": draft.place.division,
        "grid_id": draft.place.grid or grid_code_at(draft.place.point),
    }


_PLACED: Mapping[RecordKind, Callable[[Draft, Common], dict[str, Any]]] = {
    RecordKind.BUILDING: _building,
    RecordKind.DWELLING: _dwelling,
    RecordKind.TENANCY: _in_dwelling,
    RecordKind.ORGANISATION: _building,
    RecordKind.SCHOOL: _school,
    RecordKind.RESIDENT: _in_dwelling,
    RecordKind.ASSISTANCE: _assistance,
    RecordKind.TEAM: _team,
}


def locked(model: type[Record], record_id: UUID) -> Any:
    """Within an action: return a record that nobody else changes until the act is over."""
    return model._default_manager.select_for_update(of=("self",)).get(pk=record_id)


def told_on(record: Record, name: str) -> list[str]:
    """Return where a fact of a record came from (id of the source) and when it was confirmed."""
    told = record.provenance.get(name)
    return told or [str(record.source_id), record.confirmed_on.isoformat()]


def renew(record: Record, names: Iterable[str], day: date) -> None:
    """Note that facts were confirmed on a day; the record is kept from then on anew."""
    told = {name: [told_on(record, name)[0], day.isoformat()] for name in names}
    record.provenance = {**record.provenance, **told}
    record.keep_until = max(record.keep_until, keep_until(day, record.basis.keep_months))


def confirm(*, kind: RecordKind, record_id: UUID, fields: Iterable[str], act: Act) -> Any:
    """Note that facts of a record still hold, which changes none of them.

    ``fields`` are names of the dictionary; Refused where one is none of this kind.
    """
    names, model = sorted(set(fields)), MODELS[kind]
    with acting(
        act.id,
        "registry.confirm",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"kind": kind.value, "fields": names, "record": record_id},
        detail={"kind": kind.value, "fields": names},
    ) as first_time:
        record = locked(model, record_id)
        if not first_time:
            return record
        check(refuse_change(act.who, record))
        if not all(field_of(kind, name) or related_of(kind, name) for name in names):
            raise Refused(missing("field"))
        renew(record, names, act.day)
        if set(names) >= {fact.name for fact in own_fields(kind)}:
            record.confirmed_on = act.day
        record.save(update_fields=["provenance", "keep_until", "confirmed_on"])
    return record


def take_up_record(*, kind: RecordKind, record_id: UUID, act: Act) -> Any:
    """Let a record that ended stand again, as its next version.

    Raises Refused where another stands in its place, or a resident asked that it ends.
    """
    with acting(
        act.id,
        "registry.take_up",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"kind": kind.value, "record": record_id},
        detail={"kind": kind.value},
    ) as first_time:
        record = locked(MODELS[kind], record_id)
        if not first_time:
            return record
        check(refuse_take_up(act.who, record))
        record.ended_on = None
        check(refuse_row(record))
        renew(record, [], act.day)
        record.version += 1
        record.save(update_fields=["ended_on", "keep_until", "version"])
    return record


def end_record(*, kind: RecordKind, record_id: UUID, ended_on: date, act: Act) -> Any:
    """Note that what a record tells of is no more: it stays until its retention ends.

    Changes that wait are overtaken by it.
    """
    model = MODELS[kind]
    with acting(
        act.id,
        "registry.end",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"kind": kind.value, "record": record_id, "ended_on": ended_on},
        detail={"kind": kind.value, "ended_on": ended_on},
    ) as first_time:
        record = locked(model, record_id)
        if not first_time:
            return record
        check(refuse_end(act.who, record))
        record.ended_on = ended_on
        record.version += 1
        record.save(update_fields=["ended_on", "version"])
        waiting = Change.objects.filter(record=record_id, state=ChangeState.PROPOSED)
        forget_places(waiting)
        waiting.update(state=ChangeState.OVERTAKEN, decided_by=act.by, decided_at=act.at)
    return record
