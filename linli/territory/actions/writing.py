"""The frame around every change of the territory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.territory.models import THE_VERSION, TerritoryVersion
from linli.territory.policies import refuse_manage


@dataclass(frozen=True)
class Act:
    """One act: its id (made by the client), who does it (None: a command) and when."""

    id: UUID
    by: Person | None
    at: datetime


def check(refusal: Refusal | None) -> None:
    """Raise Refused when a policy said no."""
    if refusal is not None:
        raise Refused(refusal)


@contextmanager
def changing(
    verb: str,
    act: Act,
    *,
    subject: UUID | None = None,
    payload: Mapping[str, object],
    detail: Mapping[str, object] | None = None,
) -> Iterator[bool]:
    """Run one change exactly once; yields False when the act was done before.

    Takes the territory's lock (changes wait for one another) and renews its stamp.
    """
    check(refuse_manage(act.by, timezone.localdate(act.at)))
    with acting(
        act.id,
        f"territory.{verb}",
        by=act.by,
        at=act.at,
        subject=subject,
        payload=payload,
        detail=detail,
    ) as first_time:
        if first_time:
            TerritoryVersion.objects.update_or_create(id=THE_VERSION, defaults={"stamp": new_id()})
        yield first_time
