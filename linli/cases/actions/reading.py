"""Marking notices as read. A notice is a message to one person, so it leaves no event."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from linli.accounts.models import Person
from linli.cases.models import Notice


def mark_read(*, by: Person, at: datetime, notices: Sequence[uuid.UUID] | None = None) -> int:
    """Mark the person's own notices as read, all of them without ``notices``; returns how many."""
    unread = Notice.objects.filter(person=by, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=at)
