"""A district is set up in an order, and says what it still lacks."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.models import RoleGrant
from linli.accounts.rules.roles import Role
from linli.cases.models import WorkingCalendar
from linli.cases.queries.setting_up import NEEDED_ROLES, standing
from linli.kernel.ids import new_id
from tests.factories import NOW, make_category, make_grid, make_person, make_unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def admin(client: Client, settings: Any) -> Client:
    settings.LINLI_DEMO = True
    client.force_login(
        make_person(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.cookies["django_language"] = "en"
    return client


def words(client: Client, name: str = "manage:start") -> str:
    html = client.get(reverse(name)).content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def fill() -> None:
    """Bring in what a case needs."""
    unit = make_unit()
    make_category()
    WorkingCalendar.objects.create(version="t1", name="试", imported_at=NOW, content={})
    for role in NEEDED_ROLES:
        make_person(role, unit=unit if role is Role.UNIT_OFFICER else None)


def test_an_empty_district_lacks_everything_and_its_administrator_is_led_there(
    admin: Client,
) -> None:
    assert admin.get("/desk/").headers["Location"] == "/manage/start/"
    text = words(admin)
    assert "0 of 10 are there" in text
    assert text.count("missing") == 6
    assert text.count("may wait") == 4
    assert "nobody is: intake clerk, dispatcher" in text.lower()
    assert "linli import categories" in text
    assert "linli import lists" in text
    assert "To the public page" not in text


def test_each_step_of_the_territory_opens_with_its_kind_of_file_chosen(admin: Client) -> None:
    page = admin.get(reverse("manage:start")).content.decode()
    for kind in ("divisions", "grids", "units", "postings"):
        address = f"{reverse('territory:import')}?kind={kind}"
        assert f'href="{address}"' in page
        form = admin.get(address).content.decode()
        assert f'<option value="{kind}" selected>' in form
        assert "What the file looks like" in form


def test_a_district_with_all_that_a_case_needs_is_ready(admin: Client) -> None:
    fill()
    assert standing(TODAY).missing_roles == ()
    assert standing(TODAY).is_ready
    assert "To the public page" in words(admin)
    assert "choose a matter that nobody has to verify on site" in words(admin)
    assert admin.get("/desk/").headers["Location"] == "/manage/categories/"


def test_where_somebody_is_posted_any_matter_can_be_tried(admin: Client) -> None:
    fill()
    make_person(Role.GRID_WORKER, grid=make_grid())
    assert "To the public page" in words(admin)
    assert "choose a matter" not in words(admin)


def test_roles_that_have_ended_and_people_kept_out_count_for_nothing() -> None:
    fill()
    checker = RoleGrant.objects.get(role=Role.CHECKER.value)
    RoleGrant.objects.filter(pk=checker.pk).update(until=TODAY)
    caller = RoleGrant.objects.get(role=Role.CALLER.value).person
    caller.is_active = False
    caller.save(update_fields=["is_active"])
    assert standing(TODAY).missing_roles == (Role.CHECKER, Role.CALLER)
    assert standing(TODAY - timedelta(days=1)).missing_roles == (Role.CALLER,)


def test_grids_and_administrators_are_counted(admin: Client) -> None:
    make_grid()
    assert standing(TODAY).grids == 1
    assert standing(TODAY).administrators == 1
    make_person(Role.ADMINISTRATOR)
    assert standing(TODAY).administrators == 2
    assert "A second administrator there" in words(admin)
    page = admin.get(reverse("manage:start")).content.decode()
    steps = page.split('class="lm-step"')
    assert f'href="{reverse("territory:overview")}"' in steps[2]
    assert f'href="{reverse("accounts:people")}"' in steps[8]


def test_a_form_for_people_speaks_for_itself_and_not_by_the_browser(admin: Client) -> None:
    for name in ("accounts:new_person", "accounts:new_unit"):
        page = admin.get(reverse(name)).content.decode().split("<main")[1].split("</main>")[0]
        assert all("novalidate" in part.split(">")[0] for part in page.split("<form")[1:])
        answer = admin.post(reverse(name), {"act_id": str(new_id())})
        assert "This field is required." in answer.content.decode()


def test_nothing_to_choose_is_said_without_a_search(client: Client) -> None:
    page = client.get("/report/").content.decode()
    assert 'id="words"' not in page
    assert "ll-empty" in page
    make_category()
    assert 'id="words"' in client.get("/report/").content.decode()


def test_units_and_grids_that_are_not_there_yet_are_told_as_such(admin: Client) -> None:
    assert "There are no units yet" in words(admin, "accounts:units")
    found = admin.get(reverse("accounts:units"), {"q": "zzz"}).content.decode()
    assert "No unit found" in found
