"""The homes of a grid on the map: houses, homes, head-counts; numbers only below the purpose."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.counting import recount
from linli.registry.models import Dwelling
from linli.registry.policies import Who
from linli.registry.queries.homes import PAGE, alone_in, heads_in, homes_of, houses_of
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person
from tests.registry.persons import make_dwelling, make_house, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid)


def client_of(person: Person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    return client


def properties_of(response: Any) -> list[dict[str, str]]:
    return [one["properties"] for one in response.json()["features"]]


def page_for(person: Person, name: str, *args: object, query: str = "") -> tuple[int, str]:
    response = client_of(person).get(reverse(f"registry:{name}", args=args) + query)
    return response.status_code, response.content.decode()


def test_a_house_tells_its_homes_and_heads_and_leads_to_them(grid: Grid, worker: Person) -> None:
    house = make_house(grid, (3, None, 2))
    status, words = page_for(worker, "homes", grid.code)
    assert status == 200
    assert reverse("registry:house", args=[grid.code, house.pk]) in words
    row = houses_of(grid.code, Who.of(worker, NOW), NOW).rows[0]
    assert (row.homes, row.people, row.uncounted) == (3, 5, 1)
    status, words = page_for(worker, "house", grid.code, house.pk)
    assert status == 200
    for home in house.dwellings.all():
        assert reverse("registry:record", args=["dwelling", home.pk]) in words
    assert "not counted" in words


def test_what_ended_or_lies_elsewhere_is_in_no_count(grid: Grid, worker: Person) -> None:
    house, other = make_house(grid, (3, 4)), make_grid(1)
    make_house(other, (9,))
    Dwelling.objects.filter(heads=4).update(ended_on=NOW.date())
    who = Who.of(worker, NOW)
    row = houses_of(grid.code, who, NOW).rows[0]
    assert (row.pk, row.homes, row.people) == (house.pk, 1, 3)
    heads = heads_in(grid.code, who, NOW)
    assert (heads.homes, heads.people, heads.uncounted) == (1, 3, 0)
    assert page_for(worker, "house", grid.code, new_id())[0] == 404


def test_homes_without_a_building_have_a_list_of_their_own(grid: Grid, worker: Person) -> None:
    home = make_dwelling(grid)
    assert "Nothing of this kind" in page_for(worker, "homes", grid.code)[1]
    words = page_for(worker, "homes", grid.code, query="?of=alone")[1]
    assert reverse("registry:record", args=["dwelling", home.pk]) in words
    assert page_for(worker, "homes", grid.code, query="?of=nothing")[0] == 404


def test_an_empty_house_and_an_empty_grid_say_so(grid: Grid, worker: Person) -> None:
    house = make_house(grid)
    assert "No dwelling is kept" in page_for(worker, "house", grid.code, house.pk)[1]
    empty = make_grid(1)
    leader = make_person(Role.GRID_WORKER, grid=empty)
    words = page_for(leader, "homes", empty.code)[1]
    assert reverse("registry:create", args=["building"]) in words
    supervisor = make_person(Role.SUPERVISOR)
    words = page_for(supervisor, "homes", empty.code)[1]
    assert reverse("registry:create", args=["building"]) not in words


def test_below_the_purpose_there_are_numbers_and_small_ones_withheld(
    grid: Grid, worker: Person
) -> None:
    house = make_house(grid, (3,))
    home = house.dwellings.get()
    for number in range(3):
        make_resident(telephone=f"139{number:08d}", grid=grid, dwelling=home)
    stranger = make_person(Role.GRID_WORKER, grid=make_grid(1))
    assert "Nothing was counted yet" in page_for(stranger, "homes", grid.code)[1]
    recount(at=timezone.now())
    status, words = page_for(stranger, "homes", grid.code)
    assert status == 200
    assert "＜5" in words
    for shown in (str(home), str(house), str(house.pk)):
        assert shown not in words
    assert page_for(stranger, "houses", grid.code)[0] == 404
    assert page_for(stranger, "house", grid.code, house.pk)[0] == 404
    assert page_for(worker, "homes", "430412999999999")[0] == 404


def test_the_points_name_places_and_counts_and_no_person(grid: Grid, worker: Person) -> None:
    house, alone = make_house(grid, (3, None)), make_house(grid)
    home = make_dwelling(grid)
    home.address.lon, home.address.lat = 112.7, 27.2
    home.address.save()
    make_resident("王小河", grid=grid, dwelling=home)
    response = client_of(worker).get(reverse("registry:houses", args=[grid.code]))
    told = {one["url"]: one["label"] for one in properties_of(response)}
    label = told[reverse("registry:house", args=[grid.code, house.pk])]
    assert label.endswith("2 homes · 3 people")
    assert told[reverse("registry:house", args=[grid.code, alone.pk])].endswith("0 homes")
    assert told[reverse("registry:record", args=["dwelling", home.pk])].endswith("not counted")
    assert "王" not in response.content.decode()
    assert response["Cache-Control"].startswith("max-age=0")


def test_lists_go_on_page_by_page_whatever_the_cursor_says(grid: Grid, worker: Person) -> None:
    for _number in range(PAGE + 3):
        make_house(grid)
        make_dwelling(grid)
    house, who = make_house(grid, [1] * (PAGE + 1)), Who.of(worker, NOW)
    for listed in (
        lambda cursor: houses_of(grid.code, who, NOW, cursor),
        lambda cursor: alone_in(grid.code, who, NOW, cursor),
        lambda cursor: homes_of(house, who, NOW, cursor),
    ):
        first = listed("")
        rest = listed(first.after)
        assert len(first.rows) == PAGE
        assert rest.after == ""
        keys = {row.pk for row in (*first.rows, *rest.rows)}
        assert len(keys) == PAGE + len(rest.rows)
        assert [row.pk for row in listed("nonsense").rows] == [row.pk for row in first.rows]
    words = page_for(worker, "homes", grid.code)[1]
    assert "after=" in words
    cursor = houses_of(grid.code, who, NOW).after
    assert 'rel="next"' not in page_for(worker, "homes", grid.code, query=f"?after={cursor}")[1]


@pytest.mark.parametrize("name", ["homes", "houses", "house"])
def test_the_number_of_queries_hangs_on_no_number_of_homes(
    grid: Grid, worker: Person, name: str
) -> None:
    house = make_house(grid, (1,))
    args = [grid.code, house.pk] if name == "house" else [grid.code]
    client, where = client_of(worker), reverse(f"registry:{name}", args=args)
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    for _number in range(10):
        home = make_dwelling(grid)
        Dwelling.objects.filter(pk=home.pk).update(building=house)
        make_house(grid, (2, 3))
    with CaptureQueriesContext(connection) as many:
        client.get(where)
    assert len(many) == len(few)


def test_a_village_has_its_grids_on_a_map_that_leads_to_their_homes(
    grid: Grid, worker: Person
) -> None:
    make_house(grid, (2,))
    recount(at=timezone.now())
    words = page_for(worker, "area", grid.division_id)[1]
    assert reverse("registry:homes", args=["CODE"]) in words
    assert f"under={grid.division_id}" in words
