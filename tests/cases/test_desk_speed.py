"""How many questions a page asks the database: as many for fifty rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.rules.workflow import CaseState
from tests.factories import Crew, make_case, make_category, make_grid, make_person, middle

pytestmark = pytest.mark.django_db


def questions(person: Person, address: str) -> int:
    client = Client()
    client.force_login(person)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    counted = [one["sql"] for one in captured.captured_queries]
    assert not [sql for sql in counted if "COUNT(*)" in sql and "LIMIT" not in sql]
    return len(counted)


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/cases/", "/desk/map/", "/desk/map/cases.json", "/desk/triage/"]
)
def test_a_page_asks_as_much_for_many_cases_as_for_few(address: str) -> None:
    make_grid()
    lon, lat = middle()
    category, clerk = make_category(), make_person(Role.INTAKE_CLERK, Role.DISPATCHER)
    make_case(category, lon=lon, lat=lat)
    few = questions(clerk, address)
    for _case in range(12):
        make_case(category, lon=lon, lat=lat)
    assert questions(clerk, address) == few


def test_the_list_of_calls_asks_as_much_for_many_as_for_few() -> None:
    crew, category = Crew(), make_category()
    crew.bring(make_case(category, contact=True), CaseState.CHECKED)
    few = questions(crew.caller, "/desk/calls/")
    for _case in range(6):
        crew.bring(make_case(category, contact=True), CaseState.CHECKED)
    assert questions(crew.caller, "/desk/calls/") == few


def test_the_page_of_a_case_asks_as_much_for_a_long_story_as_for_a_short_one() -> None:
    crew = Crew()
    case = crew.bring(make_case(contact=True), CaseState.HANDLING)
    address = f"/desk/cases/{case.pk}/"
    few = questions(crew.clerk, address)
    crew.bring(case, CaseState.CHECKED)
    assert questions(crew.clerk, address) <= few + 2


def test_the_page_of_a_case_asks_a_dozen_questions_and_reads_no_password() -> None:
    crew = Crew()
    case = crew.bring(make_case(contact=True), CaseState.HANDLING)
    address = f"/desk/cases/{case.pk}/"
    assert questions(crew.clerk, address) <= 12
    client = Client()
    client.force_login(crew.clerk)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # Once: to see that whoever is logged in still is.
    asked = [one["sql"] for one in captured.captured_queries]
    assert len([sql for sql in asked if '."password"' in sql]) == 1
