"""A clock that stands still is told in the same words in lists, on the page, and when explained."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from linli.accounts.models import Person
from linli.cases.actions import conversing, handling
from linli.cases.models import Case
from linli.cases.models.choices import PauseReason
from linli.cases.queries.clock import explained, rest_words
from linli.cases.queries.standing_still import words_of_still
from linli.cases.rules.deadlines import Rest
from linli.cases.rules.workflow import CaseState
from linli.kernel.working_time import LimitUnit
from tests.factories import NOW, Crew, make_case, make_category, order, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def page_of(person: Person, address: str) -> str:
    return " ".join(signed_in(person, "en").get(address).content.decode().split())


def paused(crew: Crew, at: Any, reported: Any = NOW) -> Case:
    case = crew.bring(make_case(at=reported), CaseState.HANDLING, reported)
    return handling.pause(
        order=order(case, crew.officer, at, note="等上级批复"), reason=PauseReason.OTHER_BODY
    )


def words(case: Case, at: Any) -> str:
    return words_of_still([case], at)[case.pk]


def test_list_page_and_explanation_say_the_same() -> None:
    crew, now = Crew(), timezone.now()
    case = paused(crew, now, now - timedelta(minutes=5))
    told = words(case, now)
    assert re.fullmatch(r"Clock paused, \d working days left", told)
    listed = page_of(crew.officer, "/desk/cases/?queue=waiting")
    assert listed.count(told) == 1
    # Once in the head of the page, once beside the promise.
    assert page_of(crew.officer, f"/desk/cases/{case.pk}/").count(told) == 2


def test_a_shelved_case_is_told_as_a_paused_one_is() -> None:
    crew, now = Crew(), timezone.now()
    case = crew.bring(make_case(at=now), CaseState.HANDLING, now)
    case = conversing.shelve(order=order(case, crew.supervisor, now, words="等待管网改造"))
    told = words(case, now)
    assert "working days left" in told
    assert told in page_of(crew.supervisor, "/desk/cases/?queue=shelved")
    assert page_of(crew.supervisor, f"/desk/cases/{case.pk}/").count(told) == 2


def test_what_is_left_does_not_change_while_it_stands_still() -> None:
    case = paused(Crew(), NOW + DAY)  # Tuesday of three working days that began on Monday
    moments = (NOW + DAY, NOW + 2 * DAY, NOW + DAY + timedelta(hours=9), NOW + 30 * DAY)
    assert {words(case, at) for at in moments} == {"Clock paused, 3 working days left"}


@pytest.mark.parametrize("minutes", [0, 3, 30])
def test_no_more_is_left_than_the_whole_limit_on_the_day_of_the_report(minutes: int) -> None:
    # Days are counted from the next one on, so the rest of Monday gives nothing away.
    case = paused(Crew(), NOW + timedelta(minutes=minutes))
    assert words(case, NOW + DAY) == words(case, NOW + timedelta(minutes=minutes))
    assert words(case, NOW + DAY) == "Clock paused, 3 working days left"


def test_a_limit_that_had_ended_before_is_said_to_be_over() -> None:
    case = paused(Crew(), NOW + 10 * DAY)
    assert words(case, NOW + 11 * DAY) == "Clock paused, overdue"


def test_a_running_case_has_no_such_words() -> None:
    crew = Crew()
    case = crew.bring(make_case(), CaseState.HANDLING)
    assert words_of_still([case], NOW) == {}
    assert [stage.still for stage in explained(case, NOW)] == [""]


def test_a_list_asks_the_same_for_one_that_stands_still_and_for_many() -> None:
    crew, category = Crew(), make_category()
    counts = []
    cases = []
    for _round in range(2):
        for _number in range(3):
            case = crew.bring(make_case(category), CaseState.HANDLING)
            cases.append(conversing.shelve(order=order(case, crew.supervisor, words="等待")))
        with CaptureQueriesContext(connection) as asked:
            words_of_still(cases, NOW)
        counts.append(len(asked))
    assert counts[1] <= counts[0]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (None, "Clock paused"),
        (Rest(1, LimitUnit.WORKING_DAYS), "Clock paused, 1 working day left"),
        (Rest(3, LimitUnit.WORKING_HOURS), "Clock paused, 3 working hours left"),
        (Rest(1, LimitUnit.HOURS), "Clock paused, 1 hour left"),
        (Rest(4, LimitUnit.CALENDAR_DAYS), "Clock paused, 4 days left"),
        (Rest(0, LimitUnit.STATED), "Clock paused, 0 days left"),
        (Rest(0, LimitUnit.HOURS, is_over=True), "Clock paused, overdue"),
    ],
)
def test_each_unit_has_its_words(rest: Rest | None, told: str) -> None:
    assert rest_words(rest) == told
