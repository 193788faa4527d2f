"""Keeping the text index in step with titles, descriptions and places."""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection

from linli.cases.models import Case
from linli.cases.rules.text import tokens
from linli.storage.rows import Run, mark_of, run_of_thread


def words_of(case: Case) -> str:
    """Return the search tokens of what is public in a case: never of who reported it."""
    return tokens(f"{case.title}\n{case.description}\n{case.place}")


@lru_cache(maxsize=2)
def _insertion(vendor: str) -> str:
    value = "?" if vendor == "sqlite" else "to_tsvector('simple', %s)"
    mark = mark_of(vendor)
    return f"INSERT INTO cases_search (rowid, tokens) VALUES ({mark}, {value})"  # noqa: S608


def index_words(run: Run, arrival: int, words: str) -> None:
    """Write the search tokens of a new case."""
    run(_insertion(connection.vendor), [arrival, words])


def index_case(case: Case, *, again: bool = False) -> None:
    """Write the search tokens of a case; ``again`` replaces those that are there."""
    with connection.cursor() as cursor:
        if again:
            cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case.arrival])
    with connection.wrap_database_errors:
        index_words(run_of_thread(), case.arrival, words_of(case))


def index_cases(cases: Sequence[Case]) -> None:
    """Write the search tokens of new cases in one call of the database."""
    value = "%s" if connection.vendor == "sqlite" else "to_tsvector('simple', %s)"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO cases_search (rowid, tokens) VALUES (%s, {value})",  # noqa: S608
            [(case.arrival, words_of(case)) for case in cases],
        )
