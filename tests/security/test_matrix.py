"""Every URL x every role: 0 deviations from the matrix, and no URL outside of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from linli.accounts.rules.roles import Permission, Role
from tests.security.samples import Ground, make_ground
from tests.security.walking import (
    ASKERS,
    BARE,
    METHODS,
    STRANGER,
    Address,
    Answer,
    Entry,
    addresses,
    line_to_add,
    matrix,
    may,
)

pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    """Take back what a request wrote, so that the next one meets the same ground."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


def answer_of(client: Client, method: str, where: str, query: str = "") -> Answer:
    """Return the status, or ``login`` for the way to the log-in page."""
    client.raise_request_exception = False
    cookies = deepcopy(client.cookies)
    response = client.get(where + query) if method == "get" else client.post(where)
    # Somebody who logged out is in again for the next request, as their session is.
    client.cookies = cookies
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/"):
        return "login"
    if response.streaming:
        b"".join(response)  # type: ignore[arg-type]
    return response.status_code


def seen_at(
    ground: Ground, address: Address, samples: Mapping[str, object], query: str = ""
) -> dict[tuple[str, str], Answer]:
    """Return what every asker gets by every method."""
    where = address.filled(samples)
    seen = {}
    for asker in ASKERS:
        for method in METHODS:
            with undone():
                seen[asker, method] = answer_of(ground.clients[asker], method, where, query)
    cache.clear()
    return seen


def deviations(entry: Entry, seen: Mapping[tuple[str, str], Answer], foreign: bool) -> list[str]:
    """Return a sentence for each answer that is not the matrix's."""
    found = []
    for (asker, method), got in seen.items():
        expected = entry.expected(asker, method, foreign=foreign)
        if got != expected:
            whose = " (another's)" if foreign else ""
            found.append(f"{method} {entry.route}{whose} as {asker}: {got}, not {expected}")
    return found


# Walked side by side; what begins with none of these is the last part.
PARTS = ("accounts/", "desk/", "manage/", "manage/territory/", "my/", "open311/", "registry/", "")


def part_of(route: str) -> str:
    """Return the longest of the parts that an address begins with."""
    return max((part for part in PARTS if route.startswith(part)), key=len)


@pytest.mark.parametrize("part", PARTS)
def test_every_url_answers_every_role_as_the_matrix_says(part: str) -> None:
    ground, entries = make_ground(), matrix()
    wrong: list[str] = []
    walked = 0
    for address in addresses():
        if part_of(address.route) != part:
            continue
        entry = entries.get(address.route)
        lacking = address.lacking(ground.own)
        if lacking:
            wrong.append(f"{address.route}: samples.py has no {', '.join(lacking)}")
            continue
        if entry is None:
            lines = line_to_add(address, seen_at(ground, address, ground.own))
            wrong.append(f"{address.route} is not in the matrix. If this is right, add:\n{lines}\n")
            continue
        if entry.needs != (address.needs.value if address.needs else ""):
            wrong.append(f"{entry.route} needs {address.needs}, not {entry.needs!r}")
        seen = seen_at(ground, address, ground.own, entry.query)
        wrong += deviations(entry, seen, foreign=False)
        walked += len(seen)
        if entry.scope:
            seen = seen_at(ground, address, ground.foreign, entry.query)
            wrong += deviations(entry, seen, foreign=True)
    assert wrong == [], "\n".join(wrong)
    here = [route for route in entries if part_of(route) == part]
    assert walked == len(here) * len(ASKERS) * len(METHODS) > 0


def test_no_line_of_the_matrix_is_about_an_address_that_is_gone() -> None:
    assert set(matrix()) - {address.route for address in addresses()} == set()


def test_every_address_of_one_case_has_a_scope() -> None:
    named = [entry for entry in matrix().values() if "case_id" in entry.route]
    assert len(named) >= 4
    assert [entry.route for entry in named if entry.scope != "case"] == []


# --- the walk can fail -----------------------------------------------------------------------


def test_a_url_that_is_not_in_the_matrix_is_told_with_the_line_to_add() -> None:
    address = Address("manage/secret/", Permission.SEE_AUDIT)
    seen: dict[tuple[str, str], Answer] = {}
    for asker in ASKERS:
        holds = may(asker, "see_audit")
        seen[asker, "get"] = "login" if asker == STRANGER else 200 if holds else 404
        seen[asker, "post"] = 401 if asker == STRANGER else 405 if holds else 404
    line = line_to_add(address, seen)
    assert line == (
        '[[url]]\nat = "manage/secret/"\nneeds = "see_audit"\nget = ["login", 404, 200]\n'
        "post = [401, 404, 405]"
    )
    entry = matrix(line)["manage/secret/"]
    assert deviations(entry, seen, foreign=False) == []
    seen[Role.GRID_WORKER.value, "get"] = 200
    assert deviations(entry, seen, foreign=False) == [
        "get manage/secret/ as grid_worker: 200, not 404"
    ]
    odd = matrix(line_to_add(address, seen))["manage/secret/"]
    assert odd.but == {"grid_worker": {"get": 200}}


def test_what_is_anothers_is_expected_to_look_absent() -> None:
    entry = matrix(
        '[[url]]\nat = "x/"\nneeds = "see_desk"\nscope = "case"\nget = ["login", 404, 200]'
    )
    one = entry["x/"]
    assert one.expected(Role.UNIT_OFFICER, "get") == 200
    assert one.expected(Role.UNIT_OFFICER, "get", foreign=True) == 404
    assert one.expected(Role.DISPATCHER, "get", foreign=True) == 200
    assert one.expected(BARE, "get") == 404


def test_the_walk_reaches_every_pattern() -> None:
    def view(request: object) -> HttpResponse:
        return HttpResponse()

    view.needs = Permission.SEE_AUDIT  # type: ignore[attr-defined]

    class Resolver:
        url_patterns = [path("one/<int:pk>/", view)]

    found = list(addresses(Resolver(), "manage/"))  # type: ignore[arg-type]
    assert found == [Address("manage/one/<int:pk>/", Permission.SEE_AUDIT)]
    assert found[0].filled({"pk": 7}) == "/manage/one/7/"
