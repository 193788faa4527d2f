"""Who works on assistance: they alone see it, and hand it over to others."""

from collections.abc import Sequence
from uuid import UUID

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.registry.actions.records import locked
from linli.registry.actions.writing import Act, check
from linli.registry.models import Assistance
from linli.registry.policies.helping import refuse_hand_over


def hand_over(*, record_id: UUID, workers: Sequence[Person], act: Act) -> Assistance:
    """Let these people work on assistance from now on, and nobody else.

    Raises Refused where none of them may see assistance: it would be lost to everybody.
    """
    with acting(
        act.id,
        "registry.hand_over",
        by=act.by,
        at=act.at,
        subject=record_id,
        payload={"record": record_id, "workers": sorted(str(one.pk) for one in workers)},
        detail={"workers": len(workers)},
    ) as first_time:
        record: Assistance = locked(Assistance, record_id)
        if not first_time:
            return record
        check(refuse_hand_over(act.who, record, workers))
        record.workers.set(workers)
        record.version += 1
        record.save(update_fields=["version"])
    return record
