"""A person is found by two facts: masked, recorded, within the own grids, by an index."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.refusal import Refused
from linli.registry.actions.finding import TwoFacts, find
from linli.registry.actions.sealing import index_of
from linli.registry.models import Purpose
from linli.registry.policies.scopes import Who
from linli.registry.queries.finding import MOST_ROWS, Keys, found_anywhere, found_by
from linli.registry.rules.folding import folded_name, folded_telephone
from tests.factories import VILLAGE, make_grid, make_person
from tests.registry.persons import logged_text, make_dwelling, make_resident

pytestmark = pytest.mark.django_db
NAME, NUMBER = "张小明", "13912345678"


def looked_up(facts: TwoFacts, by: object, **more: object) -> list[object]:
    wanted = {"purpose": Purpose.CALLER, "at": timezone.now(), **more}
    return list(find(facts=facts, by=by, **wanted))  # type: ignore[arg-type]


@pytest.fixture
def clerk() -> object:
    return make_person(Role.INTAKE_CLERK)


def test_name_and_telephone_find_one_masked_row(clerk: object) -> None:
    wanted = make_resident(NAME, NUMBER, make_grid())
    make_resident(NAME, "13900000000")
    make_resident("李四", NUMBER)
    (row,) = looked_up(TwoFacts(" 张 小明", "+86 139-1234-5678"), clerk)
    assert (row.id, row.name, row.telephone) == (wanted.pk, "张**", "*********78")


def test_name_and_address_find_who_lives_there(clerk: object) -> None:
    home = make_dwelling(make_grid(), line="衡山路12号3栋502室")
    wanted = make_resident(NAME, NUMBER, home.grid, home)
    make_resident(NAME, "13900000000", home.grid)
    (row,) = looked_up(TwoFacts(NAME, division=VILLAGE, line="衡山路12号3栋502室"), clerk)
    assert row.id == wanted.pk
    assert looked_up(TwoFacts(NAME, division=VILLAGE, line="无人路1号"), clerk) == []
    assert looked_up(TwoFacts(NAME, NUMBER, VILLAGE, "无人路1号"), clerk) == []


@pytest.mark.parametrize(
    "facts",
    [
        TwoFacts(NAME),
        TwoFacts("", NUMBER),
        TwoFacts(" ", NUMBER),
        TwoFacts(NAME, "139"),
        TwoFacts(NAME, division=VILLAGE),
        TwoFacts("", "", VILLAGE, "衡山路12号"),
    ],
)
def test_one_fact_finds_nobody_and_says_why(facts: TwoFacts, clerk: object) -> None:
    make_resident(NAME, NUMBER)
    with pytest.raises(Refused) as refused:
        looked_up(facts, clerk)
    assert refused.value.refusal.code == "two_facts"


def test_a_query_with_one_key_finds_nobody_either() -> None:
    make_resident(NAME, NUMBER)
    assert found_anywhere(Keys(index_of("name", folded_name(NAME)))) == []
    assert found_anywhere(Keys(b"", index_of("telephone", folded_telephone(NUMBER)))) == []


def test_at_most_ten_rows_are_shown(clerk: object) -> None:
    for _one in range(MOST_ROWS + 3):
        make_resident(NAME, NUMBER)
    assert len(looked_up(TwoFacts(NAME, NUMBER), clerk)) == MOST_ROWS


def test_what_is_not_theirs_is_not_found() -> None:
    here, there = make_grid(0), make_grid(5)
    worker = make_person(Role.GRID_WORKER, grid=here)
    mine, _other = make_resident(NAME, NUMBER, here), make_resident(NAME, NUMBER, there)
    assert [row.id for row in looked_up(TwoFacts(NAME, NUMBER), worker)] == [mine.pk]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DISPATCHER, Role.AUDITOR])
def test_without_an_errand_nobody_searches(role: Role) -> None:
    with pytest.raises(Refused) as refused:
        looked_up(TwoFacts(NAME, NUMBER), make_person(role))
    assert refused.value.refusal.code == "role"


def test_each_search_and_each_row_is_recorded_without_a_value(clerk: object) -> None:
    wanted = make_resident(NAME, NUMBER, make_grid())
    looked_up(TwoFacts(NAME, NUMBER), clerk)
    looked_up(TwoFacts("没有人", "13000000000"), clerk)
    searches = Event.objects.filter(verb="read.search")
    assert searches.count() == 2
    assert {event.actor for event in searches} == {clerk.pk}  # type: ignore[attr-defined]
    (row,) = Event.objects.filter(verb="read.found")
    assert row.subject == wanted.pk
    assert row.detail == '{"reason":"caller"}'
    for value in (NAME, NUMBER, "没有人", "13000000000", "345678"):
        assert value not in logged_text()


def test_nothing_is_shown_when_the_log_cannot_be_written(
    clerk: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_resident(NAME, NUMBER)
    opened = []

    def full(**_entry: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("linli.registry.actions.finding.record_reads", full)
    monkeypatch.setattr("linli.registry.actions.finding.opened", opened.append)
    with pytest.raises(OSError, match="full"):
        looked_up(TwoFacts(NAME, NUMBER), clerk)
    assert opened == []


def plan_of(query: object) -> str:
    text = str(query.explain())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def _indexes_wanted() -> None:
    # A table of a few rows is read whole in PostgreSQL, whatever indexes there are.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.usefixtures("_indexes_wanted")
@pytest.mark.parametrize("role", [Role.INTAKE_CLERK, Role.GRID_WORKER])
def test_the_database_answers_by_an_index_of_two_facts(role: Role) -> None:
    grid = make_grid()
    person = make_person(role, grid=grid)
    homes = [make_dwelling(grid) for _number in range(40)]
    # All of one name: what a search by a name alone would have to read.
    for number, home in enumerate(homes * 2):
        make_resident(NAME, f"1391234{number:04d}", grid, home)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    home = homes[0]
    who, name = Who.of(person, timezone.now()), index_of("name", folded_name(NAME))
    by_number = found_by(Keys(name, index_of("telephone", NUMBER)), who, timezone.now())
    assert "registry_resident_two" in plan_of(by_number)
    by_home = found_by(Keys(name, dwellings=(home.pk,)), who, timezone.now())
    plan = plan_of(by_home)
    # A home has few people, so that its own index is as good as the one of both facts.
    assert "registry_resident_home" in plan or "registry_resident_dwelling" in plan
    assert "Seq Scan on registry_resident" not in plan
    assert "SCAN registry_resident " not in plan


# --- the page --------------------------------------------------------------------------------


def client_of(person: object) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_the_page_shows_masked_rows_and_no_value(clerk: object) -> None:
    resident = make_resident(NAME, NUMBER, make_grid())
    client = client_of(clerk)
    asked = {"name": NAME, "telephone": NUMBER, "purpose": "caller"}
    page = client.post("/registry/find/", asked)
    text = page.content.decode()
    assert f"/registry/find/{resident.pk}/" in text
    assert "张**" in text
    # Only in the field where it was typed.
    assert text.count(NAME) == 1
    assert text.count(NUMBER) == 1
    assert "no-store" in page["Cache-Control"]
    masked = client.get(f"/registry/find/{resident.pk}/").content.decode()
    assert NAME not in masked
    assert NUMBER not in masked
    assert Event.objects.filter(verb="read.found", subject=resident.pk).count() == 2


def test_the_page_refuses_one_fact_with_a_sentence(clerk: object) -> None:
    make_resident(NAME, NUMBER)
    page = client_of(clerk).post("/registry/find/", {"name": NAME, "purpose": "caller"})
    assert page.status_code == 422
    assert "two facts" in page.content.decode()
    assert not Event.objects.filter(verb__startswith="read.").exists()


def test_without_a_purpose_nothing_is_searched(clerk: object) -> None:
    make_resident(NAME, NUMBER)
    page = client_of(clerk).post("/registry/find/", {"name": NAME, "telephone": NUMBER})
    assert page.status_code == 422
    assert "张**" not in page.content.decode()


def test_a_person_of_another_grid_is_absent() -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid(0))
    theirs = make_resident(NAME, NUMBER, make_grid(5))
    client = client_of(worker)
    assert client.get(f"/registry/find/{theirs.pk}/").status_code == 404
    assert client.get(f"/registry/find/{theirs.pk}/telephone/").status_code == 404
