"""How complete and how fresh records are: which fact counts for each kind, and shares in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from linli.registry.rules.dictionary import dictionary

# By this fact a record of a kind counts as complete; its months say how old a record may be.
CHIEF_FACTS: Mapping[str, str] = {
    "dwelling": "heads",
    "resident": "telephone",
    "tenancy": "has_smoke_alarm",
    "organisation": "contact_telephone",
    "school": "pupils",
}


def fresh_since(kind: str, today: date) -> date:
    """Return the day from which on a record of a kind counts as confirmed lately."""
    return months_before(today, dictionary().fields[f"{kind}.{CHIEF_FACTS[kind]}"].confirm_months)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the last of a month where it has none."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    return date(years, month + 1, min(day.day, 28))


@dataclass(frozen=True)
class Share:
    """A part of a whole; None where it is too small to be shown."""

    part: int | None
    whole: int | None

    @property
    def percent(self) -> int | None:
        """The share in whole percent, rounded down; None where there is nothing to share."""
        if self.part is None or not self.whole:
            return None
        return 100 * self.part // self.whole


@dataclass(frozen=True)
class Tally:
    """The records of one kind in one area."""

    records: int = 0
    complete: int = 0
    fresh: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Put two areas together."""
        return Tally(
            self.records + other.records,
            self.complete + other.complete,
            self.fresh + other.fresh,
        )
