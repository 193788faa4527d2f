"""A calendar is read from data, and broken data are refused with their place."""

import json
from pathlib import Path

import pytest

import linli.cases
from linli.cases.rules.calendar_data import CalendarDataError, calendar_from
from tools.make_calendar import content

CONTENT = json.loads((Path(linli.cases.__file__).parent / "data/calendars/cn.json").read_text())


def test_the_committed_calendar_is_what_its_tool_writes() -> None:
    assert content(CONTENT["version"]) == CONTENT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"hours": []}, "no hours"),
        ({"hours": [["12:00", "09:00"]]}, "without overlap"),
        ({"hours": [["nine", "ten"]]}, "no two times"),
        ({"holidays": [["2026-13-01", "x"]]}, "no date"),
        ({"holidays": [["2026-01-01", "x"], ["2026-01-01", "y"]]}, "twice"),
        ({"holidays": ["2026-01-01"]}, "holidays, entry 1: a list"),
        ({"holidays": [["2026-09-20", "x"]]}, "both"),
        ({"holidays": 5}, "holidays: a list"),
        ({"hours": [5]}, "hours, entry 1"),
        ({"working_weekends": [["2026-11-25", "x"]]}, "no Saturday"),
        ({"confirmed_years": 2026}, "a list of years"),
        ({"confirmed_years": ["next"]}, "a list of years"),
        ({"limit_ends": "never"}, "none of office_closes, day_ends"),
        ({"zone": ""}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
    ],
)
def test_a_broken_calendar_is_refused_with_its_place(change: dict[str, object], words: str) -> None:
    with pytest.raises(CalendarDataError, match=words):
        calendar_from({**CONTENT, **change})


def test_a_calendar_without_its_parts_is_refused() -> None:
    with pytest.raises(CalendarDataError, match="missing: confirmed_years"):
        calendar_from({"version": "1", "zone": "Asia/Shanghai", "hours": [["09:00", "17:00"]]})


def test_what_is_no_object_is_no_calendar() -> None:
    with pytest.raises(CalendarDataError, match="an object"):
        calendar_from([])  # type: ignore[arg-type]
