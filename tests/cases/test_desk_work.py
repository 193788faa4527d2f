"""Who comes to the desk is led to their work."""

from typing import Any

import pytest
from django.test import Client

from linli.accounts.rules.roles import Role
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.ADMINISTRATOR, "/manage/categories/"), (Role.AUDITOR, "/manage/audit/")],
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
