"""Keeping the text index in step with titles, descriptions and places."""

from django.db import connection

from linli.cases.models import Case
from linli.cases.rules.text import tokens


def index_case(case: Case, *, again: bool = False) -> None:
    """Write the search tokens of a case; ``again`` replaces those that are there."""
    words = tokens(f"{case.title}\n{case.description}\n{case.place}")
    value = "%s" if connection.vendor == "sqlite" else "to_tsvector('simple', %s)"
    with connection.cursor() as cursor:
        if again:
            cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case.arrival])
        cursor.execute(
            f"INSERT INTO cases_search (rowid, tokens) VALUES (%s, {value})",  # noqa: S608
            [case.arrival, words],
        )
