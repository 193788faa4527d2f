"""Limits end where domain facts say, and the explanation adds up."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import linli.cases
from linli.cases.rules.calendar_data import calendar_from
from linli.kernel.working_time import (
    Calendar,
    DayKind,
    Limit,
    LimitEnds,
    LimitUnit,
    NamedDay,
    OfficeHours,
    Pause,
    add_limit,
    days_left_out,
    make_up_days,
    postpone,
)

ZONE = ZoneInfo("Asia/Shanghai")
CONTENT = json.loads((Path(linli.cases.__file__).parent / "data/calendars/cn.json").read_text())
CHINA = calendar_from(CONTENT)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAYS)


def hours(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_HOURS)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-04-30", 2, "2026-05-07"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 3, "2026-10-10"),
    ],
)
def test_working_days_end_where_the_field_says(start: str, amount: int, end: str) -> None:
    due = add_limit(at(f"{start}T10:00"), days(amount), CHINA).due
    assert due == at(f"{end}T17:30")


def test_the_calendar_agrees_with_the_shared_working_days(shared: Path) -> None:
    lines = (shared / "data" / "calendar" / "workdays_2007_2024.csv").read_text().splitlines()[1:]
    rows = [line.split(",") for line in lines]
    wrong = [
        row[0] for row in rows if CHINA.kind(date.fromisoformat(row[0])).counts != (row[1] == "1")
    ]
    assert len(rows) > 6000
    assert wrong == []


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-11-23T10:00", hours(4), "2026-11-23T15:30"),
        ("2026-11-23T16:30", hours(2), "2026-11-24T10:00"),
        ("2026-11-20T17:00", hours(1), "2026-11-23T09:30"),
        ("2026-11-21T12:00", hours(1), "2026-11-23T10:00"),
        ("2026-11-21T12:00", Limit(5, LimitUnit.HOURS), "2026-11-21T17:00"),
        ("2026-11-23T10:00", days(0), "2026-11-23T17:30"),
        ("2026-11-23T18:00", days(0), "2026-11-24T17:30"),
        ("2026-11-21T10:00", days(0), "2026-11-23T17:30"),
        ("2026-11-23T10:00", Limit(2, LimitUnit.CALENDAR_DAYS), "2026-11-25T23:59:59.999999"),
    ],
)
def test_each_unit_counts_in_its_own_way(start: str, limit: Limit, end: str) -> None:
    assert add_limit(at(start), limit, CHINA).due == at(end)


def test_a_pause_of_whole_days_gives_these_days() -> None:
    pause = Pause(at("2026-11-24T09:00"), at("2026-11-26T09:00"))
    assert add_limit(at("2026-11-23T10:00"), days(2), CHINA, [pause]).due == at("2026-11-27T17:30")


def test_a_pause_within_one_morning_gives_no_day_but_its_hours() -> None:
    pause = Pause(at("2026-11-24T09:00"), at("2026-11-24T10:00"))
    start = at("2026-11-23T17:30")
    assert add_limit(start, days(1), CHINA, [pause]).due == at("2026-11-24T17:30")
    assert add_limit(start, hours(2), CHINA, [pause]).due == at("2026-11-24T12:00")


def test_a_running_pause_leaves_no_end_unless_the_limit_had_ended() -> None:
    running = Pause(at("2026-11-25T09:00"))
    start = at("2026-11-23T10:00")
    assert add_limit(start, days(3), CHINA, [running]).due is None
    assert add_limit(start, days(1), CHINA, [running]).due == at("2026-11-24T17:30")
    assert add_limit(start, Limit(90, LimitUnit.HOURS), CHINA, [running]).due is None


def test_pauses_that_overlap_count_once() -> None:
    start, limit = at("2026-11-23T10:00"), Limit(10, LimitUnit.HOURS)
    one = Pause(at("2026-11-23T11:00"), at("2026-11-23T13:00"))
    two = Pause(at("2026-11-23T12:00"), at("2026-11-23T14:00"))
    assert add_limit(start, limit, CHINA, [two, one]).due == at("2026-11-23T23:00")


def test_a_year_without_its_notice_makes_a_deadline_provisional() -> None:
    assert add_limit(at("2026-12-30T10:00"), days(3), CHINA).missing_years == (2027,)
    assert add_limit(at("2026-12-28T10:00"), days(1), CHINA).is_provisional
    assert not add_limit(at("2026-12-01T10:00"), days(3), CHINA).is_provisional
    assert not add_limit(at("2027-03-01T10:00"), Limit(9, LimitUnit.HOURS), CHINA).is_provisional


def test_a_local_closing_day_is_left_out_and_named() -> None:
    closed = NamedDay(date(2026, 11, 24), "停电检修", "power works")
    here = CHINA.with_closing_days("x", [closed])
    assert add_limit(at("2026-11-23T10:00"), days(1), here).due == at("2026-11-25T17:30")
    runs = days_left_out(date(2026, 11, 23), date(2026, 11, 30), here)
    assert [(run.kind, run.days) for run in runs] == [(DayKind.CLOSING, 1), (DayKind.WEEKEND, 2)]
    assert runs[0].named == closed


def test_a_calendar_may_let_a_day_end_at_midnight() -> None:
    late = calendar_from({**CONTENT, "limit_ends": "day_ends"})
    due = add_limit(at("2026-11-23T10:00"), days(1), late).due
    assert due is not None
    assert due.time() > time(23, 59)


def test_make_up_days_are_counted_and_listed() -> None:
    assert make_up_days(date(2026, 9, 14), date(2026, 9, 21), CHINA) == [date(2026, 9, 20)]


def test_a_stated_moment_moves_on_by_the_pauses_before_it() -> None:
    start, stated = at("2026-11-01T00:00"), at("2026-11-10T00:00")
    pause = Pause(at("2026-11-03T00:00"), at("2026-11-05T00:00"))
    later = Pause(at("2026-11-20T00:00"))
    moved = postpone(stated, start, [pause, later])
    assert moved.due == at("2026-11-12T00:00")
    assert moved.pauses == (pause,)
    running = Pause(at("2026-11-09T00:00"))
    assert postpone(stated, start, [running]).due is None
    assert postpone(stated, start, [running]).pauses == (running,)
    with pytest.raises(ValueError, match="stated"):
        add_limit(start, Limit(0, LimitUnit.STATED), CHINA)


def test_hours_are_true_hours_where_clocks_change() -> None:
    boston = calendar_from({**CONTENT, "zone": "America/New_York"})
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 10, 31, 12, tzinfo=zone)
    day_later = datetime(2026, 11, 1, 11, tzinfo=zone)  # one hour was lived twice
    assert add_limit(start, Limit(24, LimitUnit.HOURS), boston).due == day_later
    pause = Pause(datetime(2026, 11, 1, 0, tzinfo=zone), datetime(2026, 11, 1, 3, tzinfo=zone))
    stated = datetime(2026, 11, 1, 12, tzinfo=zone)
    assert postpone(stated, start, [pause]).due == datetime(2026, 11, 1, 16, tzinfo=zone)


def test_the_first_day_that_could_count_is_the_day_after() -> None:
    start = at("2026-02-14T10:00")
    assert add_limit(start, days(1), CHINA).first_day == date(2026, 2, 15)
    assert add_limit(start, days(0), CHINA).first_day == date(2026, 2, 14)
    assert add_limit(start, hours(1), CHINA).first_day == date(2026, 2, 14)


def test_a_make_up_day_that_was_paused_is_not_said_to_be_counted() -> None:
    pause = Pause(at("2026-09-19T09:00"), at("2026-09-21T09:00"))
    first, last = date(2026, 9, 14), date(2026, 9, 21)
    assert make_up_days(first, last, CHINA, [pause]) == []
    assert make_up_days(first, last, CHINA, [Pause(at("2026-09-21T09:00"))]) == [date(2026, 9, 20)]


def test_a_closing_on_a_day_that_is_free_anyway_changes_nothing() -> None:
    free = [NamedDay(date(2026, 11, 28), "周六", ""), NamedDay(date(2026, 10, 1), "停电", "")]
    here = CHINA.with_closing_days("x", free)
    assert here.kind(date(2026, 11, 28)) is DayKind.WEEKEND
    assert here.kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    named = here.named(date(2026, 10, 1))
    assert named is not None
    assert named.name == "国庆节"
    assert here.rank(date(2026, 11, 30)) == CHINA.rank(date(2026, 11, 30))


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        add_limit(datetime(2026, 1, 1), days(1), CHINA)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="before"):
        Pause(at("2026-01-02T00:00"), at("2026-01-01T00:00"))
    with pytest.raises(ValueError, match="outside"):
        Limit(0, LimitUnit.HOURS)


moments = st.datetimes(datetime(2008, 1, 1), datetime(2026, 10, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=ZONE)
)
counted = st.builds(Limit, st.integers(1, 40), st.sampled_from(list(LimitUnit)[:4]))
spans = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 200)).map(
        lambda pair: (timedelta(hours=pair[0]), timedelta(hours=pair[1]))
    ),
    max_size=4,
)


@given(moments, counted)
def test_a_limit_ends_after_it_starts_and_inside_office_time(start: datetime, limit: Limit) -> None:
    due = add_limit(start, limit, CHINA).due
    assert due is not None
    assert due > start
    if limit.unit.needs_calendar:
        assert CHINA.kind(due.date()).counts
        assert any(h.opens < due.time() <= h.closes for h in CHINA.day_hours)


@given(moments, counted, spans)
def test_pauses_never_make_a_limit_end_earlier(
    start: datetime, limit: Limit, lengths: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = [Pause(start + after, start + after + length) for after, length in lengths]
    plain, paused = add_limit(start, limit, CHINA).due, add_limit(start, limit, CHINA, pauses).due
    assert plain is not None
    assert paused is not None
    assert paused >= plain
    if limit.unit.counts_days:
        assert not any(p.end and p.start <= paused < p.end for p in pauses)


@given(moments, st.integers(1, 40), spans)
def test_the_days_left_out_paused_and_counted_add_up(
    start: datetime, amount: int, lengths: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = [Pause(start + after, start + after + length) for after, length in lengths]
    deadline = add_limit(start, days(amount), CHINA, pauses)
    assert deadline.due is not None
    first, last = deadline.first_day, deadline.due.date()
    left_out = sum(run.days for run in days_left_out(first, last, CHINA))
    assert (last - first).days + 1 == left_out + deadline.days_paused + amount


@given(moments, st.integers(0, 30), spans, st.booleans(), st.booleans())
def test_days_end_where_counting_them_one_by_one_ends(
    start: datetime,
    amount: int,
    lengths: list[tuple[timedelta, timedelta]],
    working: bool,
    running: bool,
) -> None:
    pauses = [Pause(start + after, start + after + length) for after, length in lengths]
    if running and pauses:
        pauses.append(Pause(pauses[-1].start))
    closes = CHINA.day_closes if working else time.max
    unit = LimitUnit.WORKING_DAYS if working else LimitUnit.CALENDAR_DAYS
    day, left = start.date() + timedelta(days=1 if amount else 0), max(amount, 1)
    ever = start + timedelta(days=200)
    while True:
        end = datetime.combine(day, closes, ZONE)
        counts = CHINA.kind(day).counts if working else True
        left -= counts and end >= start and not any(pause.holds(end) for pause in pauses)
        if left == 0 or end > ever:
            break
        day += timedelta(days=1)
    assert add_limit(start, Limit(amount, unit), CHINA, pauses).due == (None if left else end)


@given(moments, st.integers(1, 60))
def test_longer_limits_end_later(start: datetime, amount: int) -> None:
    shorter, longer = (add_limit(start, days(n), CHINA).due for n in (amount, amount + 1))
    assert shorter is not None
    assert longer is not None
    assert shorter < longer


def test_a_week_without_exceptions_counts_mondays_to_fridays() -> None:
    plain = Calendar("p", "Asia/Shanghai", frozenset(), (OfficeHours(time(9), time(17)),))
    assert plain.limit_ends is LimitEnds.OFFICE_CLOSES
    assert add_limit(at("2026-11-20T10:00"), days(1), plain).due == at("2026-11-23T17:00")
