"""The story of a case can be told whatever has happened to it."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from linli.cases.actions import checking, handling
from linli.cases.actions.attachments import Upload, attach
from linli.cases.actions.calendars import add_closing_day
from linli.cases.actions.steps import Order
from linli.cases.models.choices import LimitUnit, Satisfaction, Solved, Verb
from linli.cases.policies import Who
from linli.cases.queries.desk_calls import waiting_calls
from linli.cases.rules.workflow import CaseState
from linli.cases.views.desk.story import story_of
from linli.kernel.ids import new_id
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(case_id: object, person: object) -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    client.cookies["django_language"] = "en"
    answer = client.get(f"/desk/cases/{case_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_units_of_time_are_no_units_that_handle_cases() -> None:
    crew, now = factories.Crew(), timezone.now()
    case = crew.bring(factories.make_case(at=now), CaseState.HANDLING, now)
    asked = factories.order(case, crew.officer, now, note="a permit to dig")
    handling.ask_extension(order=asked, amount=3, unit=LimitUnit.WORKING_DAYS)
    assert "3 working days more" in page_of(case.pk, crew.clerk)


def test_a_deadline_that_moved_with_the_calendar_is_told() -> None:
    crew, now = factories.Crew(), timezone.now()
    case = factories.make_case(at=now)
    for days in range(1, 8):
        day = (now + timedelta(days=days)).date()
        add_closing_day(day=day, reason="flood", by=None, at=now, act_id=new_id())
    assert "Deadline computed anew" in page_of(case.pk, crew.clerk)


def test_a_checker_is_not_shown_as_one_of_the_unit_that_is_checked() -> None:
    case = factories.Crew().bring(factories.make_case(), CaseState.CHECKED)
    units = {told.verb: told.unit for told in story_of(case)}
    assert units[str(Verb.FEEDBACK.label)] == str(case.unit)
    assert units[str(Verb.PASS_CHECK.label)] == units[str(Verb.DISPATCH.label)] == ""


def test_a_photo_that_the_reporter_sent_is_theirs(settings: Any, tmp_path: Path) -> None:
    settings.LINLI_MEDIA = tmp_path
    case, crew = factories.make_case(), factories.Crew()
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "PNG")
    by_reporter = Order(new_id(), case.pk, Who.reporter(case.pk), factories.NOW)
    attach(order=by_reporter, upload=Upload("x.png", out.getvalue()), public=True)
    with translation.override("en"):
        assert [told.person for told in story_of(case)] == ["the reporter"] * 2
    by_clerk = factories.order(case, crew.clerk)
    attach(order=by_clerk, upload=Upload("y.png", out.getvalue()), public=True)
    assert story_of(case)[0].person == str(crew.clerk)


def test_amounts_and_answers_read_well_in_chinese() -> None:
    crew, now = factories.Crew(), timezone.now()
    case = crew.bring(factories.make_case(at=now), CaseState.HANDLING, now)
    asked = factories.order(case, crew.officer, now, note="需办理占道许可")
    handling.ask_extension(order=asked, amount=2, unit=LimitUnit.WORKING_DAYS)
    with translation.override("zh-hans"):
        assert list(story_of(case)[0].facts) == ["延长 2 个工作日"]
    case = crew.bring(factories.make_case(contact=True), CaseState.CHECKED)
    checking.record_call(
        order=factories.order(case, crew.caller),
        reached=True,
        solved=Solved.SOLVED,
        satisfaction=Satisfaction.SATISFIED,
    )
    with translation.override("zh-hans"):
        assert list(story_of(case)[0].facts) == ["已解决，满意"]
        who = Who.of(crew.caller, now)
        assert [one.answer for one in waiting_calls(who, "").waiting] == ["已解决，满意"]
