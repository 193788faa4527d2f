"""Days from which and until which something holds.

A period holds from ``since`` (included) to ``until`` (left out); no ``until`` means it is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# A change is decided for the turn of the year at the latest; a day farther ahead is a slip of the
# hand, and a change cannot be taken back, so 2999 would stay for ever.
MOST_DAYS_AHEAD = 366


@dataclass(frozen=True)
class Period:
    """A half-open span of days."""

    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"{self.until} is not after {self.since}")

    def holds_on(self, day: date) -> bool:
        """Say whether the period includes ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


def change_days(periods: Iterable[Period]) -> list[date]:
    """Return, in order, the days on which anything begins or ends."""
    days = {period.since for period in periods}
    return sorted(days | {period.until for period in periods if period.until is not None})


def latest_day(today: date) -> date:
    """Return the last day for which a change may be decided on ``today``."""
    return today + timedelta(days=MOST_DAYS_AHEAD)
