"""A calendar is read from data, and broken data are refused with their place."""

import json
from pathlib import Path

import pytest
from django.utils.translation import override

import linli.cases
from linli.cases.policies.calendar_faults import SENTENCES, calendar_fault
from linli.cases.rules.calendar_data import CalendarDataError, calendar_from
from linli.cases.rules.calendar_data import CalendarFault as Fault
from tools.make_calendar import content

CONTENT = json.loads((Path(linli.cases.__file__).parent / "data/calendars/cn.json").read_text())


def test_the_committed_calendar_is_what_its_tool_writes() -> None:
    assert content(CONTENT["version"]) == CONTENT


@pytest.mark.parametrize(
    ("change", "fault", "facts"),
    [
        ({"zone": "Mars/Olympus"}, Fault.NO_ZONE, {"text": "Mars/Olympus"}),
        ({"zone": ""}, Fault.NO_ZONE, {"part": "zone"}),
        ({"zone": "../../etc/passwd"}, Fault.NO_ZONE, {"part": "zone"}),
        ({"hours": []}, Fault.NO_HOURS, {"part": "hours"}),
        ({"hours": [["12:00", "09:00"]]}, Fault.OVERLAP, {"part": "hours"}),
        ({"hours": [["nine", "ten"]]}, Fault.NO_TIMES, {"entry": 1, "text": "nine, ten"}),
        ({"hours": [5]}, Fault.NO_ROW, {"part": "hours", "entry": 1}),
        ({"holidays": [["2026-13-01", "x"]]}, Fault.NO_DATE, {"entry": 1, "text": "2026-13-01"}),
        ({"holidays": [["2026-01-01", "x"]] * 2}, Fault.DAY_TWICE, {"part": "holidays"}),
        ({"holidays": ["2026-01-01"]}, Fault.NO_ROW, {"part": "holidays", "entry": 1}),
        ({"holidays": [["2026-09-20", "x"]]}, Fault.HOLIDAY_AND_WORKDAY, {}),
        ({"holidays": 5}, Fault.NO_LIST, {"part": "holidays"}),
        ({"working_weekends": [["2026-11-25", "x"]]}, Fault.NO_WEEKEND, {}),
        ({"confirmed_years": 2026}, Fault.NO_YEARS, {"part": "confirmed_years"}),
        ({"confirmed_years": ["next"]}, Fault.NO_YEARS, {"part": "confirmed_years"}),
        ({"limit_ends": "never"}, Fault.NO_LIMIT_END, {"known": "office_closes, day_ends"}),
    ],
)
def test_a_broken_calendar_is_refused_with_its_place(
    change: dict[str, object], fault: Fault, facts: dict[str, object]
) -> None:
    with pytest.raises(CalendarDataError) as caught:
        calendar_from({**CONTENT, **change})
    assert caught.value.fault is fault
    assert caught.value.facts.items() >= facts.items()
    assert calendar_fault(caught.value)
    assert fault in str(caught.value)


def test_a_calendar_without_its_parts_is_refused() -> None:
    with pytest.raises(CalendarDataError) as caught:
        calendar_from({"version": "1", "zone": "Asia/Shanghai", "hours": [["09:00", "17:00"]]})
    assert (caught.value.fault, caught.value.facts) == (
        Fault.MISSING,
        {"text": "confirmed_years"},
    )


def test_what_is_no_object_is_no_calendar() -> None:
    with pytest.raises(CalendarDataError) as caught:
        calendar_from([])  # type: ignore[arg-type]
    assert caught.value.fault is Fault.NO_OBJECT


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "holidays, entry 1: “1 May” is no date like 2026-10-01"),
        ("zh-hans", "holidays 第 1 条：“1 May”不是 2026-10-01 这样的日期"),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(language: str, said: str) -> None:
    with pytest.raises(CalendarDataError) as caught:
        calendar_from({**CONTENT, "holidays": [["1 May", "x"]]})
    with override(language):
        assert calendar_fault(caught.value) == said


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Fault)
    for sentence in SENTENCES.values():
        with override("en"):
            english = str(sentence)
        with override("zh-hans"):
            assert str(sentence) != english


def test_a_value_of_another_form_is_told_too() -> None:
    with override("en"):
        assert "another form" in calendar_fault(TypeError("unhashable"))
