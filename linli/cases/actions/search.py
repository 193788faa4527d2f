"""Keeping the text index in step with titles, descriptions and places."""

from collections.abc import Sequence

from django.db import connection

from linli.cases.models import Case
from linli.cases.rules.text import tokens


def words_of(case: Case) -> str:
    """Return the search tokens of what is public in a case: never of who reported it."""
    return tokens(f"{case.title}\n{case.description}\n{case.place}")


def index_case(case: Case, *, again: bool = False, words: str | None = None) -> None:
    """Write the search tokens of a case; ``again`` replaces those that are there.

    ``words`` are the tokens, if the caller has cut them before its turn to write.
    """
    words = words_of(case) if words is None else words
    value = "%s" if connection.vendor == "sqlite" else "to_tsvector('simple', %s)"
    with connection.cursor() as cursor:
        if again:
            cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case.arrival])
        cursor.execute(
            f"INSERT INTO cases_search (rowid, tokens) VALUES (%s, {value})",  # noqa: S608
            [case.arrival, words],
        )


def index_cases(cases: Sequence[Case]) -> None:
    """Write the search tokens of new cases in one call of the database."""
    value = "%s" if connection.vendor == "sqlite" else "to_tsvector('simple', %s)"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO cases_search (rowid, tokens) VALUES (%s, {value})",  # noqa: S608
            [(case.arrival, words_of(case)) for case in cases],
        )
