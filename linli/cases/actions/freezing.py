"""The figures of a month that is over are written down, and the board shows them ever after."""

from datetime import datetime, timedelta

from django.utils import timezone

from linli.audit.actions import acting
from linli.cases.models import FrozenMonth
from linli.cases.queries.portal_board import counts_by_month
from linli.kernel.ids import new_id

# Until then what was reported offline in the last days of a month has arrived.
FROZEN_ON_DAY = 5


def freeze_last_month(*, at: datetime) -> int:
    """Write the last month down from the fifth day of the next one on; 0 where it was before.

    Only the last one: months of a history that was taken over stand as they were taken over.
    """
    today = timezone.localtime(at)
    last = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    month = f"{last:%Y-%m}"
    if today.day < FROZEN_ON_DAY or FrozenMonth.objects.filter(pk=month).exists():
        return 0
    begun = last.replace(day=1, hour=0, minute=0, second=0)
    received, closed = counts_by_month(begun - timedelta(days=366)).get(month, (0, 0))
    told = {"month": month, "received": received, "closed": closed}
    with acting(new_id(), "board.freeze_month", by=None, at=at, payload=told, detail=told):
        FrozenMonth.objects.create(month=month, received=received, closed=closed, at=at)
    return 1
