"""Counting the records by grid anew; the counts are derived and hold nothing of their own."""

from datetime import datetime

from django.db import transaction

from linli.registry.models import GridCount
from linli.registry.queries.coverage import counted


def recount(*, at: datetime) -> int:
    """Bring the counts of all grids to what the records are at a moment; returns the rows.

    Not recorded in the audit log, as it changes no fact.
    """
    rows = [
        GridCount(
            code=code,
            kind=kind,
            records=tally.records,
            complete=tally.complete,
            fresh=tally.fresh,
            at=at,
        )
        for (code, kind), tally in counted(at).items()
    ]
    with transaction.atomic():
        GridCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code", "kind"],
            update_fields=["records", "complete", "fresh", "at"],
        )
        # What was not counted now has no record any more.
        GridCount.objects.filter(at__lt=at).delete()
    return len(rows)
