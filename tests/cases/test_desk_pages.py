"""The list, the page of a case, and its verbs."""

from typing import Any

import pytest

from linli.accounts.rules.roles import Role
from linli.cases.models import Case, CaseStep
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from tests.factories import (
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_rule,
    middle,
    signed_in,
)

pytestmark = pytest.mark.django_db


def test_the_list_shows_a_case_with_its_state_and_place() -> None:
    grid = make_grid()
    lon, lat = middle()
    case = make_case(lon=lon, lat=lat)
    page = signed_in(make_person(Role.INTAKE_CLERK)).get("/desk/cases/").content.decode()
    assert case.number in page
    assert case.title in page
    assert grid.name in page


def test_a_verb_is_done_from_the_page_exactly_once() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    client, act = signed_in(clerk), str(new_id())
    address = f"/desk/cases/{case.pk}/do/accept/"
    for _again in range(2):
        response = client.post(address, {"act_id": act})
        assert response.status_code == 302
    assert Case.objects.get(pk=case.pk).state == "accepted"
    assert CaseStep.objects.filter(case=case, verb="accept").count() == 1


def test_the_case_page_offers_what_can_be_done_and_says_why_not() -> None:
    case, clerk = make_case(contact=True), make_person(Role.INTAKE_CLERK)
    page = signed_in(clerk).get(f"/desk/cases/{case.pk}/").content.decode()
    assert "/do/accept/" in page
    assert 'id="why-sign"' in page
    assert "13900000000" not in page


def test_a_case_of_another_unit_is_absent() -> None:
    crew, case = Crew(), make_case()
    crew.bring(case, CaseState.DISPATCHED)
    stranger = make_person(Role.UNIT_OFFICER, unit=Crew().unit)
    assert signed_in(crew.officer).get(f"/desk/cases/{case.pk}/").status_code == 200
    assert signed_in(stranger).get(f"/desk/cases/{case.pk}/").status_code == 404


def test_what_was_typed_stays_when_the_form_is_refused() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    response = signed_in(clerk).post(
        f"/desk/cases/{case.pk}/do/refuse/", {"words": "请拨打供水热线", "act_id": str(new_id())}
    )
    assert response.status_code == 422
    assert "请拨打供水热线" in response.content.decode()
    assert Case.objects.get(pk=case.pk).state == "reported"


def test_the_proposed_unit_is_confirmed_with_one_click() -> None:
    crew, category = Crew(), make_category()
    make_rule(crew.unit, category)
    case = crew.bring(make_case(category), CaseState.REGISTERED)
    client = signed_in(crew.dispatcher)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert str(crew.unit.pk) in page
    client.post(f"/desk/cases/{case.pk}/do/dispatch/", {"unit": crew.unit.pk})
    assert Case.objects.get(pk=case.pk).unit_id == crew.unit.pk


def test_home_counts_what_waits() -> None:
    make_case()
    page = signed_in(make_person(Role.INTAKE_CLERK)).get("/desk/").content.decode()
    assert "queue=accept" in page


def test_a_clerk_puts_category_and_place_right_and_the_story_says_it_in_names() -> None:
    case, clerk, other = make_case(), make_person(Role.INTAKE_CLERK), make_category("占道经营")
    grid, (lon, lat) = make_grid(), middle()
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/do/correct/"
    assert str(case.category_id) in client.get(address).content.decode()
    asked = {
        "act_id": str(new_id()),
        "title": case.title,
        "kind": case.kind,
        "base_version": case.version,
        "category": str(other.pk),
        "lon": lon,
        "lat": lat,
    }
    client.post(address, asked)
    case.refresh_from_db()
    assert (case.category, case.grid_id) == (other, grid.pk)
    assert set(CaseStep.objects.get(verb="correct").facts["fields"]) == {"category", "point"}
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "供水管道漏水 → 占道经营" in page


def test_a_place_outside_the_district_is_told_to_the_clerk() -> None:
    make_grid()
    category, clerk = make_category(), signed_in(make_person(Role.INTAKE_CLERK))
    marks = []
    for column in (0, 30):
        lon, lat = middle(column, column)
        typed = {"category": category.pk, "lon": lon, "lat": lat}
        marks.append("data-outside" in clerk.post("/desk/new/alike/", typed).content.decode())
        case = make_case(category, lon=lon, lat=lat)
        marks.append("data-outside" in clerk.get(f"/desk/cases/{case.pk}/").content.decode())
    assert marks == [False, False, True, True]


def test_only_the_demo_names_who_else_can_go_on(settings: Any) -> None:
    clerk = make_person(Role.INTAKE_CLERK, username="somebody-at-intake")
    checker, address = make_person(Role.CHECKER), f"/desk/cases/{make_case().pk}/"

    def page(person: object) -> str:
        return signed_in(person).get(address).content.decode()

    assert "somebody-at-intake" not in page(checker)
    settings.LINLI_DEMO = True
    assert "somebody-at-intake" in page(checker)
    assert "somebody-at-intake" not in page(clerk)
