"""Reading calendars: linli's own JSON, or a table of days as people publish them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
from django.utils.translation import gettext as _

from linli.cases.imports.rows import Fault, Findings, Row, header_row, open_tables, rows_of
from linli.cases.models import WorkingCalendar
from linli.cases.policies.calendar_faults import calendar_fault
from linli.cases.queries.calendars import newest_content
from linli.cases.rules.calendar_data import CalendarDataError, calendar_from
from linli.kernel.tables import MOST_BYTES
from linli.kernel.working_time.calendars import SATURDAY
from linli.territory.imports.report import Source

DAY_COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("日期", "date", "day"),
    "workday": ("是否工作日", "workday", "工作日", "is_workday", "上班", "是否上班"),
    "name": ("节日名称", "holiday_name", "name", "名称", "节日", "节假日", "说明"),
    "name_en": ("英文名称", "name_en", "english"),
}
LONGEST_VERSION = 28
_MOST_DAYS = 20_000
_NOT_A_CALENDAR = (CalendarDataError, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class CalendarWishes:
    """What the person says beside the file; ``partial_years``: years with gaps count too."""

    version: str = ""
    name: str = ""
    partial_years: bool = False


@dataclass(frozen=True)
class CalendarPlan:
    """What an import would store; ``content`` is empty when the file is refused."""

    source: Source
    name: str
    content: dict[str, Any]
    findings: Findings = field(default_factory=Findings)

    @property
    def refused(self) -> bool:
        """Say whether anything refuses the file."""
        return bool(self.findings.faults)

    @property
    def version(self) -> str:
        """The version the calendar would have."""
        return str(self.content.get("version", ""))


def plan_calendar(source: Source, wishes: CalendarWishes) -> CalendarPlan:
    """Read a file and judge it; nothing is written."""
    findings = Findings()
    is_json = source.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
    read = _from_json if is_json else _from_days
    content = read(source, wishes, findings)
    if content is not None and wishes.version:
        content["version"] = wishes.version
    if content is not None and not findings.faults:
        _judge(content, findings)
    name = wishes.name or str((content or {}).get("name") or source.name)
    return CalendarPlan(source, name[:120], content or {}, findings)


def _from_json(
    source: Source, _wishes: CalendarWishes, findings: Findings
) -> dict[str, Any] | None:
    try:
        if len(source.data) > MOST_BYTES:
            raise ValueError("too large")  # noqa: TRY301
        content = orjson.loads(source.data.lstrip(b"\xef\xbb\xbf"))
    except ValueError:
        wrong, advice = _("The file is no JSON."), _("Check it, or upload a table of days instead.")
        findings.fault(Fault(wrong, advice))
        return None
    if not isinstance(content, dict):
        wrong = _("The file holds no calendar: an object with version, zone, hours is expected.")
        findings.fault(Fault(wrong, _("Take the calendar that is stored as the pattern.")))
        return None
    return content


def _judge(content: Mapping[str, Any], findings: Findings) -> None:
    try:
        calendar = calendar_from(content)
        list(calendar.notices_missing(date(2000, 1, 1), date(2100, 1, 1)))
        calendar.rank(date(2026, 1, 1))
    except _NOT_A_CALENDAR as error:
        wrong = _("This is no calendar: %(why)s.") % {"why": calendar_fault(error)}
        findings.fault(Fault(wrong, _("Correct that entry and upload the file again.")))
        return
    version = str(content["version"])
    if not version.strip() or len(version) > LONGEST_VERSION:
        wrong = _("The version needs 1 to %(n)d characters.") % {"n": LONGEST_VERSION}
        findings.fault(Fault(wrong, _("Write one such as %(v)s.") % {"v": "cn-2027.1"}))
    elif WorkingCalendar.objects.filter(version=version).exists():
        wrong = _("A calendar of version %(v)s is stored already.") % {"v": version}
        findings.fault(Fault(wrong, _("Give this one a new version.")))


# --- a table of days ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Day:
    day: date
    works: bool
    name: str
    name_en: str

    def entry(self) -> list[str]:
        return [self.day.isoformat(), self.name, self.name_en]

    @property
    def is_holiday(self) -> bool:
        """A weekend without a name is a weekend; with one it belongs to the holiday."""
        return not self.works and (self.day.weekday() < SATURDAY or bool(self.name))

    @property
    def is_make_up(self) -> bool:
        return self.works and self.day.weekday() >= SATURDAY


def _day(row: Row) -> _Day | None:
    if not row.text("day") or not row.text("workday"):
        name = "workday" if row.text("day") else "day"
        row.fault(name, _("This cell is empty."), _("Fill it in, or remove the row."))
        return None
    day = row.day("day")
    works = row.yes_or_no("workday", True)
    name = row.short("name", 80)
    return _Day(day, works, name, row.short("name_en", 80) or name) if day else None


def _days(source: Source, findings: Findings) -> dict[date, _Day]:
    found: dict[date, _Day] = {}
    for table in open_tables(source, findings)[:1]:
        at = header_row(table, DAY_COLUMNS, ("day", "workday"))
        if at is None:
            wrong = _("The table has no header with the columns %(names)s.")
            advice = _("Name the column of the date and that of 1 for a working day, 0 for none.")
            findings.fault(Fault(wrong % {"names": "日期 date, 是否工作日 workday"}, advice))
            continue
        rows = rows_of(table, DAY_COLUMNS, at, findings).rows
        if len(rows) > _MOST_DAYS:
            findings.fault(
                Fault(_("The table has too many days."), _("Leave out years long past."))
            )
            continue
        for row in rows:
            _add_day(row, found)
    return found


def _add_day(row: Row, found: dict[date, _Day]) -> None:
    day = _day(row)
    if day is not None and day.day in found:
        row.fault("day", _("This day stands twice."), _("Keep one of the two rows."))
    elif day is not None:
        found[day.day] = day


def _years(days: Mapping[date, _Day]) -> Iterator[tuple[int, int]]:
    """Yield each year and how many of its days the table leaves out."""
    for year in sorted({day.year for day in days}):
        length = (date(year + 1, 1, 1) - date(year, 1, 1)) // timedelta(days=1)
        yield year, length - sum(1 for day in days if day.year == year)


def _from_days(source: Source, wishes: CalendarWishes, findings: Findings) -> dict[str, Any] | None:
    days = _days(source, findings)
    if findings.faults or not days:
        return None
    if not wishes.version:
        advice = _("Write one such as %(v)s.") % {"v": f"cn-{max(days).year}.1"}
        findings.fault(Fault(_("A table of days needs a version."), advice))
        return None
    confirmed = set()
    for year, gaps in _years(days):
        if not gaps or wishes.partial_years:
            confirmed.add(year)
        else:
            findings.remarks.append(
                _("%(year)d lacks %(gaps)d days and stays unconfirmed; the rest is taken.")
                % {"year": year, "gaps": gaps}
            )
    return _merged(newest_content(), days, confirmed)


def _merged(
    held: Mapping[str, Any], days: Mapping[date, _Day], confirmed: set[int]
) -> dict[str, Any]:
    """Return the stored calendar with the years of the table in place of its own."""
    years = {day.year for day in days}

    def kept(name: str) -> list[list[str]]:
        return [e for e in held.get(name, ()) if date.fromisoformat(e[0]).year not in years]

    holidays = [day.entry() for day in days.values() if day.is_holiday]
    make_up = [day.entry() for day in days.values() if day.is_make_up]
    every = {int(year) for year in held.get("confirmed_years", ()) if int(year) not in years}
    return {
        **held,
        "confirmed_years": sorted(every | confirmed),
        "holidays": sorted([*kept("holidays"), *holidays]),
        "working_weekends": sorted([*kept("working_weekends"), *make_up]),
    }
