"""Numbers of persons typed about a case that exists: moved to the sealed contact, nowhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash
from linli.audit.models import Event, Quarantined
from linli.audit.queries import faults
from linli.cases.actions import checking, conversing
from linli.cases.actions.contacts import Moved, open_contact, query_code, reveal_contact
from linli.cases.models import Case, CaseStep, ReporterContact
from linli.cases.policies import Facts, Who, refuse
from linli.cases.policies.reporting import Contact
from linli.cases.rules.personal_numbers import MARKERS, NumberKind
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.desk.deeds import DEEDS
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.cases.test_numbers_asked import FREE_TEXTS, correction
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
MOBILE, IDENTITY, LANDLINE = "13812345678", "430102199003071234", "07348123456"
MARKS = {
    MOBILE: MARKERS[NumberKind.MOBILE],
    IDENTITY: MARKERS[NumberKind.IDENTITY],
    LANDLINE: MARKERS[NumberKind.LANDLINE],
}


def cells() -> Iterator[tuple[str, bytes]]:
    """Return every value of every table, those of the search index too."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    raw = isinstance(value, bytes | memoryview)
                    yield table, bytes(value) if raw else str(value).encode()


def tables_with(text: str) -> set[str]:
    """Return the tables in which a text can be read."""
    return {table for table, value in cells() if text.encode() in value}


def sealed(case: Case) -> str:
    """Return the numbers that are sealed with a case."""
    return open_contact(ReporterContact.objects.get(case=case)).moved_numbers


def test_the_search_through_all_tables_can_find_a_number() -> None:
    case = make_case(description=f"请打{MOBILE}")
    assert "cases_case" in tables_with(MOBILE)
    conversing.note(order=order(case, make_person(Role.INTAKE_CLERK), note=f"打{IDENTITY}"))
    assert "cases_casestep" in tables_with(IDENTITY)


@pytest.mark.parametrize(("verb", "name"), FREE_TEXTS)
@pytest.mark.parametrize("number", [MOBILE, IDENTITY, LANDLINE])
def test_every_text_of_every_verb_offers_to_move(verb: CaseVerb, name: str, number: str) -> None:
    case, form = make_case(), DEEDS[verb].form
    asked = form({name: f"找他{number}。"}, case=case)
    assert not asked.is_valid()
    choices = asked.fields["numbers"].choices  # type: ignore[attr-defined]
    assert [value for value, _label in choices] == ["move", "remove", "keep"]
    done = form({name: f"找他{number}。", "numbers": "move"}, case=case)
    done.is_valid()
    assert done.cleaned_data[name] == f"找他{MARKS[number]}。"
    assert done.moved_numbers == number
    made = done.order(new_id(), case.pk, Who.clock(), timezone.now())
    assert made.moved_numbers == number


@pytest.mark.parametrize("contact", [None, True])
@pytest.mark.parametrize(("verb", "name"), [("note", "note"), ("reply", "words")])
@pytest.mark.parametrize(
    ("language", "label"),
    [("zh-hans", "移存到加密的联系信息中"), ("en", "Move them to the sealed contact")],
)
def test_a_verb_moves_numbers_to_the_sealed_contact_once(
    verb: str, name: str, contact: object, language: str, label: str
) -> None:
    case, clerk = make_case(contact=contact), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk, language), f"/desk/cases/{case.pk}/do/{verb}/"
    sent = {name: f"他叫{IDENTITY}，电话{MOBILE}", "act_id": str(new_id())}
    for headers in ({}, {"HX-Request": "true"}):
        assert label in client.post(address, sent, headers=headers).content.decode()
    for _again in range(2):
        assert client.post(address, {**sent, "numbers": "move"}).status_code == 302
    step = CaseStep.objects.get(verb=verb)
    text = step.note if name == "note" else step.reply
    assert text == f"他叫{MARKS[IDENTITY]}，电话{MARKS[MOBILE]}"
    opened = open_contact(ReporterContact.objects.get(case=case))
    assert opened.moved_numbers == f"{IDENTITY}, {MOBILE}"
    assert opened.telephone == ("13900000000" if contact else "")
    event = Event.objects.get(verb=f"case.{verb}")
    assert event.detail == '{"moved_numbers":2}'
    assert tables_with(MOBILE) == tables_with(IDENTITY) == set()
    assert list(faults()) == []


def test_other_numbers_under_a_used_id_are_kept_sealed_for_a_person() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/do/note/"
    sent = {"act_id": str(new_id()), "numbers": "move"}
    assert client.post(address, {**sent, "note": f"电话{MOBILE}"}).status_code == 302
    # The words are equal once the number is out of them: it is the number that differs.
    assert client.post(address, {**sent, "note": "电话13812345679"}).status_code == 409
    assert Quarantined.objects.count() == 1
    assert sealed(case) == MOBILE
    assert tables_with("13812345679") == set()


def test_a_refused_verb_moves_nothing() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    asked = order(case, clerk, note="理由", moved_numbers=MOBILE)
    with pytest.raises(Refused):
        checking.close(order=asked)
    assert not ReporterContact.objects.exists()


def test_numbers_are_added_to_those_that_are_there_and_none_is_there_twice() -> None:
    contact = Contact("演示居民", MOBILE, "", IDENTITY)
    case, clerk = make_case(contact=contact), make_person(Role.INTAKE_CLERK)
    before = ReporterContact.objects.get(case=case)
    for numbers in (f"{LANDLINE}, {IDENTITY}, {MOBILE}", f"{LANDLINE}, {LANDLINE}"):
        conversing.note(order=order(case, clerk, note="备注", moved_numbers=numbers))
    # The telephone that was left is known already.
    assert sealed(case) == f"{IDENTITY}, {LANDLINE}"
    after = ReporterContact.objects.get(case=case)
    assert bytes(after.telephone) == bytes(before.telephone)
    assert bytes(after.wrapped_key) == bytes(before.wrapped_key)


@pytest.mark.parametrize("name", ["title", "description", "place"])
def test_a_correction_moves_what_it_brought(name: str) -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    sent = correction(case, **{name: f"{getattr(case, name)}，或{MOBILE}"})
    address = f"/desk/cases/{case.pk}/do/correct/"
    assert signed_in(clerk).post(address, {**sent, "numbers": "move"}).status_code == 302
    assert MARKS[MOBILE] in getattr(Case.objects.get(), name)
    assert sealed(case) == MOBILE
    assert tables_with(MOBILE) == set()


def test_a_note_for_many_cases_is_moved_to_each_of_their_contacts() -> None:
    cases, clerk = [make_case(), make_case(contact=True)], make_person(Role.INTAKE_CLERK)
    sent = {"verb": "note", "case": [str(case.pk) for case in cases], "said": "yes"}
    sent.update(note=f"机主{MOBILE}", act_id=str(new_id()), numbers="move")
    for _again in range(2):
        signed_in(clerk).post("/desk/cases/bulk/", sent)
    assert [sealed(case) for case in cases] == [MOBILE, MOBILE]
    assert CaseStep.objects.filter(verb="note").count() == 2
    assert tables_with(MOBILE) == set()


@pytest.mark.parametrize("name", ["title", "place"])
def test_what_was_solved_on_the_spot_moves_its_numbers(name: str) -> None:
    client = signed_in(make_person(Role.GRID_WORKER, grid=make_grid()))
    sent = {"category": str(make_category().pk), "title": "杂物已清走", "place": "12栋"}
    sent.update({name: f"业主{MOBILE}", "act_id": str(new_id())})
    assert 'value="move"' in client.post("/desk/spot/", sent).content.decode()
    for _again in range(2):
        assert client.post("/desk/spot/", {**sent, "numbers": "move"}).status_code == 302
    case = Case.objects.get()
    assert case.state == "closed"
    assert getattr(case, name) == f"业主{MARKS[MOBILE]}"
    assert sealed(case) == MOBILE
    assert tables_with(MOBILE) == set()


def _opened(client: Client, case: Case) -> Client:
    client.post("/follow/", {"number": case.number, "code": query_code(case.pk)})
    return client


def test_a_reporter_moves_the_number_in_what_they_add(client: Client) -> None:
    case = make_case()
    assert case.is_anonymous
    sent = {"words": f"打我的{MOBILE}", "act_id": str(new_id())}
    address = f"/c/{case.number}/add/"
    asked = _opened(client, case).post(address, sent, headers={"Accept-Language": "zh-hans"})
    assert "移到我的加密联系方式中" in asked.content.decode()
    assert not ReporterContact.objects.exists()
    for _again in range(2):
        assert client.post(address, {**sent, "numbers": "move"}).status_code == 302
    assert CaseStep.objects.get(verb="add_words").reply == f"打我的{MARKS[MOBILE]}"
    assert sealed(case) == MOBILE
    # They can be reached now, so they are called back before the end.
    assert not Case.objects.get().is_anonymous
    assert Facts(Case.objects.get()).left_contact
    assert tables_with(MOBILE) == set()


def test_a_reporter_moves_the_number_in_why_it_is_not_solved(client: Client) -> None:
    crew, now = Crew(), timezone.now()
    case = crew.bring(make_case(make_category(reopen_days=15), at=now), CaseState.CHECKED, now)
    case = checking.close(order=order(case, crew.caller, now))
    sent: Mapping[str, Any] = {"reason": f"还在漏，打{MOBILE}", "act_id": str(new_id())}
    address = f"/c/{case.number}/reopen/"
    assert 'value="move"' in _opened(client, case).post(address, sent).content.decode()
    for _again in range(2):
        assert client.post(address, {**sent, "numbers": "move"}).status_code == 302
    assert CaseStep.objects.get(verb="reopen").reply == f"还在漏，打{MARKS[MOBILE]}"
    assert sealed(case) == MOBILE
    assert tables_with(MOBILE) == set()


def test_numbers_in_a_colleague_s_note_do_not_make_a_call_back_due() -> None:
    crew, now = Crew(), timezone.now()
    case = crew.bring(make_case(at=now), CaseState.CHECKED, now)
    asked = order(case, crew.clerk, now, note="司机的电话", moved_numbers=MOBILE)
    conversing.note(order=asked)
    caller = Who.of(Person.objects.get(pk=crew.caller.pk), now)
    facts = Facts(Case.objects.get())
    assert refuse(CaseVerb.CLOSE, caller, facts, now) is None
    # Somebody may be called by it all the same.
    assert refuse(CaseVerb.RECORD_CALL, caller, facts, now) is None


def test_the_reason_for_looking_at_a_contact_moves_its_number() -> None:
    case, clerk = make_case(contact=True), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/contact/"
    sent = {"reason": f"回拨{MOBILE}", "act_id": str(new_id())}
    page = client.post(address, sent).content.decode()
    assert 'value="move"' in page
    assert 'name="act_id"' in page
    for _again in range(2):
        page = client.post(address, {**sent, "numbers": "move"}).content.decode()
        assert MOBILE in page
    assert sealed(case) == MOBILE
    assert Event.objects.get(verb="case.move_numbers").detail == '{"moved_numbers":1}'
    reads = Event.objects.filter(verb="read.contact")
    assert reads.count() == 2
    assert all(MARKS[MOBILE] in str(event.detail) for event in reads)
    assert tables_with(MOBILE) == set()
    assert list(faults()) == []


def test_who_may_not_look_moves_nothing_by_a_reason() -> None:
    case, officer = make_case(contact=True), make_person(Role.GRID_WORKER)
    now = timezone.now()
    with pytest.raises(Refused):
        reveal_contact(
            case=case,
            who=Who.of(officer, now),
            by=officer,
            at=now,
            reason="回拨",
            moved=Moved(new_id(), MOBILE),
        )
    assert sealed(case) == ""


def test_a_look_under_a_used_id_with_another_reason_is_refused_and_kept() -> None:
    case, clerk, now = make_case(contact=True), make_person(Role.INTAKE_CLERK), timezone.now()
    who, act_id = Who.of(clerk, now), new_id()
    for numbers in (MOBILE, LANDLINE):
        looked = {"case": case, "who": who, "by": clerk, "at": now, "reason": "回拨"}
        if numbers == MOBILE:
            reveal_contact(**looked, moved=Moved(act_id, numbers))
        else:
            with pytest.raises(Clash):
                reveal_contact(**looked, moved=Moved(act_id, numbers))
    assert sealed(case) == MOBILE
    assert Quarantined.objects.count() == 1
