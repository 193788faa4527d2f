"""Adding a limit to a moment: when it ends, minus the times the clock stood still.

Choices, the same for every limit:

- Days are counted from the day after the start. Amount 0 is the same day; where that day's
  office is already closed, the next working day.
- Hours run from the very moment; there is no begun unit to be skipped.
- A day does not count when the clock stands still at the moment a limit would end on it.
  So a limit never ends inside a pause, and a pause within one morning gives no day away.
- A running pause leaves no due moment, unless the limit had ended before it began.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linli.kernel.working_time.calendars import END_OF_DAY, Calendar, elapsed
from linli.kernel.working_time.limits import (
    Limit,
    LimitUnit,
    Pause,
    merge_pauses,
    require_zone,
)

_ONE_DAY = timedelta(days=1)
_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Deadline:
    """When a limit ends; ``due`` None while a pause runs. ``pauses`` are those that counted.

    ``missing_years`` are the years whose holiday notice could still move the end.
    """

    start: datetime
    limit: Limit
    due: datetime | None
    pauses: tuple[Pause, ...] = ()
    missing_years: tuple[int, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether a notice still to come can change the end."""
        return bool(self.missing_years)


def _holds(pauses: Sequence[Pause], moment: datetime) -> bool:
    """Say whether the clock stands still at a moment."""
    return any(
        pause.start <= moment and (pause.end is None or moment < pause.end) for pause in pauses
    )


def _running_from(pauses: Sequence[Pause]) -> datetime | None:
    last = pauses[-1] if pauses else None
    return last.start if last is not None and last.end is None else None


def _day_counter(limit: Limit, calendar: Calendar) -> tuple[Callable[[date, int], date], time]:
    """Return how to go so many counted days on, and when a day is over."""
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return (lambda day, count: day + timedelta(days=count)), END_OF_DAY
    return (lambda day, count: calendar.nth(calendar.rank(day) + count)), calendar.day_closes


def _add_days(
    start: datetime, limit: Limit, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime | None:
    forward, closes = _day_counter(limit, calendar)
    today = calendar.local(start).date()
    if limit.amount == 0:
        end = calendar.at(today, closes)
        same_day = forward(today - _ONE_DAY, 1) == today
        if same_day and start <= end and not _holds(pauses, end):
            return end
    day, left = today, max(limit.amount, 1)
    running = _running_from(pauses)
    while True:
        # Jump as far as no pause can matter, then look at the days one by one.
        step = left if not pauses else 1
        day = forward(day, step)
        end = calendar.at(day, closes)
        if running is not None and end >= running:
            return None
        if not _holds(pauses, end):
            left -= step
        if left == 0:
            return end


def _add_time(
    start: datetime,
    amount: int,
    pauses: Sequence[Pause],
    measure: Callable[[datetime, datetime], int],
    forward: Callable[[datetime, int], datetime],
) -> datetime | None:
    """Go ``amount`` microseconds on from ``start``, stepping over the pauses."""
    here, left = start, amount
    for pause in pauses:
        before = measure(here, pause.start)
        if left <= before:
            break
        if pause.end is None:
            return None
        left -= before
        here = pause.end
    return forward(here, left)


def _add_hours(start: datetime, limit: Limit, pauses: Sequence[Pause]) -> datetime | None:
    def forward(moment: datetime, micro: int) -> datetime:
        return moment + timedelta(microseconds=micro)

    return _add_time(start, limit.amount * _HOUR, pauses, elapsed, forward)


def _add_working_hours(
    start: datetime, limit: Limit, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime | None:
    def measure(begin: datetime, end: datetime) -> int:
        return calendar.worked(end) - calendar.worked(begin)

    def forward(moment: datetime, micro: int) -> datetime:
        return calendar.moment_worked(calendar.worked(moment) + micro)

    return _add_time(start, limit.amount * _HOUR, pauses, measure, forward)


def add_limit(
    start: datetime, limit: Limit, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> Deadline:
    """Return when a limit that starts at ``start`` ends, in the calendar's zone.

    Raises ValueError for a start without a zone, and for a ``stated`` limit: that is a
    moment already, see `postpone`.
    """
    require_zone(start)
    if limit.unit is LimitUnit.STATED:
        raise ValueError("a stated limit is a moment and cannot be counted")
    still = merge_pauses(pauses, after=start)
    if limit.unit.counts_days:
        due = _add_days(start, limit, calendar, still)
    elif limit.unit is LimitUnit.HOURS:
        due = _add_hours(start, limit, still)
    else:
        due = _add_working_hours(start, limit, calendar, still)
    if due is not None:
        due = calendar.local(due)
        still = tuple(pause for pause in still if pause.start < due)
    missing: tuple[int, ...] = ()
    if limit.unit.needs_calendar and due is not None:
        first = calendar.local(start).date()
        missing = tuple(calendar.notices_missing(first, due.date()))
    return Deadline(start, limit, due, still, missing)


def postpone(stated: datetime, start: datetime, pauses: Iterable[Pause]) -> datetime | None:
    """Return a stated moment moved on by the pauses before it; None while one runs."""
    here = stated
    for pause in merge_pauses(pauses, after=start):
        if pause.start >= here:
            break
        if pause.end is None:
            return None
        here += pause.end - pause.start
    return here
