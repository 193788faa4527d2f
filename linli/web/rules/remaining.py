"""How much time is left until a promise, in the coarsest unit that still helps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Span(StrEnum):
    """The unit a remainder is told in."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Remaining:
    """A whole number of ``span``; ``overdue`` says on which side of the promise we are."""

    amount: int
    span: Span
    overdue: bool


def remaining(due: datetime, at: datetime) -> Remaining:
    """Compare two aware moments; the amount is rounded down, so it never promises too much."""
    gap = due - at
    overdue = gap < timedelta(0)
    size = abs(gap)
    # Up to two days are told in hours: "1 day left" hides whether it is 25 hours or 47.
    if size >= timedelta(days=2):
        return Remaining(size.days, Span.DAYS, overdue)
    hours = int(size.total_seconds() // 3600)
    if hours >= 1:
        return Remaining(hours, Span.HOURS, overdue)
    return Remaining(int(size.total_seconds() // 60), Span.MINUTES, overdue)
