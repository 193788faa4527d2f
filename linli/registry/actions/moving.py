"""A resident moves to another dwelling: where they live now is kept, and no trail of before."""

from uuid import UUID

from linli.audit.actions import acting
from linli.registry.actions.drafts import Common, Draft, Place, dwelling_for
from linli.registry.actions.records import locked, renew
from linli.registry.actions.writing import Act, check, source_of
from linli.registry.models import Change, ChangeState, RecordKind, Resident, SourceKind
from linli.registry.policies import refuse_change
from linli.registry.policies.changes import refuse_later, refuse_stale
from linli.registry.queries.changes import last_applied

DWELLING = "dwelling"


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
        is_own = act.resident is not None
        sender = "" if act.by is None else act.by.name
        source = source_of(SourceKind.RESIDENT if is_own else SourceKind.PAGE, sender, act)
        draft = Draft(RecordKind.RESIDENT, {}, record.basis.code, place)
        dwelling = dwelling_for(draft, Common(record.basis, source, act.day))
        record.dwelling, record.grid_id = dwelling, dwelling.grid_id if dwelling else None
        renew(record, [], act.day)
        told = [str(source.pk), act.day.isoformat()]
        record.provenance = {**record.provenance, DWELLING: told}
        record.version += 1
        record.save(update_fields=["dwelling", "grid", "provenance", "keep_until", "version"])
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
