"""What the facts of a case say about its deadlines and colours."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import linli.cases
from linli.cases.rules.calendar_data import calendar_from
from linli.cases.rules.deadlines import (
    Colour,
    Granted,
    History,
    Stage,
    limit_of,
    on_time,
    reckon_clock,
)
from linli.kernel.working_time import Limit, LimitUnit, Pause, whole_units_left

ZONE = ZoneInfo("Asia/Shanghai")
DATA = Path(linli.cases.__file__).parent / "data/calendars/cn.json"
CHINA = calendar_from(json.loads(DATA.read_text()))

ACCEPT = Stage("accept", Limit(4, LimitUnit.WORKING_HOURS), "report", ("accept", "refuse"))
SECURE = Stage("secure", Limit(2, LimitUnit.WORKING_HOURS), "dispatch", ())
FINISH = Stage("close", Limit(5, LimitUnit.WORKING_DAYS), "report", ("close",), is_final=True)
STATED = Stage("close", None, "report", ("close",), is_final=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def history(events: Mapping[str, str], **facts: object) -> History:
    return History({name: at(text) for name, text in events.items()}, **facts)  # type: ignore[arg-type]


REPORTED = {"report": "11-23T10:00"}


def test_the_promise_and_each_stage_stand_from_the_report_on() -> None:
    clock = reckon_clock([ACCEPT, FINISH], history(REPORTED), CHINA)
    assert clock.due == at("11-30T17:30")
    assert [(s.stage.code, s.due) for s in clock.stages] == [
        ("accept", at("11-23T15:30")),
        ("close", at("11-30T17:30")),
    ]
    assert clock.blue_from == at("11-27T17:30")
    assert clock.yellow_from == at("11-23T15:30")


@pytest.mark.parametrize(
    ("moment", "events", "colour"),
    [
        ("11-23T15:30", {}, Colour.NONE),
        ("11-23T15:31", {}, Colour.YELLOW),
        ("11-23T15:31", {"accept": "11-23T11:00"}, Colour.NONE),
        ("11-27T17:30", {"accept": "11-23T11:00"}, Colour.BLUE),
        ("11-30T17:30", {"accept": "11-23T11:00"}, Colour.BLUE),
        ("11-30T17:31", {"accept": "11-23T11:00"}, Colour.RED),
        ("11-30T17:31", {}, Colour.RED),
    ],
)
def test_colours_say_near_behind_and_overdue(
    moment: str, events: dict[str, str], colour: Colour
) -> None:
    clock = reckon_clock([ACCEPT, FINISH], history({**REPORTED, **events}), CHINA)
    assert clock.colour(at(moment)) is colour


def test_the_next_change_leads_from_colour_to_colour() -> None:
    clock = reckon_clock([ACCEPT, FINISH], history(REPORTED), CHINA)
    assert clock.next_change(at("11-23T10:00")) == at("11-23T15:30")
    assert clock.next_change(at("11-24T10:00")) == at("11-27T17:30")
    assert clock.next_change(at("11-28T10:00")) == at("11-30T17:30")
    assert clock.next_change(at("12-01T10:00")) is None


def test_a_stage_starts_with_its_event_and_is_met_by_its_record() -> None:
    assert reckon_clock([SECURE], history(REPORTED), CHINA).stages == ()
    events = {**REPORTED, "dispatch": "11-24T09:00"}
    assert reckon_clock([SECURE], history(events), CHINA).due == at("11-24T11:00")
    met = reckon_clock([SECURE], history({**events, "stage:secure": "11-24T10:00"}), CHINA)
    assert met.stages[0].met_at == at("11-24T10:00")
    assert not met.stages[0].is_late(at("11-30T10:00"))
    late = reckon_clock([SECURE], history({**events, "stage:secure": "11-24T12:00"}), CHINA)
    assert late.stages[0].is_late(at("11-30T10:00"))


def test_a_milestone_meets_its_own_stage_and_no_other() -> None:
    decide = replace(SECURE, code="penalty", met_by=("milestone",))
    stop = replace(SECURE, code="stop_work", met_by=("milestone",))
    done = "11-24T10:00"
    events = {**REPORTED, "dispatch": "11-24T09:00", "milestone": done, "stage:stop_work": done}
    stages = reckon_clock([stop, decide], history(events), CHINA).stages
    assert [stage.met_at for stage in stages] == [at("11-24T10:00"), None]


def test_an_extension_adds_to_the_promise_and_not_to_stages() -> None:
    more = Granted(Limit(2, LimitUnit.WORKING_DAYS), at("11-24T10:00"))
    clock = reckon_clock([ACCEPT, FINISH], history(REPORTED, extensions=[more]), CHINA)
    assert clock.due == at("12-02T17:30")
    assert clock.stages[0].due == at("11-23T15:30")
    assert len(clock.stages[1].extended) == 1


def test_a_running_pause_leaves_no_promise_and_no_colour() -> None:
    still = Pause(at("11-24T10:00"))
    clock = reckon_clock([FINISH], history(REPORTED, pauses=[still]), CHINA)
    assert clock.due is None
    assert clock.colour(at("12-30T10:00")) is Colour.NONE
    assert clock.next_change(at("11-24T10:00")) is None
    more = Granted(Limit(9, LimitUnit.WORKING_DAYS), at("11-24T10:00"))
    late_pause = Pause(at("12-01T10:00"))
    facts = history(REPORTED, pauses=[late_pause], extensions=[more])
    assert reckon_clock([FINISH], facts, CHINA).due is None


def test_a_stated_date_is_the_promise_itself() -> None:
    stated = at("12-05T08:30")
    clock = reckon_clock([STATED], history(REPORTED, stated_due=stated), CHINA)
    assert clock.due == stated
    assert not clock.is_provisional
    assert reckon_clock([STATED], history(REPORTED), CHINA).due is None
    assert limit_of(0, "stated") is None
    assert limit_of(3, "hours") == Limit(3, LimitUnit.HOURS)


def test_an_extension_moves_a_stated_date_too() -> None:
    more = Granted(Limit(2, LimitUnit.WORKING_DAYS), at("11-24T10:00"))
    facts = history(REPORTED, stated_due=at("11-30T08:30"), extensions=[more])
    assert reckon_clock([STATED], facts, CHINA).due == at("12-02T17:30")


def test_an_extension_waits_while_the_clock_stands_still() -> None:
    more = Granted(Limit(2, LimitUnit.WORKING_DAYS), at("11-24T09:00"))
    facts = history(REPORTED, pauses=[Pause(at("11-24T10:00"))], extensions=[more])
    clock = reckon_clock([FINISH], facts, CHINA)
    assert clock.due is None
    assert clock.stages[0].extended == ()


def test_a_deadline_on_a_sunday_is_near_while_a_working_day_remains() -> None:
    facts = history(REPORTED, stated_due=at("11-29T12:00"))
    assert reckon_clock([STATED], facts, CHINA).blue_from == at("11-26T12:00")


def test_a_case_that_was_overdue_before_it_was_paused_stays_overdue() -> None:
    still = Pause(at("12-01T10:00"))
    clock = reckon_clock([FINISH], history(REPORTED, pauses=[still]), CHINA)
    assert clock.colour(at("12-30T10:00")) is Colour.RED


def test_a_promise_over_an_unconfirmed_year_is_provisional() -> None:
    assert reckon_clock([FINISH], history({"report": "12-29T10:00"}), CHINA).is_provisional
    assert not reckon_clock([FINISH], history(REPORTED), CHINA).is_provisional


def test_the_last_moment_is_in_time() -> None:
    due = at("11-30T17:30")
    assert on_time(due, due)
    assert not on_time(at("11-30T17:31"), due)
    assert on_time(due, None)


def test_a_stage_without_an_end_has_no_rest() -> None:
    clock = reckon_clock([STATED], history({"report": "02-02T09:00"}), CHINA)
    assert clock.stages[0].rest(at("02-02T10:00"), CHINA) is None


@pytest.mark.parametrize(("unit", "left"), [(LimitUnit.WORKING_HOURS, 2), (LimitUnit.HOURS, 3)])
def test_whole_hours_are_left_of_a_limit_in_hours(unit: LimitUnit, left: int) -> None:
    first_day = at("02-02T00:00").date()
    now, due = at("02-02T11:00"), at("02-02T14:30")
    # Two hours of rest at noon lie between them where working hours count.
    found = whole_units_left(now, due, unit, CHINA, first_day)
    assert (found, whole_units_left(due, due, unit, CHINA, first_day)) == (left, 0)
