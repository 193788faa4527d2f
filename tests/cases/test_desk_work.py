"""Who comes to the desk is led to their work."""

from typing import Any

import pytest
from django.test import Client

from linli.accounts.rules.roles import Role
from linli.cases.models import Case
from tests.factories import make_case, make_grid, make_person, make_unit, middle, signed_in

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
