"""One record for somebody who asks by its id."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from linli.audit.actions import Gone
from linli.audit.models import Tombstone
from linli.registry.models import Record
from linli.registry.policies import Who, opens_kind, visible_ended, visible_records

R = TypeVar("R", bound=Record)


def record_for(model: type[R], record_id: UUID, who: Who, at: datetime) -> R:
    """Return a record that exists for somebody, ended ones too.

    Raises the model's DoesNotExist (404) for what is not theirs, Gone (410) for what was erased
    after its retention, told only to those who see records of this kind.
    """
    found = visible_records(model, who, at).filter(pk=record_id).first()
    found = found or visible_ended(model, who, at).filter(pk=record_id).first()
    if opens_kind(who, model) and Tombstone.objects.filter(pk=record_id).exists():
        raise Gone(str(record_id))
    if found is None:
        raise model.DoesNotExist(str(record_id))
    return found
