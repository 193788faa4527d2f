"""Until when a record is kept, and whether a fact is still fresh; days are local days."""

import calendar
from datetime import date

_MONTHS = 12


def months_after(day: date, months: int) -> date:
    """Return the same day some months later; the last of a month where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def keep_until(confirmed_on: date, keep_months: int) -> date:
    """Return the last day a record is kept: its basis counts from the last confirmation."""
    return months_after(confirmed_on, keep_months)


def is_stale(confirmed_on: date, confirm_months: int, today: date) -> bool:
    """Say whether a fact is older than it may be and should be asked for again."""
    return months_after(confirmed_on, confirm_months) < today
