"""One search for doubles at a time: by the clock, by the command, by the page."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions import comparing
from linli.registry.actions.comparing import ask_for_doubles, find_doubles
from linli.registry.jobs.doubles import look_for_doubles, queue_search_if_due
from linli.registry.models import (
    DoublesSearch,
    ImportRun,
    Pair,
    Resident,
    SearchState,
)
from linli.registry.queries.doubles import search_is_due
from linli.registry.rules.linking.child import EngineFailed
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person
from tests.registry.doubles_ground import CANARY, Inside, act, written_twice
from tests.registry.persons import (
    make_resident,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def supervisor() -> Person:
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def two(grid: Grid) -> list[Resident]:
    return written_twice(grid)


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "Child", Inside)


# -- one at a time --------------------------------------------------------------------------------


def begun(ago: timedelta) -> DoublesSearch:
    at = timezone.now() - ago
    return DoublesSearch.objects.create(
        state=SearchState.RUNNING, asked_at=at, started_at=at, seen_at=at
    )


def test_while_one_search_runs_no_other_begins(two: list[Resident]) -> None:
    begun(timedelta(seconds=5))
    with pytest.raises(Refused) as refused:
        find_doubles(act=act())
    assert refused.value.refusal.code == "running"
    assert look_for_doubles.call() == {"searches": 0}
    assert DoublesSearch.objects.count() == 1


def test_a_search_that_was_ended_from_outside_holds_up_nobody(two: list[Resident]) -> None:
    dead = begun(timedelta(hours=1))
    assert find_doubles(act=act()).state == SearchState.DONE
    dead.refresh_from_db()
    assert (dead.state, dead.trouble) == (SearchState.FAILED, "stopped")


def test_two_that_begin_at_once_are_told_apart(
    two: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    def late(*_told: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(comparing, "_begin", late)
    with pytest.raises(Refused):
        find_doubles(act=act())
    ask_for_doubles(act=act())
    assert look_for_doubles.call() == {"searches": 0}


def test_only_those_who_decide_may_ask() -> None:
    worker = make_person(Role.GRID_WORKER)
    for ask in (ask_for_doubles, find_doubles):
        with pytest.raises(Refused):
            ask(act=act(worker))  # type: ignore[operator]


def test_who_asks_twice_gets_one_search_and_the_clock_takes_it_up(
    two: list[Resident], supervisor: Person
) -> None:
    asked = act(supervisor)
    first = ask_for_doubles(act=asked)
    assert first == ask_for_doubles(act=act(supervisor))
    assert search_is_due(timezone.now())
    assert look_for_doubles.call() == {"searches": 1}
    search = DoublesSearch.objects.get()
    assert (search.by, search.state) == (supervisor, SearchState.DONE)
    assert ask_for_doubles(act=asked) is None


def test_after_an_import_the_records_are_compared_once(two: list[Resident]) -> None:
    assert look_for_doubles.call() == {"searches": 0}
    now = timezone.now()
    ImportRun.objects.create(
        kind="resident",
        name="f.csv",
        digest="0" * 64,
        source=make_source(),
        state="done",
        started_at=now,
        ended_at=now,
    )
    queue_search_if_due()
    from django_tasks_db.models import DBTaskResult

    assert DBTaskResult.objects.filter(task_path__endswith="look_for_doubles").count() == 1
    assert look_for_doubles.call() == {"searches": 1}
    assert not search_is_due(timezone.now())
    queue_search_if_due()
    assert DBTaskResult.objects.count() == 1
    assert Pair.objects.count() == 1


def test_the_clock_survives_an_engine_that_fails(
    two: list[Resident], supervisor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_told: object) -> None:
        raise EngineFailed("")

    monkeypatch.setattr(comparing, "Child", failing)
    ask_for_doubles(act=act(supervisor))
    assert look_for_doubles.call() == {"failed": 1}
    assert not search_is_due(timezone.now())


# -- the command ----------------------------------------------------------------------------------


def run(**options: Any) -> str:
    told = StringIO()
    call_command("find_doubles", stdout=told, stderr=told, **options)
    return told.getvalue()


def test_the_command_says_what_was_compared_found_and_left_out(
    two: list[Resident], grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MOST_OPEN", 0)
    for at in range(61):
        make_resident(f"{chr(0x4E00 + at)}某{chr(0x5E00 + at)}", "19955555555", grid)
    told = run()
    assert "63" in told
    assert "MB" in told
    assert len(told.splitlines()) == 6


def test_the_command_ends_with_1_where_it_could_not(
    two: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_told: object) -> None:
        raise EngineFailed("OutOfMemoryException")

    monkeypatch.setattr(comparing, "Child", failing)
    with pytest.raises(CommandError) as stopped:
        run()
    assert stopped.value.returncode == 1
    assert "OutOfMemoryException" in str(stopped.value)


# -- the page -------------------------------------------------------------------------------------


def test_the_page_asks_for_a_search_says_how_far_it_is_and_what_it_found(
    two: list[Resident], supervisor: Person
) -> None:
    client, where = Client(HTTP_ACCEPT_LANGUAGE="en"), reverse("registry:doubles")
    client.force_login(supervisor)
    assert "not compared yet" in client.get(where).content.decode()
    client.post(where, {"act_id": str(new_id())})
    assert "waits for its turn" in client.get(where).content.decode()
    part = client.get(where, headers={"HX-Request": "true", "HX-Target": "doubles-search"})
    assert "<html" not in part.content.decode()
    DoublesSearch.objects.update(state="running", done=1, total=2, seen_at=timezone.now())
    assert "1 of 2 records read" in client.get(where).content.decode()
    DoublesSearch.objects.update(state="waiting", done=0, total=0)
    look_for_doubles.call()
    over = client.get(where, headers={"HX-Request": "true", "HX-Target": "doubles-search"})
    assert over["HX-Refresh"] == "true"
    page = client.get(where).content.decode()
    assert "1 new pair" in page
    assert "one sign of the name differs" in page
    assert "%" not in page.split("<main")[1].split("</main>")[0]


def test_the_two_stand_side_by_side_with_what_agrees_and_no_number_of_likeness(
    two: list[Resident], supervisor: Person
) -> None:
    find_doubles(act=act())
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(supervisor)
    page = client.get(reverse("registry:double", args=[Pair.objects.get().pk])).content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert "the same dwelling" in main
    assert "%" not in main
    assert CANARY not in main


def test_what_was_left_out_or_failed_is_said_on_the_page(supervisor: Person) -> None:
    client, where = Client(HTTP_ACCEPT_LANGUAGE="en"), reverse("registry:doubles")
    client.force_login(supervisor)
    counts = {"compared": 9, "new": 1, "found": 5, "left_out": 4, "crowds": 2, "megabytes": 1}
    search = DoublesSearch.objects.create(
        state="done", asked_at=NOW, ended_at=NOW, counts={"resident": counts}
    )
    page = client.get(where).content.decode()
    assert "4 more pairs were left out" in page
    assert "2 telephone numbers or places" in page
    search.state = SearchState.FAILED
    search.save()
    assert "The last search failed" in client.get(where).content.decode()
