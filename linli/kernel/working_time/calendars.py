"""A calendar of working days: which days count, and the hours of an office day.

No table of days is kept. The number of working days up to a date is the number of weekdays
(arithmetic) plus what the exceptions before it add or take away (one bisection), so that a
question costs the same in every year, and years nobody has confirmed have an answer too.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

SATURDAY = 5
END_OF_DAY = time(23, 59, 59, 999_999)
# A notice for the coming year may take days of this one for New Year: 29 December was made
# a working day in 2007 and 2018. Three days around 1 January and their make-up days reach
# back to 25 December at most.
NEW_YEAR_EDGE = (12, 25)


class LimitEnds(StrEnum):
    """When the last day of a working-day limit is over."""

    OFFICE_CLOSES = "office_closes"
    DAY_ENDS = "day_ends"


class DayKind(StrEnum):
    """Why a day counts (workday, make_up) or does not (the others)."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSING = "closing"

    @property
    def counts(self) -> bool:
        """Whether offices work on such a day."""
        return self in {DayKind.WORKDAY, DayKind.MAKE_UP}


@dataclass(frozen=True)
class NamedDay:
    """A day that differs from the week's rule, with the name people know it by."""

    day: date
    name: str
    name_en: str


@dataclass(frozen=True)
class OfficeHours:
    """One stretch of office time in local time, ``opens`` before ``closes``."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Calendar:
    """Working days as versioned data; an import makes a new version, none is changed.

    ``confirmed_years`` are those whose official notice is contained; in all others only
    weekends are assumed and results are provisional. ``closing_days`` are local. Office
    hours are in order, do not overlap, and are the same on every working day.
    """

    version: str
    zone: str
    confirmed_years: frozenset[int]
    day_hours: tuple[OfficeHours, ...]
    holidays: tuple[NamedDay, ...] = ()
    working_weekends: tuple[NamedDay, ...] = ()
    closing_days: tuple[NamedDay, ...] = ()
    limit_ends: LimitEnds = LimitEnds.OFFICE_CLOSES

    def with_closing_days(self, version: str, days: Iterable[NamedDay]) -> "Calendar":
        """This calendar with further local closing days, under a version of its own."""
        return replace(self, version=version, closing_days=(*self.closing_days, *days))

    def kind(self, day: date) -> DayKind:
        """Why the day counts or not; a closing is named only where the office would work."""
        return self._kinds.get(day) or _kind_by_week(day)

    def named(self, day: date) -> NamedDay | None:
        """The entry behind a holiday, a make-up working day or a closing."""
        return self._names.get(day)

    def notice_missing(self, day: date) -> int | None:
        """The year whose notice could still change this day, or None."""
        if day.year not in self.confirmed_years:
            return day.year
        if (day.month, day.day) >= NEW_YEAR_EDGE and day.year + 1 not in self.confirmed_years:
            return day.year + 1
        return None

    def notices_missing(self, first: date, last: date) -> Iterator[int]:
        """The years whose notices could still change a day of first..last, in order."""
        for year in range(first.year, last.year + 1):
            if year not in self.confirmed_years:
                yield year
        missing = self.notice_missing(last)
        if missing is not None and missing > last.year:
            yield missing

    def rank(self, day: date) -> int:
        """How many working days there are up to and including the day (since year 1)."""
        ordinal = day.toordinal()
        days, shifts, _ = self._exceptions
        return _weekdays_up_to(ordinal) + shifts[bisect_right(days, ordinal)]

    def nth(self, rank: int) -> date:
        """The working day of that rank: the first day d with ``self.rank(d) == rank``."""
        days, shifts, ranks = self._exceptions
        # Every exception before `position` lies before the day sought, and the next one
        # does not, so that only one shift comes into question.
        position = bisect_left(ranks, rank)
        ordinal = _weekday_of_count(rank - shifts[position])
        if position < len(days):
            ordinal = min(ordinal, days[position])
        return date.fromordinal(ordinal)

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of this calendar's zone."""
        return moment.astimezone(self.zone_info)

    def at(self, day: date, clock: time) -> datetime:
        """That wall-clock time of the day, as a moment."""
        return datetime.combine(day, clock, self.zone_info)

    @cached_property
    def zone_info(self) -> ZoneInfo:
        """The zone's rules."""
        return ZoneInfo(self.zone)

    @cached_property
    def day_closes(self) -> time:
        """When a working-day limit ends on its last day."""
        if self.limit_ends is LimitEnds.DAY_ENDS:
            return END_OF_DAY
        return self.day_hours[-1].closes

    @cached_property
    def day_length(self) -> int:
        """Office time of one working day, in microseconds."""
        return sum(microseconds(one.closes) - microseconds(one.opens) for one in self.day_hours)

    def worked(self, moment: datetime) -> int:
        """Office time up to the moment, in microseconds since year 1.

        Office time is wall-clock time: a day has the same length when clocks are changed.
        """
        local = self.local(moment)
        day = local.date()
        if not self.kind(day).counts:
            return self.rank(day) * self.day_length
        now = microseconds(local.time())
        today = sum(
            max(0, min(now, microseconds(one.closes)) - microseconds(one.opens))
            for one in self.day_hours
        )
        return (self.rank(day) - 1) * self.day_length + today

    def moment_worked(self, worked: int) -> datetime:
        """The first moment at which so much office time has passed; inverse of `worked`."""
        before, today = divmod(worked - 1, self.day_length)
        today += 1
        for stretch in self.day_hours[:-1]:
            length = microseconds(stretch.closes) - microseconds(stretch.opens)
            if today <= length:
                break
            today -= length
        else:
            stretch = self.day_hours[-1]
        clock = time_of(microseconds(stretch.opens) + today)
        return self.at(self.nth(before + 1), clock)

    @cached_property
    def _names(self) -> dict[date, NamedDay]:
        named = {one.day: one for one in (*self.holidays, *self.working_weekends)}
        return named | {
            one.day: one for one in self.closing_days if self.kind(one.day) is DayKind.CLOSING
        }

    @cached_property
    def _kinds(self) -> dict[date, DayKind]:
        kinds = {one.day: DayKind.MAKE_UP for one in self.working_weekends}
        kinds |= {one.day: DayKind.HOLIDAY for one in self.holidays}
        for one in self.closing_days:
            if (kinds.get(one.day) or _kind_by_week(one.day)).counts:
                kinds[one.day] = DayKind.CLOSING
        return kinds

    @cached_property
    def _exceptions(self) -> tuple[list[int], list[int], list[int]]:
        """What breaks the week's rule: ordinals, shifts and ranks.

        A shift is the sum of +1 and -1 before a day; there is one more, for everything behind.
        """
        days = sorted(
            day for day, kind in self._kinds.items() if kind.counts != _kind_by_week(day).counts
        )
        ordinals = [day.toordinal() for day in days]
        shifts = list(accumulate((1 if self._kinds[day].counts else -1 for day in days), initial=0))
        ranks = [
            _weekdays_up_to(one) + shift for one, shift in zip(ordinals, shifts[1:], strict=True)
        ]
        return ordinals, shifts, ranks


def microseconds(clock: time) -> int:
    """A wall-clock time as microseconds since midnight."""
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def time_of(value: int) -> time:
    """Microseconds since midnight (less than a day) as a wall-clock time."""
    seconds, micro = divmod(value, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, micro)


def elapsed(start: datetime, end: datetime) -> int:
    """True time between two moments in microseconds, also across a change of clocks."""
    span = end.astimezone(UTC) - start.astimezone(UTC)
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def _kind_by_week(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKDAY


def _weekdays_up_to(ordinal: int) -> int:
    """Mondays to Fridays up to and including the day; ordinal 1 is a Monday."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _weekday_of_count(count: int) -> int:
    """The ordinal of the count-th Monday to Friday since year 1."""
    weeks, rest = divmod(count - 1, 5)
    return weeks * 7 + rest + 1
