"""Numbers of persons are asked about wherever somebody types, before anything is kept."""

from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.cases.actions import checking
from linli.cases.actions.contacts import query_code
from linli.cases.models import Case, CaseStep
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.desk.deeds import DEEDS
from linli.kernel.ids import new_id
from tests.factories import (
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    order,
    signed_in,
)

pytestmark = pytest.mark.django_db

# The identity number is made up, with a valid check digit.
NUMBERS = ("430102199003071234", "13812345678")
MARK = "〔号码已删去〕"
_NO_FREE_TEXT = {"into"}
FREE_TEXTS = [
    (verb, name)
    for verb, deed in DEEDS.items()
    for name, field in deed.form.base_fields.items()
    if isinstance(field, forms.CharField) and name not in _NO_FREE_TEXT
]


def kept() -> str:
    """Return all texts that are stored with cases and their steps."""
    steps = CaseStep.objects.values_list("note", "reply", "facts")
    cases = Case.objects.values_list("title", "description", "place")
    return repr([*steps, *cases])


@pytest.mark.parametrize(("verb", "name"), FREE_TEXTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_every_text_of_every_verb_is_looked_through(verb: CaseVerb, name: str, number: str) -> None:
    case, form = make_case(), DEEDS[verb].form
    asked = form({name: f"找他{number}。"}, case=case)
    assert not asked.is_valid()
    assert "numbers" in asked.errors
    assert str(asked.fields[name].label) in str(asked.fields["numbers"].help_text)
    assert number not in str(asked.fields["numbers"].help_text)
    done = form({name: f"找他{number}。", "numbers": "remove"}, case=case)
    done.is_valid()
    assert done.cleaned_data[name] == f"找他{MARK}。"
    left = form({name: f"找他{number}。", "numbers": "keep"}, case=case)
    left.is_valid()
    assert left.cleaned_data[name] == f"找他{number}。"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(("verb", "name"), [("note", "note"), ("reply", "words")])
@pytest.mark.parametrize(
    ("language", "label"), [("zh-hans", "删去这些号码"), ("en", "Take them out")]
)
def test_a_verb_stores_nothing_before_the_choice_and_no_number_after_it(
    verb: str, name: str, number: str, language: str, label: str
) -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk, language), f"/desk/cases/{case.pk}/do/{verb}/"
    sent = {name: f"他的号码{number}", "act_id": str(new_id())}
    before = kept()
    asked = client.post(address, sent)
    assert asked.status_code == 422
    in_dialog = client.post(address, sent, headers={"HX-Request": "true"})
    for answer in (asked, in_dialog):
        page = answer.content.decode()
        assert label in page
        assert f"他的号码{number}" in page
    assert kept() == before
    for _again in range(2):
        assert client.post(address, {**sent, "numbers": "remove"}).status_code == 302
    assert CaseStep.objects.filter(verb=verb).count() == 1
    assert f"他的号码{MARK}" in kept()
    assert number not in kept()


def test_the_question_is_not_on_a_form_that_needs_none() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    for verb in ("note", "correct"):
        page = signed_in(clerk).get(f"/desk/cases/{case.pk}/do/{verb}/").content.decode()
        assert 'name="numbers"' not in page


def correction(case: Case, **changed: Any) -> dict[str, Any]:
    said = {name: getattr(case, name) for name in ("title", "description", "place", "kind")}
    version = {"category": str(case.category_id), "base_version": case.version}
    return {**said, **version, "act_id": str(new_id()), **changed}


@pytest.mark.parametrize("name", ["title", "description", "place"])
def test_a_correction_asks_for_a_new_number_only(name: str) -> None:
    case, clerk = make_case(description="请打13900000000"), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/do/correct/"
    quiet = client.post(address, correction(case, kind="complaint"))
    assert quiet.status_code == 302
    case.refresh_from_db()
    sent = correction(case, **{name: f"{getattr(case, name)}，或13812345678"})
    asked = client.post(address, sent)
    assert asked.status_code == 422
    assert "138******78" in asked.content.decode()
    assert "139******00" not in asked.content.decode()
    assert "13812345678" not in kept()
    assert client.post(address, {**sent, "numbers": "remove"}).status_code == 302
    assert MARK in getattr(Case.objects.get(), name)
    assert "13812345678" not in kept()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_note_for_many_cases_is_asked_about_once(number: str) -> None:
    cases, clerk = [make_case(), make_case()], make_person(Role.INTAKE_CLERK)
    sent = {"verb": "note", "case": [str(case.pk) for case in cases], "said": "yes"}
    sent.update(note=f"机主{number}", act_id=str(new_id()))
    client = signed_in(clerk)
    assert client.post("/desk/cases/bulk/", sent).status_code == 422
    assert not CaseStep.objects.filter(verb="note").exists()
    client.post("/desk/cases/bulk/", {**sent, "numbers": "remove"})
    assert CaseStep.objects.filter(verb="note", note=f"机主{MARK}").count() == 2
    assert number not in kept()


@pytest.mark.parametrize("name", ["title", "place"])
@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_solved_on_the_spot_is_looked_through(name: str, number: str) -> None:
    client = signed_in(make_person(Role.GRID_WORKER, grid=make_grid()))
    sent = {"category": str(make_category().pk), "title": "杂物已清走", "place": "12栋"}
    sent.update({name: f"业主{number}", "act_id": str(new_id())})
    asked = client.post("/desk/spot/", sent)
    assert asked.status_code == 422
    assert 'name="numbers"' in asked.content.decode()
    assert not Case.objects.exists()
    assert client.post("/desk/spot/", {**sent, "numbers": "remove"}).status_code == 302
    assert getattr(Case.objects.get(), name) == f"业主{MARK}"
    assert number not in kept()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_reason_of_a_reopening_is_looked_through(client: Client, number: str) -> None:
    crew, now = Crew(), timezone.now()
    case = crew.bring(make_case(make_category(reopen_days=15), at=now), CaseState.CHECKED, now)
    case = checking.close(order=order(case, crew.caller, now))
    client.post("/follow/", {"number": case.number, "code": query_code(case.pk)})
    sent = {"reason": f"还在漏，打{number}", "act_id": str(new_id())}
    address = f"/c/{case.number}/reopen/"
    asked = client.post(address, sent)
    assert asked.status_code == 422
    assert 'name="numbers"' in asked.content.decode()
    assert Case.objects.get().state == "closed"
    assert number not in kept()
    assert client.post(address, {**sent, "numbers": "remove"}).status_code == 302
    assert Case.objects.get().state == "registered"
    assert f"还在漏，打{MARK}" in kept()
    assert number not in kept()


def test_the_reason_for_looking_at_a_contact_is_looked_through() -> None:
    case, clerk = make_case(contact=True), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/contact/"
    page = client.post(address, {"reason": "回拨13812345678"}).content.decode()
    assert 'name="numbers"' in page
    assert "13900000000" not in page
    reads = Event.objects.filter(verb="read.contact")
    assert not reads.exists()
    sent = {"reason": "回拨13812345678", "numbers": "remove"}
    assert "13900000000" in client.post(address, sent).content.decode()
    assert f"回拨{MARK}" in str(reads.get().detail)
