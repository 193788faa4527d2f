"""Limits and pauses: how long something may take, and when the clock stood still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Far above any real limit and far below the end of the calendar (year 9999).
LARGEST_AMOUNT = 20_000


class LimitUnit(StrEnum):
    """What a limit counts; the values are what imports, exports and the database hold.

    - ``hours``: continuous hours, day and night, from the very moment.
    - ``working_hours``: hours inside office hours, from the very moment.
    - ``working_days``: counted from the day after; ends when the office closes (or at the
      end of the day, where the calendar says so).
    - ``calendar_days``: counted from the day after; ends at the end of the day.
    - ``stated``: the moment itself was promised; nothing is counted.
    """

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    STATED = "stated"

    @property
    def counts_days(self) -> bool:
        """Whether whole days are counted, beginning with the day after."""
        return self in {LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS}

    @property
    def needs_calendar(self) -> bool:
        """Whether a holiday notice can change the result."""
        return self in {LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS}


@dataclass(frozen=True)
class Limit:
    """An amount of a unit. 0 days means "the same day"; 0 hours is an error.

    Raises ValueError for an amount below zero, above ``LARGEST_AMOUNT``, or 0 of an hour
    unit. The amount of a ``stated`` limit has no meaning and is written 0.
    """

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        smallest = 1 if self.unit in {LimitUnit.HOURS, LimitUnit.WORKING_HOURS} else 0
        if not smallest <= self.amount <= LARGEST_AMOUNT:
            message = f"a limit of {self.amount} {self.unit} is outside {smallest}..20000"
            raise ValueError(message)


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still: from ``start`` up to, not including, ``end``.

    ``end`` None means the pause still runs. Raises ValueError for moments without a zone
    and for an end before the start.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        require_zone(self.start)
        if self.end is not None:
            require_zone(self.end)
            if self.end < self.start:
                message = f"a pause ends at {self.end}, before it starts at {self.start}"
                raise ValueError(message)

    def holds(self, moment: datetime) -> bool:
        """Whether the clock stood still at the moment."""
        return self.start <= moment and (self.end is None or moment < self.end)


def require_zone(moment: datetime) -> None:
    """Raise ValueError for a moment without a zone, whose meaning would be a guess."""
    if moment.tzinfo is None:
        message = f"{moment} has no time zone"
        raise ValueError(message)


def merge_pauses(pauses: Iterable[Pause], *, after: datetime) -> tuple[Pause, ...]:
    """The same standing still as disjoint pauses in order, cut off before ``after``.

    Overlapping and touching pauses become one; empty ones vanish; a running one swallows
    everything behind it, so only the last pause of the result can have no end.
    """
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.start):
        start = max(pause.start, after)
        if pause.end is not None and pause.end <= start:
            continue
        if not merged or (merged[-1].end is not None and merged[-1].end < start):
            merged.append(Pause(start, pause.end))
            continue
        last = merged[-1]
        if last.end is not None and (pause.end is None or pause.end > last.end):
            merged[-1] = Pause(last.start, pause.end)
    return tuple(merged)
