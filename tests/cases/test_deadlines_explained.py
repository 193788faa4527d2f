"""A deadline says line by line why it is when it is, and only what is true."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import linli.cases
from linli.cases.actions.calendars import import_calendar
from linli.cases.models import Case, Pause
from linli.cases.queries.clock import explained
from linli.kernel.ids import new_id
from tests.factories import NOW, make_case

pytestmark = pytest.mark.django_db
DATA = Path(linli.cases.__file__).parent / "data/calendars/cn.json"


def lines_of(case: Case, language: str) -> tuple[str, ...]:
    with translation.override(language):
        (stage,) = explained(case, NOW)
    return stage.lines[1:]


@pytest.fixture
def _china() -> None:
    content = json.loads(DATA.read_text())
    import_calendar(content=content, name="中国", by=None, at=NOW, act_id=new_id())


@pytest.mark.usefixtures("_china")
def test_the_day_of_the_report_is_neither_counted_nor_left_out() -> None:
    case = make_case(at=datetime(2026, 2, 14, 2, tzinfo=UTC))  # a working Saturday
    assert lines_of(case, "en") == (
        "3 working days from 2026-02-14 10:00",
        "02-15 – 02-23 not counted: holiday (Spring Festival)",
    )


@pytest.mark.usefixtures("_china")
def test_make_up_days_and_holidays_are_named_in_the_readers_language() -> None:
    case = make_case(at=datetime(2026, 9, 18, 2, tzinfo=UTC))
    assert lines_of(case, "en")[1:] == (
        "09-19 not counted: weekend",
        "09-20 counted: a working day by the holiday notice",
    )
    case = make_case(at=datetime(2026, 9, 29, 2, tzinfo=UTC))
    assert "国庆节" in "".join(lines_of(case, "zh-hans"))


@pytest.mark.usefixtures("_china")
def test_a_pause_says_how_many_days_it_took_out_of_the_count() -> None:
    case = make_case(at=datetime(2026, 11, 23, 2, tzinfo=UTC))
    since, until = datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)
    Pause.objects.create(id=new_id(), case=case, since=since, until=until, reason="other")
    assert lines_of(case, "en")[1:] == (
        "11-28 – 11-29 not counted: weekend",
        "Stood still from 2026-11-24 10:00 to 2026-11-26 10:00",
        "Days not counted because it stood still: 2",
    )
    # The 26th, the 27th and Monday the 30th are the three days that count.
    (stage,) = explained(case, NOW)
    assert stage.due is not None
    assert stage.due.isoformat() == "2026-11-30T17:30:00+08:00"
