"""Taking the next case of triage on one's screen; the database lets only one person have it.

This is no act upon a case and leaves no event: a claim says who looks at it now, lapses after
some minutes, and is deleted with the next one.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Q

from linli.accounts.models import Person
from linli.cases.models import TriageClaim
from linli.storage.rows import insert_row

CLAIM = timedelta(minutes=10)


def claim_next(*, candidates: Iterable[uuid.UUID], by: Person, at: datetime) -> uuid.UUID | None:
    """Return the first candidate that nobody else is looking at, now on this person's screen.

    What the person had before is free again, unless it is that one. None when all are taken.
    ``candidates`` are read no further than needed.
    """
    with transaction.atomic():
        held = TriageClaim.objects.filter(person=by, until__gt=at).first()
        walk = iter(candidates)
        first = next(walk, None)
        if held is not None and held.case_id == first:
            return held.case_id
        TriageClaim.objects.filter(Q(until__lte=at) | Q(person=by)).delete()
        for case_id in chain(() if first is None else (first,), walk):
            claim = TriageClaim(case_id=case_id, person_id=by.pk, until=at + CLAIM)
            if insert_row(claim, ignore_conflict=True):
                return case_id
    return None
