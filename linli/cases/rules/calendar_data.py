"""A working calendar as data: reading it, and saying what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.kernel.working_time import SATURDAY, Calendar, LimitEnds, NamedDay, OfficeHours


class CalendarDataError(ValueError):
    """The data are no calendar; the message says where and why."""


def _day(text: object, where: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise CalendarDataError(f"{where}: {text!r} is no date like 2026-10-01") from error


def _rows(value: object, where: str) -> Sequence[Sequence[object]]:
    """A list of lists, as JSON spells tables."""
    if not isinstance(value, list | tuple):
        raise CalendarDataError(f"{where}: a list is expected")
    for number, row in enumerate(value, 1):
        if not isinstance(row, list | tuple) or not row:
            raise CalendarDataError(f"{where}, entry {number}: a list of values is expected")
    return value


def _named(value: object, where: str) -> tuple[NamedDay, ...]:
    days = []
    for number, row in enumerate(_rows(value, where), 1):
        name = str(row[1]) if len(row) > 1 else ""
        name_en = str(row[2]) if len(row) > 2 else name
        days.append(NamedDay(_day(row[0], f"{where}, entry {number}"), name, name_en))
    if len({day.day for day in days}) != len(days):
        raise CalendarDataError(f"{where}: a day stands twice")
    return tuple(days)


def _hours(value: object) -> tuple[OfficeHours, ...]:
    hours: list[OfficeHours] = []
    for row in _rows(value, "hours"):
        try:
            opens, closes = (time.fromisoformat(str(text)) for text in row)
        except ValueError as error:
            raise CalendarDataError(f"hours: {row!r} are no two times like 09:00") from error
        if opens >= closes or (hours and hours[-1].closes > opens):
            raise CalendarDataError("hours: they must follow each other without overlap")
        hours.append(OfficeHours(opens, closes))
    if not hours:
        raise CalendarDataError("hours: an office day has no hours")
    return tuple(hours)


def _years(value: object) -> frozenset[int]:
    try:
        years = frozenset(int(str(year)) for year in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise CalendarDataError("confirmed_years: a list of years is expected") from error
    return years


def _limit_ends(value: object) -> LimitEnds:
    try:
        return LimitEnds(str(value))
    except ValueError as error:
        known = ", ".join(LimitEnds)
        raise CalendarDataError(f"limit_ends: {value!r} is none of {known}") from error


def _check_zone(name: str) -> None:
    # A name such as "../x" is a ValueError; an empty one opens a folder, an OSError.
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarDataError(f"zone: {name!r} is no time zone") from error


def _check_days(holidays: Iterable[NamedDay], working: Iterable[NamedDay]) -> None:
    for day in working:
        if day.day.weekday() < SATURDAY:
            raise CalendarDataError(f"working_weekends: {day.day} is no Saturday or Sunday")
    if {day.day for day in holidays} & {day.day for day in working}:
        raise CalendarDataError("a day is both a holiday and a working weekend")


def calendar_from(content: Mapping[str, Any], closing: Iterable[NamedDay] = ()) -> Calendar:
    """Return the calendar of stored content and the district's own closing days.

    Raises CalendarDataError with a sentence when the content is no calendar.
    """
    if not isinstance(content, Mapping):
        raise CalendarDataError("an object with version, zone, confirmed_years and hours")
    missing = {"version", "zone", "confirmed_years", "hours"} - set(content)
    if missing:
        raise CalendarDataError(f"missing: {', '.join(sorted(missing))}")
    _check_zone(str(content["zone"]))
    closing = tuple(closing)
    holidays = _named(content.get("holidays", ()), "holidays")
    working = _named(content.get("working_weekends", ()), "working_weekends")
    _check_days(holidays, working)
    suffix = f"+{len(closing)}" if closing else ""
    return Calendar(
        version=f"{content['version']}{suffix}",
        zone=str(content["zone"]),
        confirmed_years=_years(content["confirmed_years"]),
        day_hours=_hours(content["hours"]),
        holidays=holidays,
        working_weekends=working,
        closing_days=closing,
        limit_ends=_limit_ends(content.get("limit_ends", LimitEnds.OFFICE_CLOSES)),
    )
