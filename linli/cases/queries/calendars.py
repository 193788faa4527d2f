"""The calendar that holds now; imports are rare, so each process keeps it for seconds."""

import time

from linli.cases.models import ClosingDay, WorkingCalendar
from linli.cases.rules.calendar_data import calendar_from
from linli.kernel.working_time import Calendar, NamedDay

_FRESH_SECONDS = 5.0
_kept: list[tuple[float, Calendar]] = []

# Where nobody has imported a calendar, only weekends are known and all is provisional.
WITHOUT_CALENDAR = {
    "version": "0",
    "zone": "Asia/Shanghai",
    "confirmed_years": [],
    "hours": [["09:00", "12:00"], ["13:30", "17:30"]],
}


def forget_calendar() -> None:
    """Let this process read the calendar anew, after one was imported."""
    _kept.clear()


def current_calendar() -> Calendar:
    """Return the newest imported calendar with the district's own closing days."""
    if _kept and time.monotonic() - _kept[0][0] < _FRESH_SECONDS:
        return _kept[0][1]
    newest = WorkingCalendar.objects.order_by("-imported_at").first()
    closing = [NamedDay(row.day, row.reason, row.reason) for row in ClosingDay.objects.all()]
    content = newest.content if newest is not None else WITHOUT_CALENDAR
    calendar = calendar_from(content, closing)
    _kept[:] = [(time.monotonic(), calendar)]
    return calendar
