"""Who is called to a case by name: once a case, and never more of them than can be reached."""

import re
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.actions import handling
from linli.cases.models import Case, Escalation
from linli.cases.models.choices import EscalationKind, LimitUnit
from linli.cases.policies import Who, may_ever
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.desk.bulk import bulk_deeds
from tests.factories import (
    NOW,
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_unit,
    order,
    signed_in,
)

pytestmark = pytest.mark.django_db


def call(case: Case, people: Sequence[Person], kind: str = EscalationKind.URGE) -> None:
    for person in people:
        Escalation.objects.create(case=case, to=person, kind=kind, occasion="once", at=NOW)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_oversight_shows_a_case_once_with_those_who_are_called() -> None:
    case, supervisor = make_case(), make_person(Role.SUPERVISOR)
    people = [make_person(Role.DISPATCHER, name=f"演示派遣员{n}") for n in range(6)]
    call(case, people)
    call(case, people[:1], EscalationKind.OVERDUE)
    page = signed_in(supervisor, "en").get("/desk/oversight/").content.decode()
    assert page.count(case.number) == 1
    words = words_of(page)
    assert "6 people called: 演示派遣员0, 演示派遣员1, 演示派遣员2, 演示派遣员3 and 2 more" in words
    reasons = (EscalationKind.URGE, EscalationKind.OVERDUE)
    with translation.override("en"):
        assert " · ".join(str(reason.label) for reason in reasons) in words


def test_who_is_called_among_others_acknowledges_on_the_page_of_oversight() -> None:
    case, me = make_case(), make_person(Role.SUPERVISOR)
    call(case, [make_person(Role.DISPATCHER), me])
    client = signed_in(me, "en")
    act = f"/desk/cases/{case.pk}/do/acknowledge/"
    assert act in client.get("/desk/oversight/").content.decode()
    client.post(act, {"back": "oversight"})
    page = client.get("/desk/oversight/").content.decode()
    assert act not in page
    assert "1 person called:" in words_of(page)


def test_oversight_asks_no_more_for_many_calls_than_for_one() -> None:
    client = signed_in(make_person(Role.SUPERVISOR), "en")
    client.get("/desk/oversight/")
    counts = []
    for _round in range(2):
        for _case in range(3):
            call(make_case(), [make_person(Role.DISPATCHER) for _person in range(3)])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/desk/oversight/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_my_work_links_to_all_calls_where_it_shows_a_few() -> None:
    clerk, category = make_person(Role.INTAKE_CLERK), make_category()
    cases = [make_case(category) for _number in range(7)]
    for case in cases:
        call(case, [clerk])
        call(case, [clerk], EscalationKind.OVERDUE)
    client = signed_in(clerk, "en")
    page = client.get("/desk/").content.decode()
    assert page.count("/do/acknowledge/") == 5
    link = re.search(r'href="([^"]*queue=called)">([^<]*)<', page)
    assert link is not None
    assert link[2] == "All 7"
    listed = client.get(link[1]).content.decode()
    assert all(case.number in listed for case in cases)


def test_my_work_does_not_say_that_nothing_is_overdue_above_calls() -> None:
    clerk, case = make_person(Role.INTAKE_CLERK), make_case()
    client = signed_in(clerk, "en")
    assert "Nothing is overdue." in client.get("/desk/").content.decode()
    call(case, [clerk], EscalationKind.OVERDUE)
    page = client.get("/desk/").content.decode()
    assert "You are called to these cases" in page
    assert "Nothing is overdue." not in page
    assert "Nothing waits for you" not in page


def test_my_work_says_nothing_of_waiting_above_requests_for_more_time() -> None:
    crew, now = Crew(), timezone.now()
    case = crew.bring(make_case(at=now), CaseState.HANDLING, now)
    asked = order(case, crew.officer, now, note="a permit to dig")
    handling.ask_extension(order=asked, amount=2, unit=LimitUnit.WORKING_DAYS)
    page = signed_in(crew.supervisor, "en").get("/desk/").content.decode()
    assert "More time is asked for" in page
    assert "Nothing waits for you" not in page


def test_my_work_has_no_link_where_all_calls_are_shown() -> None:
    clerk = make_person(Role.INTAKE_CLERK)
    call(make_case(), [clerk])
    assert "queue=called" not in signed_in(clerk, "en").get("/desk/").content.decode()


def test_the_list_of_calls_holds_mine_alone_and_acknowledges_many_at_once() -> None:
    clerk = make_person(Role.INTAKE_CLERK)
    mine, others = make_case(), make_case()
    call(mine, [clerk])
    call(others, [make_person(Role.INTAKE_CLERK)])
    client = signed_in(clerk, "en")
    page = client.get("/desk/cases/?queue=called").content.decode()
    assert mine.number in page
    assert others.number not in page
    assert 'value="acknowledge"' in page
    assert 'value="acknowledge"' not in client.get("/desk/cases/").content.decode()
    client.post("/desk/cases/bulk/", {"verb": "acknowledge", "case": [str(mine.pk)]})
    assert mine.number not in client.get("/desk/cases/?queue=called").content.decode()


def test_a_call_to_a_case_that_went_to_another_unit_leads_nowhere() -> None:
    crew = Crew()
    case = crew.bring(make_case(), CaseState.HANDLING)
    call(case, [crew.officer])
    client = signed_in(crew.officer, "en")
    assert case.number in client.get("/desk/").content.decode()
    Case.objects.filter(pk=case.pk).update(unit=make_unit("路灯管理所"))
    assert case.number not in client.get("/desk/").content.decode()


def verbs_offered(person: Person) -> set[str]:
    return {deed.verb.value for deed in bulk_deeds(Who.of(person, NOW), "")}


def test_a_grid_worker_is_offered_only_what_a_grid_worker_can_do() -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid())
    assert verbs_offered(worker) == {"note"}
    page = signed_in(worker, "en").get("/desk/cases/").content.decode()
    assert 'value="sign"' not in page


def test_everybody_else_is_offered_the_verbs_of_their_roles() -> None:
    crew = Crew()
    assert verbs_offered(crew.officer) == {"sign", "note"}
    assert verbs_offered(crew.clerk) == {"accept", "register", "note"}
    assert verbs_offered(crew.dispatcher) == {"register", "dispatch", "note"}
    assert verbs_offered(crew.supervisor) == {"dispatch", "urge", "note"}


def test_what_a_worker_may_do_to_an_own_report_is_no_matter_of_a_unit() -> None:
    worker = Who.of(make_person(Role.GRID_WORKER, grid=make_grid()), NOW)
    assert may_ever(CaseVerb.SOLVE_ON_SPOT, worker)
    assert not may_ever(CaseVerb.FEEDBACK, worker)


def test_a_correction_asks_in_the_order_of_a_report() -> None:
    clerk, case = make_person(Role.INTAKE_CLERK), make_case()
    page = signed_in(clerk, "en").get(f"/desk/cases/{case.pk}/do/correct/").content.decode()
    form = page[page.index('name="base_version"') :]
    names = re.findall(r'name="(\w+)"', form)
    wanted = ["category", "kind", "title", "description", "place", "lon", "lat", "note"]
    assert [name for name in names if name in wanted] == wanted
    # The map stands between the words for a place and the point it sets.
    assert form.index('name="place"') < form.index("data-lon-input") < form.index('name="lon"')
