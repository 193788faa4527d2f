"""Which days a limit left out and why, and which weekends it counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from linli.kernel.working_time.calendars import Calendar, DayKind, NamedDay
from linli.kernel.working_time.limits import Pause

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LeftOut:
    """A run of days that did not count, all for the same reason."""

    first: date
    last: date
    kind: DayKind
    named: NamedDay | None = None

    @property
    def days(self) -> int:
        """How many days the run has."""
        return (self.last - self.first).days + 1


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _ONE_DAY


def days_left_out(first: date, last: date, calendar: Calendar) -> list[LeftOut]:
    """Return the runs of days from ``first`` to ``last`` (both in) that do not count."""
    runs: list[LeftOut] = []
    for day in _days(first, last):
        kind = calendar.kind(day)
        if kind.counts:
            continue
        named = calendar.named(day) if kind is not DayKind.WEEKEND else None
        previous = runs[-1] if runs else None
        name = named.name if named else ""
        if (
            previous is not None
            and previous.last + _ONE_DAY == day
            and previous.kind is kind
            and (previous.named.name if previous.named else "") == name
        ):
            runs[-1] = LeftOut(previous.first, day, kind, previous.named)
        else:
            runs.append(LeftOut(day, day, kind, named))
    return runs


def make_up_days(
    first: date, last: date, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> list[date]:
    """Return the weekend days from ``first`` to ``last`` on which offices work.

    Days whose end lies in one of the pauses were not counted and are left out.
    """
    still = tuple(pauses)
    return [
        day
        for day in _days(first, last)
        if calendar.kind(day) is DayKind.MAKE_UP
        and not any(pause.holds(calendar.at(day, calendar.day_closes)) for pause in still)
    ]
