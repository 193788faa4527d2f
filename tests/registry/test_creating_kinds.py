"""Making each kind of record on its page: lettings, organisations, schools, help, teams, chats."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.chats import ChatCount, count_chats
from linli.registry.models import (
    Assistance,
    ChatCoverage,
    Organisation,
    Pair,
    PairState,
    School,
    Team,
    Tenancy,
)
from linli.registry.queries.coverage import area_rows
from tests.factories import make_person, make_unit
from tests.registry.ground import TODAY, Registry, act
from tests.registry.typing_in import as_worker, resident, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Registry:
    return Registry.made()


def test_a_letting_runs_once(ground: Registry) -> None:
    home = ground.resident().dwelling
    query = f"?dwelling={home.pk}"
    told = {"basis": "let_housing", "since": "2026-03-01", "contact_name": "演示房东"}
    assert sent(ground.worker, "tenancy", told, query).status_code == 302
    assert Tenancy.objects.get().dwelling == home
    response = sent(ground.worker, "tenancy", told, query)
    assert response.context["form"].non_field_errors()
    ends = {**told, "until": "2025-03-01"}
    assert "until" in sent(ground.worker, "tenancy", ends, query).context["form"].errors


def shop(ground: Registry, **values: str) -> dict[str, str]:
    place = {"grid": ground.grid.code, "address": "祝融路20号", "basis": "work_safety"}
    return {**place, "name": "样例餐饮有限公司", "kind": "restaurant", **values}


def test_an_organisation_alike_is_shown_and_may_be_another(ground: Registry) -> None:
    kinds = as_worker(ground.worker).get(reverse("registry:create", args=["organisation"]))
    chosen = kinds.context["form"].fields["kind"].widget.choices[1][0]
    first = shop(ground, kind=chosen)
    assert sent(ground.worker, "organisation", first).status_code == 302
    known = Organisation.objects.get()
    other = shop(ground, kind=chosen, name="样例餐饮", address="祝融路21号")
    response = sent(ground.worker, "organisation", other)
    assert known.name in response.content.decode()
    assert Organisation.objects.count() == 1
    assert sent(ground.worker, "organisation", {**other, "is_another": "y"}).status_code == 302
    assert Pair.objects.get().state == PairState.DIFFERENT
    nothing = {**first, "name": "别家商店", "address": "祝融路20号"}
    assert sent(ground.worker, "organisation", nothing).status_code == 302


def test_a_credit_code_is_one_organisation(ground: Registry) -> None:
    kind = as_worker(ground.worker).get(reverse("registry:create", args=["organisation"]))
    chosen = kind.context["form"].fields["kind"].widget.choices[1][0]
    code = "91350100M000100Y43"
    assert (
        sent(ground.worker, "organisation", shop(ground, kind=chosen, credit_code=code)).status_code
        == 302
    )
    other = shop(ground, kind=chosen, name="别家", address="祝融路9号", credit_code=code)
    assert "样例餐饮" in sent(ground.worker, "organisation", other).content.decode()
    told = sent(ground.worker, "organisation", {**other, "is_another": "yes"})
    assert "credit_code" in told.context["form"].errors


def test_a_school_is_an_organisation_that_is_asked_for_once(ground: Registry) -> None:
    told = {"grid": ground.grid.code, "address": "祝融路30号", "basis": "school_safety"}
    new = {**told, "name": "样例小学", "stage": "primary", "pupils": "300"}
    assert sent(ground.worker, "school", new).status_code == 302
    school = School.objects.get()
    assert school.organisation.kind.code == "school"
    known = school.organisation
    again = sent(ground.worker, "school", new)
    assert f"?organisation={known.pk}" in again.content.decode()
    only = {"basis": "school_safety", "stage": "primary"}
    response = sent(ground.worker, "school", only, f"?organisation={known.pk}")
    assert response.context["form"].non_field_errors()


def test_help_begins_on_a_person_and_is_seen_by_those_who_give_it(ground: Registry) -> None:
    person, unit = ground.resident(), make_unit()
    officer = make_person(Role.UNIT_OFFICER, unit=unit)
    query = f"?resident={person.pk}"
    told = {
        "basis": "social_assistance",
        "need": "alone",
        "asked_by": "self",
        "plan": "每周上门一次",
        "review_on": (TODAY + timedelta(days=30)).isoformat(),
        "ends_on": (TODAY + timedelta(days=300)).isoformat(),
        "unit": str(unit.pk),
        "workers": [str(ground.worker.pk)],
    }
    turned = {**told, "review_on": told["ends_on"], "ends_on": told["review_on"]}
    assert "review_on" in sent(ground.worker, "assistance", turned, query).context["form"].errors
    response = sent(ground.worker, "assistance", told, query)
    row = Assistance.objects.get()
    assert response.url == reverse("registry:record", args=["assistance", row.pk])
    assert list(row.workers.all()) == [ground.worker]
    again = sent(ground.worker, "assistance", told, query)
    assert str(row.pk) in again.content.decode()
    others = {**told, "need": "work", "workers": [str(officer.pk)]}
    response = sent(ground.worker, "assistance", others, query)
    assert response.url == reverse("registry:record", args=["resident", person.pk])


def test_help_that_others_give_is_not_hinted_at(ground: Registry) -> None:
    person, unit = ground.resident(), make_unit()
    officer = make_person(Role.UNIT_OFFICER, unit=unit)
    told = {
        "basis": "social_assistance",
        "need": "alone",
        "asked_by": "self",
        "review_on": "2027-01-01",
        "ends_on": "2027-06-01",
        "unit": str(unit.pk),
        "workers": [str(officer.pk)],
    }
    query = f"?resident={person.pk}"
    for _time in range(2):
        assert sent(ground.worker, "assistance", told, query).status_code == 302
    assert Assistance.objects.count() == 2
    assert not Pair.objects.exists()


def test_a_team_of_a_village_has_its_name_once(ground: Registry) -> None:
    told = {"grid": ground.grid.code, "basis": "volunteering", "name": "平安队"}
    told["kind"] = "volunteers"
    assert sent(ground.worker, "team", told).status_code == 302
    assert Team.objects.get().grid_id == ground.grid.code
    assert "name" in sent(ground.worker, "team", told).context["form"].errors


def test_group_chats_are_counted_and_the_last_count_of_each_grid_holds(ground: Registry) -> None:
    ground.resident()
    ChatCoverage.objects.create(
        grid=ground.other, day=TODAY - timedelta(days=30), reached=3, households=4
    )
    client, where = as_worker(ground.worker), reverse("registry:chats", args=[ground.grid.code])
    assert client.get(where).status_code == 200

    def counted(**told: object) -> Any:
        values = {"day": TODAY.isoformat(), "act_id": str(new_id()), **told}
        return client.post(where, values)

    assert "reached" in counted(reached=2).context["form"].errors
    later = (TODAY + timedelta(days=2000)).isoformat()
    assert "day" in counted(reached=1, day=later).context["form"].errors
    once = str(new_id())
    for _time in range(2):
        assert counted(reached=1, act_id=once).status_code == 302
    assert counted(reached=0).status_code == 302
    kept = ChatCoverage.objects.get(grid=ground.grid)
    assert (kept.reached, kept.households) == (0, 1)
    shares = {row.code: row.chats for row in area_rows(ground.grid.division_id)}
    # A newer count of one grid hides nothing of the others.
    assert (shares[ground.other.code].part, shares[ground.grid.code].part) == (3, 0)
    for person in (ground.stranger, ground.supervisor):
        assert as_worker(person).get(where).status_code == 404


def test_a_day_is_filled_in_as_browsers_read_it_whatever_the_language(ground: Registry) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(ground.worker)
    home = ground.resident().dwelling
    for where in (
        reverse("registry:chats", args=[ground.grid.code]),
        reverse("registry:end", args=["dwelling", home.pk]),
    ):
        assert f'value="{timezone.localdate().isoformat()}"' in client.get(where).content.decode()


def test_a_count_is_taken_of_ones_own_grid_or_from_the_command_line(ground: Registry) -> None:
    ground.resident()
    count = ChatCount(ground.grid.code, TODAY, 1)
    for person, code in ((ground.stranger, "grid"), (ground.supervisor, "role")):
        with pytest.raises(Refused) as caught:
            count_chats(count=count, act=act(person))
        assert caught.value.refusal.code == code
    kept = count_chats(count=count, act=act())
    assert kept is not None
    assert kept.households == 1


def test_an_address_that_names_no_house_has_no_homes_beside_it(ground: Registry) -> None:
    ground.resident()
    told = resident(ground, name="样例乙", telephone="", address="三组")
    assert sent(ground.worker, "resident", told).status_code == 302
