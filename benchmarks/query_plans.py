"""How the hottest questions are answered on a million cases: ``python -m benchmarks.query_plans``.

Asks the product's own functions on the databases that the section ``pages`` fills, writes down the
slowest statement of each, how the database plans it, and the median time of five runs. Writes
docs/query-plans.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from benchmarks.homes import environment_of, home
from benchmarks.places import REPOSITORY

CASES = 1_000_000
ROUNDS = 5
TARGET = REPOSITORY / "docs" / "query-plans.md"
_ID = re.compile(r"'[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'")
_COLUMNS = re.compile(r"SELECT .{160,}? FROM ", re.DOTALL)


@dataclass(frozen=True)
class Plan:
    """One statement: what asks it, itself (shortened), its plan line by line, milliseconds."""

    question: str
    statement: str
    lines: list[str]
    milliseconds: float


Question = tuple[str, Callable[[], object]]


def _questions(unit: str) -> list[Question]:
    """Return what pages, programs and jobs ask most, as calls of the product's functions."""
    from django.utils import timezone

    from linli.accounts.models import Person
    from linli.cases.models import Case, Category
    from linli.cases.policies import Who
    from linli.cases.queries.desk import loads_of, most_pressing, queues_of
    from linli.cases.queries.desk_map import points_of
    from linli.cases.queries.desk_triage import pending
    from linli.cases.queries.duplicates import alike_to, sketch_of
    from linli.cases.queries.lists import Filters, cases_of, narrowed, page_of
    from linli.cases.queries.search import search_page
    from linli.open311.queries.requests import page_of as requests_page
    from linli.open311.queries.requests import wanted

    at = timezone.now()
    who = Who.of(Person.objects.get(username="dispatch"), at)
    officer = Who.of(Person.objects.get(username="officer"), at)
    grid_worker = Who.of(Person.objects.get(username="grid"), at)
    every = cases_of(who)
    red = narrowed(every, Filters(unit=_uuid(unit), colour="red"))
    third = page_of(red, by_due=True).older
    case = Case.objects.filter(state="handling").order_by("-arrival")[10]
    category = Category.objects.filter(category__isnull=True).first()
    inside = Filters(category=category.pk if category else None)
    asked = {"start_date": (at - timedelta(days=30)).isoformat(), "status": "open"}
    loads = loads_of(queues_of(who), who)
    return [
        ("list by unit and colour", lambda: page_of(red, by_due=True)),
        ("the next page of it", lambda: page_of(red, by_due=True, older=third)),
        ("list of everything, newest first", lambda: page_of(every)),
        ("list of a category", lambda: page_of(narrowed(every, inside))),
        ("list that exists for a unit's officer", lambda: page_of(cases_of(officer))),
        ("list that exists for a grid worker", lambda: page_of(cases_of(grid_worker))),
        ("queues of my work", lambda: loads_of(queues_of(who), who)),
        ("what to begin with", lambda: most_pressing(who, loads, 8)),
        ("queues of a unit's officer", lambda: loads_of(queues_of(officer), officer)),
        ("triage", lambda: next(pending(who, ()), None)),
        ("search, a common word", lambda: search_page(every, "路灯")),
        ("search, a rare word", lambda: search_page(every, "蟠龙桥")),
        ("search, a word within a unit", lambda: search_page(red, "井盖")),
        ("duplicates of a case", lambda: alike_to(sketch_of(case))),
        ("map of open cases", lambda: points_of(who, Filters())),
        ("GeoReport: open requests of 30 days", lambda: requests_page(wanted(asked, at))),
        (
            "the clock: colours that have changed",
            lambda: list(Case.objects.filter(colour_changes_at__lte=at - timedelta(days=2))[:50]),
        ),
    ]


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def _shortened(statement: str) -> str:
    text = _COLUMNS.sub("SELECT … FROM ", _ID.sub("'…'", statement), count=1)
    text = re.sub(r"IN \(('…'|-?\d+)(, ('…'|-?\d+))+\)", "IN (…)", text)
    text = re.sub(r"IN \((%s|\?)(, (%s|\?))+\)", "IN (…)", text)
    return " ".join(text.replace('"', "").split())[:900]


def _explained(statement: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            return [str(row[3]) for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, SUMMARY OFF) {statement}")
        lines = [str(row[0]) for row in cursor.fetchall()]
    unneeded = ("Buffers", "Rows Removed", "Heap Fetches", "Index Searches", "Prefetch")
    return [
        _ID.sub("'…'", line)[:200] for line in lines if line.strip().split(":")[0] not in unneeded
    ]


def _heaviest(ask: Callable[[], object]) -> tuple[str, float]:
    """Return the slowest statement of a question, its values in it, and the question's median."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    statement = max(captured.captured_queries, key=lambda query: float(query["time"]))["sql"]
    reset_queries()
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return statement, statistics.median(times)


def measure(unit: str) -> list[Plan]:
    """Return the plans of all questions; Django is set up on the database."""
    found = []
    for question, ask in _questions(unit):
        statement, milliseconds = _heaviest(ask)
        lines = _explained(statement)
        found.append(Plan(question, _shortened(statement), lines, round(milliseconds, 2)))
    return found


def _inside(unit: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
    import django

    django.setup()
    print(json.dumps([asdict(plan) for plan in measure(unit)]))


def _page(plans: dict[str, list[Plan]], cases: int) -> str:
    text = (
        "# How the hottest questions are answered\n\n"
        f"Written by `python -m benchmarks.query_plans` on {cases:,} invented cases: the slowest "
        "statement of each question, as the product's own functions ask it, how the database "
        f"goes about it, and the median time of the whole question in {ROUNDS} runs, Python "
        "included.\n\n"
        "| question | SQLite | PostgreSQL |\n|---|---:|---:|\n"
    )
    for ours, theirs in zip(plans["sqlite"], plans["postgres"], strict=True):
        text += f"| {ours.question} | {ours.milliseconds} ms | {theirs.milliseconds} ms |\n"
    for ours, theirs in zip(plans["sqlite"], plans["postgres"], strict=True):
        text += (
            f"\n## {ours.question[0].upper()}{ours.question[1:]}\n\n```sql\n{ours.statement}\n```\n"
        )
        for name, plan in (("SQLite", ours), ("PostgreSQL", theirs)):
            listed = "\n".join(plan.lines)
            text += f"\n{name}:\n\n```text\n{listed}\n```\n"
    return text


def main() -> None:
    """Ask on both databases, each in a process of its own, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.query_plans", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="size of the databases")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        _inside(told.inside)
        return
    plans: dict[str, list[Plan]] = {}
    for database in ("sqlite", "postgres"):
        with home(database, told.cases) as made:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.query_plans", "--inside", made.units[0]],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                cwd=REPOSITORY,
                env={**os.environ, **environment_of(made.place, made.url)},
            )
        rows = json.loads(done.stdout.splitlines()[-1])
        plans[database] = [Plan(**row) for row in rows]
    TARGET.write_text(_page(plans, told.cases))
    print(TARGET.read_text()[:2000])


if __name__ == "__main__":
    main()
