"""A working calendar as data: reading it, and saying what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.kernel.working_time import SATURDAY, Calendar, LimitEnds, NamedDay, OfficeHours


class CalendarFault(StrEnum):
    """What can be wrong with the data of a calendar; policies say it in words."""

    NO_OBJECT = "no_object"
    MISSING = "missing"
    NO_ZONE = "no_zone"
    NO_LIST = "no_list"
    NO_ROW = "no_row"
    NO_DATE = "no_date"
    DAY_TWICE = "day_twice"
    NO_TIMES = "no_times"
    OVERLAP = "overlap"
    NO_HOURS = "no_hours"
    NO_YEARS = "no_years"
    NO_LIMIT_END = "no_limit_end"
    NO_WEEKEND = "no_weekend"
    HOLIDAY_AND_WORKDAY = "holiday_and_workday"


class CalendarDataError(ValueError):
    """The data are no calendar: which fault, and where.

    ``facts`` are what the sentence of the fault names: ``part`` (the name in the file),
    ``entry`` (counted from 1), ``text`` (what stands there), ``known`` (what may stand there).
    """

    def __init__(self, fault: CalendarFault, **facts: object) -> None:
        named = "".join(f", {name}={value!r}" for name, value in facts.items())
        super().__init__(f"{fault}{named}")
        self.fault = fault
        self.facts = facts


_F = CalendarFault


def _day(text: object, part: str, entry: int) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise CalendarDataError(_F.NO_DATE, part=part, entry=entry, text=text) from error


def _rows(value: object, part: str) -> Sequence[Sequence[object]]:
    """A list of lists, as JSON spells tables."""
    if not isinstance(value, list | tuple):
        raise CalendarDataError(_F.NO_LIST, part=part)
    for number, row in enumerate(value, 1):
        if not isinstance(row, list | tuple) or not row:
            raise CalendarDataError(_F.NO_ROW, part=part, entry=number)
    return value


def _named(value: object, part: str) -> tuple[NamedDay, ...]:
    days = []
    for number, row in enumerate(_rows(value, part), 1):
        name = str(row[1]) if len(row) > 1 else ""
        name_en = str(row[2]) if len(row) > 2 else name
        days.append(NamedDay(_day(row[0], part, number), name, name_en))
    if len({day.day for day in days}) != len(days):
        raise CalendarDataError(_F.DAY_TWICE, part=part)
    return tuple(days)


def _hours(value: object) -> tuple[OfficeHours, ...]:
    hours: list[OfficeHours] = []
    for number, row in enumerate(_rows(value, "hours"), 1):
        try:
            opens, closes = (time.fromisoformat(str(text)) for text in row)
        except ValueError as error:
            said = ", ".join(str(text) for text in row)
            raise CalendarDataError(_F.NO_TIMES, part="hours", entry=number, text=said) from error
        if opens >= closes or (hours and hours[-1].closes > opens):
            raise CalendarDataError(_F.OVERLAP, part="hours")
        hours.append(OfficeHours(opens, closes))
    if not hours:
        raise CalendarDataError(_F.NO_HOURS, part="hours")
    return tuple(hours)


def _years(value: object) -> frozenset[int]:
    try:
        years = frozenset(int(str(year)) for year in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise CalendarDataError(_F.NO_YEARS, part="confirmed_years") from error
    return years


def _limit_ends(value: object) -> LimitEnds:
    try:
        return LimitEnds(str(value))
    except ValueError as error:
        known = ", ".join(LimitEnds)
        raise CalendarDataError(
            _F.NO_LIMIT_END, part="limit_ends", text=value, known=known
        ) from error


def _check_zone(name: str) -> None:
    # A name such as "../x" is a ValueError; an empty one opens a folder, an OSError.
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarDataError(_F.NO_ZONE, part="zone", text=name) from error


def _check_days(holidays: Iterable[NamedDay], working: Iterable[NamedDay]) -> None:
    for day in working:
        if day.day.weekday() < SATURDAY:
            raise CalendarDataError(_F.NO_WEEKEND, part="working_weekends", text=day.day)
    both = {day.day for day in holidays} & {day.day for day in working}
    if both:
        raise CalendarDataError(_F.HOLIDAY_AND_WORKDAY, text=min(both))


def calendar_from(content: Mapping[str, Any], closing: Iterable[NamedDay] = ()) -> Calendar:
    """Return the calendar of stored content and the district's own closing days.

    Raises CalendarDataError when the content is no calendar.
    """
    if not isinstance(content, Mapping):
        raise CalendarDataError(_F.NO_OBJECT)
    missing = {"version", "zone", "confirmed_years", "hours"} - set(content)
    if missing:
        raise CalendarDataError(_F.MISSING, text=", ".join(sorted(missing)))
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
