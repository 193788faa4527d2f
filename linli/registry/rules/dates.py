"""Days as people and spreadsheets spell them."""

import re
from datetime import date, datetime, timedelta

from linli.registry.rules.signs import folded

_CLOCK = r"[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_SPELLED = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:{_CLOCK})?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Day 0 of the calendar that most spreadsheets count by, as they are counted since March 1900.
_DAY_ZERO = date(1899, 12, 30)
# Serial days from 1954 to 2119: five digits are a day only where people live now.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _of_serial(number: float) -> date | None:
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _DAY_ZERO + timedelta(days=int(number))
    return None


def _of_text(text: str) -> date | None:
    if found := _SPELLED.fullmatch(text) or _DIGITS.fullmatch(text):
        return _made(*found.groups())
    if found := _MONTH.fullmatch(text):
        return _made(found[1], found[2], "1")
    return _of_serial(float(text)) if _SERIAL.fullmatch(text) else None


def date_of(cell: object) -> date | None:
    """Return the day of a cell: a date, 2024/1/5, 2024年1月5日, 20240105 or the serial 45296.

    A month alone (2024年1月) is its first day. None where no such day exists.
    """
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if isinstance(cell, str):
        return _of_text(folded(cell))
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return _of_text(str(int(cell))) if cell == cell // 1 else _of_serial(cell)
