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
from datetime import UTC, date, datetime, time, timedelta

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

    ``first_day`` is the first day that could count. ``days_paused`` are the days that would
    have counted and did not because of pauses (day units). ``missing_years`` are the years
    whose holiday notice could still move the end.
    """

    start: datetime
    limit: Limit
    due: datetime | None
    first_day: date
    days_paused: int = 0
    pauses: tuple[Pause, ...] = ()
    missing_years: tuple[int, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether a notice still to come can change the end."""
        return bool(self.missing_years)


@dataclass(frozen=True)
class _Days:
    """Counted days as a number line: the rank of a day, the day of a rank, when one is over."""

    calendar: Calendar
    rank: Callable[[date], int]
    day: Callable[[int], date]
    closes: time

    def ended(self, moment: datetime) -> int:
        """The rank of the last day that was over before the moment."""
        local = self.calendar.local(moment)
        over = local.time() > self.closes
        return self.rank(local.date() if over else local.date() - _ONE_DAY)


def _days_of(limit: Limit, calendar: Calendar) -> _Days:
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return _Days(calendar, date.toordinal, date.fromordinal, END_OF_DAY)
    return _Days(calendar, calendar.rank, calendar.nth, calendar.day_closes)


def _add_days(
    start: datetime, limit: Limit, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[datetime | None, int]:
    """Return the end and how many days the pauses before it took out of the count."""
    days = _days_of(limit, calendar)
    begin = days.rank(calendar.local(start).date()) if limit.amount else days.ended(start)
    end = begin + max(limit.amount, 1)
    paused = 0
    for pause in pauses:
        low = max(begin, days.ended(pause.start))
        if low >= end + paused:
            break
        if pause.end is None:
            return None, paused
        paused += max(0, days.ended(pause.end) - low)
    return calendar.at(days.day(end + paused), days.closes), paused


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
        # In UTC: adding to a zone's wall clock would lose or win an hour where clocks change.
        return moment.astimezone(UTC) + timedelta(microseconds=micro)

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
    first = calendar.local(start).date()
    paused = 0
    if limit.unit.counts_days:
        due, paused = _add_days(start, limit, calendar, still)
        first += _ONE_DAY if limit.amount else timedelta(0)
    elif limit.unit is LimitUnit.HOURS:
        due = _add_hours(start, limit, still)
    else:
        due = _add_working_hours(start, limit, calendar, still)
    missing: tuple[int, ...] = ()
    if due is not None:
        due = calendar.local(due)
        still = tuple(pause for pause in still if pause.start < due)
        if limit.unit.needs_calendar:
            missing = tuple(calendar.notices_missing(first, due.date()))
    return Deadline(start, limit, due, first, paused, still, missing)


def postpone(stated: datetime, start: datetime, pauses: Iterable[Pause]) -> Deadline:
    """Return a stated moment moved on by the pauses before it, as a deadline to explain.

    Its ``due`` is in the zone of ``stated``. Raises ValueError for moments without a zone.
    """
    require_zone(stated)
    require_zone(start)
    limit = Limit(0, LimitUnit.STATED)
    counted: list[Pause] = []
    here = stated
    for pause in merge_pauses(pauses, after=start):
        if pause.start >= here:
            break
        counted.append(pause)
        if pause.end is None:
            return Deadline(start, limit, None, start.date(), pauses=tuple(counted))
        moved = here.astimezone(UTC) + timedelta(microseconds=elapsed(pause.start, pause.end))
        here = moved.astimezone(stated.tzinfo)
    return Deadline(start, limit, here, start.date(), pauses=tuple(counted))


def whole_units_left(
    at: datetime, due: datetime, unit: LimitUnit, calendar: Calendar, first_day: date
) -> int:
    """Return how many whole units of a limit are left at a moment; 0 where it is over.

    A day that is not over yet is left, the last one too, but none before ``first_day``, the
    first that could count. Of a stated moment the days are counted.
    """
    if due <= at:
        return 0
    if unit.counts_days:
        days = _days_of(Limit(0, unit), calendar)
        gone = max(days.ended(at), days.rank(first_day - _ONE_DAY))
        return days.rank(calendar.local(due).date()) - gone
    if unit is LimitUnit.WORKING_HOURS:
        return (calendar.worked(due) - calendar.worked(at)) // _HOUR
    return elapsed(at, due) // (_HOUR if unit is LimitUnit.HOURS else 24 * _HOUR)
