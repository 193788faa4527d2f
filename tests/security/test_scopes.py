"""What is not yours answers 404, and a contact opens to those who call alone."""

import pytest
from django.test import Client

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.cases.models import ReporterContact
from tests.security.samples import Ground, make_ground

pytestmark = pytest.mark.django_db
TELEPHONE = "13900000000"
WITHIN = (Role.GRID_WORKER, Role.UNIT_OFFICER)


@pytest.fixture
def ground() -> Ground:
    return make_ground()


@pytest.mark.parametrize("role", WITHIN)
def test_a_case_of_another_unit_and_grid_is_absent_everywhere(ground: Ground, role: Role) -> None:
    client, own, other = ground.clients[role], ground.own, ground.foreign
    assert client.get(f"/desk/cases/{own['case_id']}/").status_code == 200
    for way in ("", "do/note/", "duplicates/"):
        assert client.get(f"/desk/cases/{other['case_id']}/{way}").status_code == 404
    for way in ("do/note/", "contact/"):
        assert client.post(f"/desk/cases/{other['case_id']}/{way}").status_code == 404
    for way in ("", "small/"):
        assert client.get(f"/files/{other['file_id']}/{way}").status_code == 404
        mine = client.get(f"/files/{own['file_id']}/{way}")
        assert b"".join(mine)
        assert mine.status_code == 200
    listed = client.get("/desk/cases/").content.decode()
    assert str(own["number"]) in listed
    assert str(other["number"]) not in listed
    placed = client.get("/desk/map/cases.json").content.decode()
    assert str(other["number"]) not in placed


@pytest.mark.parametrize("role", WITHIN)
def test_nothing_is_done_in_bulk_to_what_is_anothers(ground: Ground, role: Role) -> None:
    before = Event.objects.filter(subject=ground.foreign["case_id"]).count()
    form = {"verb": "note", "case": str(ground.foreign["case_id"]), "note": "x"}
    ground.clients[role].post("/desk/cases/bulk/", {**form, "cases": form["case"]})
    assert Event.objects.filter(subject=ground.foreign["case_id"]).count() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.REPORTER])
def test_a_contact_opens_to_those_who_call_and_is_recorded_first(
    ground: Ground, role: Role
) -> None:
    case_id = ground.own["case_id"]
    assert ReporterContact.objects.filter(case_id=case_id).exists()
    where = f"/desk/cases/{case_id}/contact/"
    page = ground.clients[role].post(where, {"reason": "To ask where it is"})
    shown = TELEPHONE in page.content.decode()
    assert shown == (role in {Role.INTAKE_CLERK, Role.CALLER})
    assert Event.objects.filter(verb__startswith="read.", subject=case_id).exists() == shown


def test_the_receipt_of_a_stranger_opens_nothing(ground: Ground) -> None:
    stranger = Client()
    answer = stranger.get(f"/c/{ground.own['number']}/")
    assert answer.status_code == 302
    assert TELEPHONE not in answer.content.decode()
