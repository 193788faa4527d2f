"""Coverage, the lists of a grid and the pages of records: counts for all, homes for few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.registry.actions.counting import recount
from linli.registry.models import Dwelling, GridCount, Resident
from linli.registry.policies import Who
from linli.registry.queries import coverage
from linli.registry.queries.places import PAGE, Wanted, places_of
from linli.territory.models import Grid
from tests.factories import make_grid, make_person
from tests.registry.persons import make_dwelling, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid)


def page_for(person: Person, where: str) -> tuple[int, str]:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    response = client.get(where)
    return response.status_code, response.content.decode()


def people_in(grid: Grid, count: int) -> Dwelling:
    home = make_dwelling(grid)
    for number in range(count):
        make_resident(telephone=f"139{number:08d}", grid=grid, dwelling=home)
    return home


def test_counts_are_what_the_records_are_and_can_be_made_anew(grid: Grid) -> None:
    people_in(grid, 7)
    Resident.objects.filter(pk__in=Resident.objects.values("pk")[:2]).update(telephone=b"")
    at = timezone.now()
    recount(at=at)
    kept = GridCount.objects.get(code=grid.code, kind="resident")
    assert (kept.records, kept.complete) == (7, 5)
    Resident.objects.all().delete()
    recount(at=at + timedelta(seconds=1))
    assert not GridCount.objects.filter(kind="resident").exists()


def test_a_record_is_fresh_within_the_months_of_its_chief_fact(grid: Grid) -> None:
    home, today = make_dwelling(grid), timezone.localdate()
    for days, fresh in ((300, 1), (400, 0)):
        Dwelling.objects.filter(pk=home.pk).update(confirmed_on=today - timedelta(days=days))
        counted = coverage.counted(timezone.now())
        assert counted[grid.code, "dwelling"].fresh == fresh


def test_fewer_than_five_residents_are_not_counted_out_on_the_page(grid: Grid) -> None:
    people_in(make_grid(1), 8)
    people_in(make_grid(2), 9)
    people_in(grid, 3)
    recount(at=timezone.now())
    rows = {row.code: row for row in coverage.area_rows(grid.division_id)}
    assert rows[grid.code].cells[1].records is None
    # One more is withheld, or the three could be worked out from the sum.
    assert sum(row.cells[1].records is None for row in rows.values()) >= 2


def test_coverage_costs_as_many_queries_for_many_records_as_for_few(grid: Grid) -> None:
    def cost() -> int:
        recount(at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            coverage.area_rows(grid.division_id)
        return len(queries)

    people_in(grid, 1)
    before = cost()
    people_in(make_grid(1), 30)
    assert cost() == before <= 4


def test_the_list_of_a_grid_is_parted_by_address_and_loses_none(grid: Grid, worker: Person) -> None:
    for number in range(PAGE + 3):
        make_dwelling(grid, line=f"书院路{number:03d}号")
    who, at = Who.of(worker, timezone.now()), timezone.now()
    first = places_of(Wanted("dwelling", grid.code), who, at)
    with CaptureQueriesContext(connection) as queries:
        second = places_of(Wanted("dwelling", grid.code, after=first.after), who, at)
    assert len(queries) == 1
    lines = [row.address.line for row in (*first.rows, *second.rows)]
    assert lines == sorted(lines)
    assert len(set(lines)) == PAGE + 3
    assert second.after == ""


def test_before_the_first_count_a_worker_comes_to_their_grid_all_the_same(
    grid: Grid, worker: Person
) -> None:
    assert f"/registry/grids/{grid.code}/" in page_for(worker, reverse("registry:home"))[1]


def test_a_grid_of_others_looks_absent(grid: Grid, worker: Person) -> None:
    other = make_grid(3)
    assert page_for(worker, reverse("registry:grid", args=[grid.code]))[0] == 200
    assert page_for(worker, reverse("registry:grid", args=[other.code]))[0] == 404


def test_residents_appear_on_their_dwelling_masked_and_each_look_is_recorded(
    grid: Grid, worker: Person
) -> None:
    home = make_dwelling(grid)
    resident = make_resident("欧阳青禾", "13900001234", grid, home)
    status, page = page_for(worker, reverse("registry:record", args=["dwelling", home.pk]))
    assert status == 200
    assert "欧***" in page
    assert "青禾" not in page
    assert "13900001234" not in page
    event = Event.objects.get(verb="read.resident", subject=resident.pk)
    assert event.actor == worker.pk


def test_who_is_not_posted_to_the_grid_sees_a_head_count_and_nobody(grid: Grid) -> None:
    home = make_dwelling(grid)
    make_resident("欧阳青禾", "13900001234", grid, home)
    supervisor = make_person(Role.SUPERVISOR)
    status, page = page_for(supervisor, reverse("registry:record", args=["dwelling", home.pk]))
    assert status == 200
    assert "欧" not in page
    assert not Event.objects.filter(verb="read.resident").exists()


def test_no_list_of_a_grid_is_one_of_persons(grid: Grid, worker: Person) -> None:
    where = reverse("registry:grid", args=[grid.code])
    for kind in ("resident", "assistance"):
        assert page_for(worker, f"{where}?kind={kind}")[0] == 404


def test_a_fact_is_confirmed_and_changed_on_its_page(grid: Grid, worker: Person) -> None:
    home = make_dwelling(grid)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(worker)
    client.post(reverse("registry:confirm", args=["dwelling", home.pk]))
    home.refresh_from_db()
    assert home.confirmed_on == timezone.localdate()
    where = reverse("registry:change", args=["dwelling", home.pk, "heads"])
    assert client.post(where, {"value": "many", "version": home.version}).status_code == 422
    client.post(where, {"value": "4", "version": home.version})
    home.refresh_from_db()
    assert home.heads == 4
    assert (
        "→ 4" in client.get(reverse("registry:record", args=["dwelling", home.pk])).content.decode()
    )


def test_a_worker_finds_what_is_to_be_confirmed_again(grid: Grid, worker: Person) -> None:
    make_dwelling(grid, line="书院路1号")
    past = make_dwelling(grid, line="书院路2号")
    day = timezone.localdate() - timedelta(days=900)
    Dwelling.objects.filter(pk=past.pk).update(confirmed_on=day)
    recount(at=timezone.now())
    here = reverse("registry:grid", args=[grid.code])
    _status, page = page_for(worker, f"{here}?kind=dwelling")
    assert "书院路1号" in page
    assert "old=1" in page
    _status, page = page_for(worker, f"{here}?kind=dwelling&old=1")
    assert "书院路2号" in page
    assert "书院路1号" not in page
    # How complete and how fresh their own grid is stands above.
    assert "50%" in page


def test_a_kind_without_a_time_of_confirmation_waits_for_nothing(
    grid: Grid, worker: Person
) -> None:
    here = reverse("registry:grid", args=[grid.code])
    status, page = page_for(worker, f"{here}?kind=team&old=1")
    assert status == 200
    assert "Nothing here waits to be confirmed" in page


def test_a_home_kept_as_empty_with_people_in_it_asks_to_be_looked_at(
    grid: Grid, worker: Person
) -> None:
    home, words = make_dwelling(grid), "Please look which is right"
    Dwelling.objects.filter(pk=home.pk).update(use="empty", heads=0)
    here = reverse("registry:record", args=["dwelling", home.pk])
    assert words not in page_for(worker, here)[1]
    person = make_resident(grid=grid, dwelling=home)
    assert words in page_for(worker, here)[1]
    # A fault is told without the name of the fact, which stands beside it.
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(worker)
    change = reverse("registry:change", args=["resident", person.pk, "telephone"])
    sent = {"value": "139", "version": person.version, "act_id": str(new_id())}
    page = client.post(change, sent).content.decode()
    assert "is not a telephone number" in page
    assert "Telephone: “139”" not in page
