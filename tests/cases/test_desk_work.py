"""Who comes to the desk is led to their work."""

import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.models import Case
from linli.cases.policies import Who
from linli.cases.queries import desk
from linli.cases.queries.desk import BY_KEY, loads_of, most_pressing, queues_of, waiting_in
from linli.cases.queries.lists import cases_of
from tests.factories import (
    make_case,
    make_category,
    make_grid,
    make_person,
    make_unit,
    middle,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.ADMINISTRATOR, "/manage/start/"), (Role.AUDITOR, "/manage/audit/")],
)
def test_who_has_no_queue_is_led_to_their_own_pages(role: Role, place: str, settings: Any) -> None:
    # In the demo nobody has to set up a second factor first.
    settings.LINLI_DEMO = True
    client = Client()
    client.force_login(make_person(role))
    assert client.get("/desk/").headers["Location"] == place


@pytest.mark.parametrize("role", [Role.INTAKE_CLERK, Role.UNIT_OFFICER, Role.GRID_WORKER])
def test_who_handles_cases_stays_at_the_desk(role: Role) -> None:
    unit = make_unit() if role is Role.UNIT_OFFICER else None
    client = Client()
    client.force_login(make_person(role, unit=unit))
    assert client.get("/desk/").status_code == 200


def test_a_worker_begins_with_what_is_theirs_to_do_and_not_with_what_they_reported() -> None:
    grid = make_grid()
    worker, (lon, lat) = make_person(Role.GRID_WORKER, grid=grid), middle()
    reported, to_verify = make_case(by=worker), make_case(lon=lon, lat=lat)
    Case.objects.filter(pk=reported.pk).update(colour="red")
    Case.objects.filter(pk=to_verify.pk).update(state="verifying")
    answer = signed_in(worker, "en").get("/desk/")
    assert [case.pk for case in answer.context["cases"]] == [to_verify.pk]
    # What others are late with is counted on its tile, and nobody is told to begin with it.
    assert answer.context["greeting"] == ""
    assert [tile.load.total for tile in answer.context["tiles"]] == [1, 1]


def standing(person: Person) -> Who:
    return Who.of(Person.objects.get(pk=person.pk), timezone.now())


def test_what_is_overdue_comes_first_however_much_was_reported_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "COUNTED", 3)
    monkeypatch.setattr(sys.modules["linli.cases.views.desk.work"], "COUNTED", 3)
    now, category, clerk = timezone.now(), make_category(), make_person(Role.INTAKE_CLERK)
    cases = [make_case(category) for _number in range(9)]
    for number, case in enumerate(cases):
        due = now - timedelta(hours=number)
        Case.objects.filter(pk=case.pk).update(colour="red" if number > 4 else "", due_at=due)
    who = standing(clerk)
    loads = loads_of(queues_of(who), who)
    # The last reported are overdue, the longest overdue first; then those that are not.
    wanted = [cases[n].pk for n in (8, 7, 6, 5, 4, 3)]
    assert [case.pk for case in most_pressing(who, loads, 6)] == wanted
    assert (loads[0].total, loads[0].red, loads[0].is_capped) == (3, 3, True)
    answer = signed_in(clerk, "en").get("/desk/")
    assert answer.context["greeting"] == "3 or more overdue: begin with these."
    assert "3+" in answer.content.decode()


def test_all_queues_of_somebody_are_asked_in_two_questions() -> None:
    unit = make_unit()
    officer, category = make_person(Role.UNIT_OFFICER, unit=unit), make_category()
    for number, state in enumerate(("dispatched", "handling", "paused") * 3):
        case = make_case(category)
        colour = "red" if number < 6 else ""
        Case.objects.filter(pk=case.pk).update(state=state, unit=unit, colour=colour)
    who = standing(officer)
    with CaptureQueriesContext(connection) as asked:
        loads = loads_of(queues_of(who), who)
        found = most_pressing(who, loads, 6)
    assert [load.red for load in loads] == [2, 2, 2]
    assert len(found) == 6
    # The third one brings the rows.
    assert len(asked) == 3


def test_ones_own_is_a_part_of_what_exists_for_somebody() -> None:
    unit, grid = make_unit(), make_grid()
    officer = make_person(Role.UNIT_OFFICER, unit=unit)
    worker, (lon, lat) = make_person(Role.GRID_WORKER, grid=grid), middle()
    make_case(by=worker)
    handled, looked_at = make_case(), make_case(lon=lon, lat=lat)
    Case.objects.filter(pk=handled.pk).update(state="handling", unit=unit)
    Case.objects.filter(pk=looked_at.pk).update(state="verifying")
    make_case()
    for person, keys in ((officer, ("handle",)), (worker, ("verify", "reports"))):
        who = standing(person)
        for key in keys:
            own = set(waiting_in(BY_KEY[key], who))
            assert len(own) == 1
            assert own <= set(cases_of(who))


@pytest.mark.parametrize(("key", "index"), [("handle", "case_unit_state"), ("check", "case_state")])
def test_an_index_has_a_queue_in_the_order_of_its_urgency(key: str, index: str) -> None:
    who = standing(make_person(Role.UNIT_OFFICER, Role.CHECKER, unit=make_unit()))
    red = waiting_in(BY_KEY[key], who).filter(colour="red", due_at__isnull=False)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Else it walks through a table with nothing in it, or sorts the row it expects.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = red.order_by("due_at", "arrival").values("arrival")[:8].explain()
    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
