"""The calendar that holds now; imports are rare, so each process keeps it for seconds."""

import time
from collections.abc import Mapping
from typing import Any

from linli.cases.models import ClosingDay, WorkingCalendar
from linli.cases.rules.calendar_data import calendar_from
from linli.kernel.working_time import Calendar, NamedDay

_FRESH_SECONDS = 5.0
_kept: list[tuple[float, Calendar]] = []

# Where nobody has imported a calendar, only weekends are known and all is provisional.
WITHOUT_CALENDAR: dict[str, Any] = {
    "version": "0",
    "zone": "Asia/Shanghai",
    "confirmed_years": [],
    "hours": [["09:00", "12:00"], ["13:30", "17:30"]],
}


def forget_calendar() -> None:
    """Let this process read the calendar anew, after one was imported."""
    _kept.clear()


def newest_content() -> Mapping[str, Any]:
    """Return the data of the calendar that was imported last, without local closing days."""
    newest = WorkingCalendar.objects.order_by("-imported_at").first()
    return newest.content if newest is not None else WITHOUT_CALENDAR


def closing_days() -> list[NamedDay]:
    """Return the days on which this district's offices are closed besides."""
    return [NamedDay(row.day, row.reason, row.reason) for row in ClosingDay.objects.all()]


def current_calendar() -> Calendar:
    """Return the newest imported calendar with the district's own closing days."""
    if _kept and time.monotonic() - _kept[0][0] < _FRESH_SECONDS:
        return _kept[0][1]
    calendar = calendar_from(newest_content(), closing_days())
    _kept[:] = [(time.monotonic(), calendar)]
    return calendar
