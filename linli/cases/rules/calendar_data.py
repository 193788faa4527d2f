"""A working calendar as data: reading it, and saying what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.kernel.working_time import Calendar, LimitEnds, NamedDay, OfficeHours


class CalendarDataError(ValueError):
    """The data are no calendar; the message says where and why."""


def _day(text: object, where: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise CalendarDataError(f"{where}: {text!r} is no date like 2026-10-01") from error


def _named(rows: Sequence[Sequence[object]], where: str) -> tuple[NamedDay, ...]:
    days = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list | tuple) or not row:
            raise CalendarDataError(f"{where}, entry {number}: a date and a name are expected")
        name = str(row[1]) if len(row) > 1 else ""
        name_en = str(row[2]) if len(row) > 2 else name
        days.append(NamedDay(_day(row[0], f"{where}, entry {number}"), name, name_en))
    if len({day.day for day in days}) != len(days):
        raise CalendarDataError(f"{where}: a day stands twice")
    return tuple(days)


def _hours(rows: Sequence[Sequence[str]]) -> tuple[OfficeHours, ...]:
    hours: list[OfficeHours] = []
    for row in rows:
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


def calendar_from(content: Mapping[str, Any], closing: Iterable[NamedDay] = ()) -> Calendar:
    """Return the calendar of stored content and the district's own closing days.

    Raises CalendarDataError with a sentence when the content is no calendar.
    """
    missing = {"version", "zone", "confirmed_years", "hours"} - set(content)
    if missing:
        raise CalendarDataError(f"missing: {', '.join(sorted(missing))}")
    try:
        ZoneInfo(str(content["zone"]))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CalendarDataError(f"zone: {content['zone']!r} is no time zone") from error
    closing = tuple(closing)
    holidays = _named(content.get("holidays", ()), "holidays")
    working = _named(content.get("working_weekends", ()), "working_weekends")
    if {day.day for day in holidays} & {day.day for day in working}:
        raise CalendarDataError("a day is both a holiday and a working weekend")
    suffix = f"+{len(closing)}" if closing else ""
    return Calendar(
        version=f"{content['version']}{suffix}",
        zone=str(content["zone"]),
        confirmed_years=frozenset(int(year) for year in content["confirmed_years"]),
        day_hours=_hours(content["hours"]),
        holidays=holidays,
        working_weekends=working,
        closing_days=closing,
        limit_ends=LimitEnds(content.get("limit_ends", LimitEnds.OFFICE_CLOSES)),
    )
