"""Another place: a resident moves at once; where a house or an organisation stands waits.

Of a resident is kept where they live now, and no trail of before. Where an organisation moved to,
and which address a house has now, a second person approves; the history says both.
"""

from uuid import UUID

from linli.audit.actions import acting
from linli.kernel.refusal import Refused
from linli.registry.actions.drafts import Common, Draft, Place, address_for, dwelling_for
from linli.registry.actions.records import locked, renew
from linli.registry.actions.relating import place_of, take_along
from linli.registry.actions.writing import Act, check, source_of
from linli.registry.models import (
    MODELS,
    Change,
    ChangeState,
    RecordKind,
    Resident,
    Source,
    SourceKind,
)
from linli.registry.policies import refuse_change
from linli.registry.policies.changes import refuse_fact, refuse_later, refuse_stale
from linli.registry.policies.values import refuse_row
from linli.registry.queries.changes import last_applied

DWELLING, ADDRESS = "dwelling", "address"


def _source(act: Act) -> Source:
    is_own = act.resident is not None
    sender = "" if act.by is None else act.by.name
    return source_of(SourceKind.RESIDENT if is_own else SourceKind.PAGE, sender, act)


def move_resident(*, record_id: UUID, place: Place, base_version: int, act: Act) -> Resident:
    """Let a resident live at another address; their record goes to the grid of that.

    The change says that they moved, and neither from where nor to where. Raises Refused where
    somebody moved them after ``base_version``: two addresses are not merged.
    """
    with acting(
        act.id,
        "registry.move",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"record": record_id, "place": repr(place), "base_version": base_version},
    ) as first_time:
        record: Resident = locked(Resident, record_id)
        if not first_time:
            return record
        check(refuse_change(act.who, record))
        check(refuse_later(record, base_version))
        check(refuse_stale(last_applied(record_id, DWELLING), base_version))
        source = _source(act)
        draft = Draft(RecordKind.RESIDENT, {}, record.basis.code, place)
        dwelling = dwelling_for(draft, Common(record.basis, source, act.day))
        record.dwelling, record.grid_id = dwelling, dwelling.grid_id if dwelling else None
        renew(record, [], act.day)
        told = [str(source.pk), act.day.isoformat()]
        record.provenance = {**record.provenance, DWELLING: told}
        record.version += 1
        record.save(update_fields=["dwelling", "grid", "provenance", "keep_until", "version"])
        take_along(record)
        Change.objects.create(
            id=act.id,
            kind=RecordKind.RESIDENT,
            record=record_id,
            field=DWELLING,
            base_version=base_version,
            version=record.version,
            state=ChangeState.APPLIED,
            source=source,
            by=act.by,
            at=act.at,
        )
    return record


def propose_address(
    *, kind: RecordKind, record_id: UUID, place: Place, base_version: int, act: Act
) -> Change | None:
    """Put another address of a house, a home or an organisation before a second person.

    Returns None where the record lies there already: the address is then confirmed. Raises
    Refused where somebody may not, or another record of the kind is kept at that address.
    """
    with acting(
        act.id,
        "registry.propose_address",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"record": record_id, "place": repr(place), "base_version": base_version},
        detail={"kind": kind.value, "field": ADDRESS},
    ) as first_time:
        if not first_time:
            return Change.objects.filter(pk=act.id).first()
        related = place_of(kind)
        if related is None or related.field.name != ADDRESS:
            raise Refused(refuse_fact())
        record = locked(MODELS[kind], record_id)
        check(refuse_change(act.who, record))
        check(refuse_later(record, base_version))
        before, address = record.address_id, address_for(place)
        if address.pk == before:
            renew(record, [ADDRESS], act.day)
            record.save(update_fields=["provenance", "keep_until"])
            return None
        record.address = address
        # What the second person could not approve is said to the first.
        check(refuse_row(record))
        return Change.objects.create(
            id=act.id,
            kind=kind,
            record=record_id,
            field=ADDRESS,
            before=str(before).encode(),
            after=str(address.pk).encode(),
            base_version=base_version,
            state=ChangeState.PROPOSED,
            source=_source(act),
            by=act.by,
            at=act.at,
        )
