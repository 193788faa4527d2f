"""Calendars from files: judged first, merged by year, and moves counted before they happen."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core.management import CommandError, call_command

from linli.cases.actions.calendars import import_calendar
from linli.cases.imports.calendar_files import CalendarPlan, CalendarWishes, plan_calendar
from linli.cases.models import Case, CaseStep, WorkingCalendar
from linli.cases.queries.calendars import current_calendar, forget_calendar
from linli.cases.queries.manage_calendars import changed_days, deadlines_moved, year_of
from linli.cases.rules.calendar_data import calendar_from
from linli.kernel.ids import new_id
from linli.kernel.working_time import DayKind
from linli.territory.imports.report import Source
from tests.factories import NOW, make_case, make_category

pytestmark = pytest.mark.django_db
STORED = Path(product.BASE_DIR) / "linli/cases/data/calendars/cn.json"


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    forget_calendar()
    return tmp_path / "imports"


def days_of(year: int, off: dict[str, str]) -> Source:
    """Return a table of every day of a year; ``off`` names the days without work."""
    lines, day = ["date,workday,holiday_name"], date(year, 1, 1)
    while day.year == year:
        name = off.get(day.isoformat(), "")
        lines.append(f"{day},{int(day.weekday() < 5 and not name)},{name}")
        day += timedelta(days=1)
    return Source("days.csv", "\n".join(lines).encode())


def store(content: dict[str, Any], at: datetime = NOW) -> int:
    return import_calendar(content=content, name="x", by=None, at=at, act_id=new_id())


def plan(source: Source, version: str = "v2") -> CalendarPlan:
    return plan_calendar(source, CalendarWishes(version))


def test_the_stored_calendar_is_its_own_pattern() -> None:
    found = plan_calendar(Source("cn.json", STORED.read_bytes()), CalendarWishes())
    assert not found.refused
    assert found.content == json.loads(STORED.read_text())


def test_a_whole_year_becomes_confirmed_and_the_others_stay() -> None:
    store(json.loads(STORED.read_text()))
    found = plan(days_of(2027, {"2027-02-05": "春节", "2027-02-06": "春节"}))
    assert not found.refused
    assert 2027 in found.content["confirmed_years"]
    before, after = current_calendar(), calendar_from(found.content)
    assert after.confirmed_years - before.confirmed_years == {2027}
    changed = [(c.day, c.before, c.after) for c in changed_days(before, after)]
    assert changed == [
        (date(2027, 2, 5), DayKind.WORKDAY, DayKind.HOLIDAY),
        (date(2027, 2, 6), DayKind.WEEKEND, DayKind.HOLIDAY),
    ]
    assert after.kind(date(2026, 10, 10)) is DayKind.MAKE_UP


def test_a_year_with_gaps_stays_provisional_unless_the_person_says_so() -> None:
    source = Source("a.csv", b"date,workday,name\n2027-02-05,0,x\n2027-02-07,1,\n")
    found = plan(source)
    assert found.content["confirmed_years"] == []
    assert "363" in found.findings.remarks[0]
    wishes = CalendarWishes("v3", partial_years=True)
    assert plan_calendar(source, wishes).content["confirmed_years"] == [2027]


def test_the_published_days_of_many_years_are_read(shared: Path) -> None:
    source = Source.of(shared / "data" / "calendar" / "workdays_2007_2024.csv")
    found = plan(source)
    assert not found.refused
    assert found.content["confirmed_years"] == list(range(2007, 2025))
    read, stored = calendar_from(found.content), calendar_from(json.loads(STORED.read_text()))
    counts = [c for c in changed_days(stored, read) if c.before.counts != c.after.counts]
    assert [c.day for c in counts if 2007 <= c.day.year <= 2024] == []


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"{", ""),
        (b"[1, 2]", ""),
        (b"{}", ""),
        (STORED.read_bytes().replace(b'"2004-01-01"', b'"2004-13-01"'), ""),
        (STORED.read_bytes().replace(b'"09:00"', b'"18:00"'), ""),
        (STORED.read_bytes().replace(b"[2004,", b'["soon",'), ""),
        (STORED.read_bytes().replace(b'"Asia/Shanghai"', b'"Mars/North"'), ""),
        (b"date,workday\n2027-02-30,1\n", "date"),
        (b"date,workday\n2027-02-03,maybe\n", "workday"),
        (b"date,workday\n2027-02-03,\n", "workday"),
        (b"date,workday\n2027-02-03,1\n2027-02-03,0\n", "date"),
        (b"day of what\n1\n", ""),
        (b"\x89PNG\x00", ""),
    ],
)
def test_what_is_no_calendar_is_told_with_its_place(data: bytes, place: str) -> None:
    found = plan(Source("a.json", data))
    assert found.refused
    assert found.findings.faults[0].column == place
    assert str(found.findings.faults[0])


def test_a_version_is_used_once_and_a_table_needs_one() -> None:
    store(json.loads(STORED.read_text()))
    again = plan_calendar(Source("cn.json", STORED.read_bytes()), CalendarWishes())
    assert "cn-2026.1" in str(again.findings.faults[0])
    assert plan(days_of(2027, {}), version="").refused


def test_the_preview_counts_the_deadlines_that_the_import_then_moves() -> None:
    store(json.loads(STORED.read_text()))
    category = make_category()
    for hours in range(0, 96, 12):
        make_case(category, at=NOW + timedelta(hours=hours))
    content = json.loads(STORED.read_text())
    content["version"] = "two"
    content["holidays"].append(["2026-03-05", "临时放假", "Closed"])
    after = calendar_from(content)
    counted = deadlines_moved(current_calendar(), after)
    dues = dict(Case.objects.values_list("pk", "due_at"))
    moved = store(content, NOW + timedelta(hours=97))
    assert 0 < moved == counted.moved < 8
    changed = [c for c in Case.objects.all() if c.due_at != dues[c.pk]]
    assert len(changed) == moved
    assert CaseStep.objects.filter(verb="recompute").count() == moved


def test_a_calendar_without_a_change_of_days_moves_nothing() -> None:
    store(json.loads(STORED.read_text()))
    make_case()
    after = calendar_from({**json.loads(STORED.read_text()), "version": "same"})
    assert deadlines_moved(current_calendar(), after).looked_at == 0


def test_a_year_has_its_days_weeks_and_named_days() -> None:
    store(json.loads(STORED.read_text()))
    months = year_of(current_calendar(), 2026)
    assert [len(m.weeks) for m in months[:2]] == [5, 5]
    cells = [c for m in months for w in m.weeks for c in w if c]
    assert len(cells) == 365
    assert months[9].named == ["1–7 国庆节"]
    assert {c.day for c in cells if c.kind is DayKind.MAKE_UP} >= {date(2026, 10, 10)}


def test_the_command_imports_checks_and_refuses(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_calendar", str(STORED), "--check")
    assert not WorkingCalendar.objects.exists()
    call_command("import_calendar", str(STORED), "--name", "放假通知")
    assert WorkingCalendar.objects.get().name == "放假通知"
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"date,workday\n2027-02-30,1\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_calendar", str(bad), "--as-version", "v9")
    assert caught.value.returncode == 1
    assert [path.read_bytes() for path in kept.rglob("bad.csv")] == [bad.read_bytes()]
    with pytest.raises(CommandError) as caught:
        call_command("import_calendar", str(tmp_path / "none.csv"))
    assert caught.value.returncode == 2
