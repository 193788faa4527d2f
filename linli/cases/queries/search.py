"""Finding cases by words in titles, descriptions and places; never by who reported them."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from linli.cases.models import Case
from linli.cases.rules.text import match_expression_fts5, match_expression_tsquery

# A page is filled from so many matches at a time; filters may drop some of them.
_BATCH = 400
# Past every arrival, which is a bigint.
_LAST = 2**63 - 1
# So many of the newest cases are walked through first; so many matches are few enough to sort.
_NEAR, _FEW = 5_000, 2_000
_NEWEST_SQLITE = (
    "SELECT rowid FROM cases_search WHERE cases_search MATCH %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s"
)
# The order and limit inside keep the planner from asking the word index after all.
_WALK = (
    "SELECT rowid FROM (SELECT rowid, tokens FROM cases_search WHERE rowid < %s "
    "ORDER BY rowid DESC LIMIT %s OFFSET 0) newest "
    "WHERE tokens @@ to_tsquery('simple', %s) LIMIT %s"
)
_BY_INDEX = (
    "SELECT rowid FROM cases_search WHERE tokens @@ to_tsquery('simple', %s) AND rowid < %s "
    "LIMIT %s"
)


def _asked(statement: str, parameters: Sequence[str | int | None]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def _in_sqlite(words: str, before: int, batch: int) -> list[int]:
    expression = match_expression_fts5(words)
    return _asked(_NEWEST_SQLITE, [expression, before, batch]) if expression else []


def _in_postgresql(words: str, before: int, batch: int) -> list[int]:
    """Find common words by walking back from the newest case, rare ones by the index.

    PostgreSQL knows how common a word is only of the most common ones, and guesses half a percent
    of all cases for every other: it walked through a million cases for a word that nobody wrote.
    """
    expression = match_expression_tsquery(words)
    if not expression:
        return []
    near = _asked(_WALK, [before, _NEAR, expression, batch])
    if len(near) == batch:
        return near
    few = _asked(_BY_INDEX, [expression, before, _FEW])
    if len(few) < _FEW:
        return sorted(few, reverse=True)[:batch]
    return _asked(_WALK, [before, None, expression, batch])


def _matches(words: str, before: int | None, batch: int) -> list[int]:
    """Return the arrivals of the newest matches before a cursor, the newest first."""
    find = _in_sqlite if connection.vendor == "sqlite" else _in_postgresql
    return find(words, _LAST if before is None else before, batch)


def search_page(
    cases: QuerySet[Case], words: str, *, older: str = "", size: int = 50
) -> tuple[list[Case], str]:
    """Return the newest cases with all the words, and the cursor of the next page or "".

    ``cases`` may be narrowed beforehand; matches outside it are passed over.
    """
    before = int(older) if older.lstrip("-").isdigit() else None
    found: list[Case] = []
    batch = size + 1
    while len(found) <= size:
        arrivals = _matches(words, before, batch)
        if not arrivals:
            break
        fitting = cases.filter(arrival__in=arrivals).order_by("-arrival")
        found.extend(fitting[: size + 1 - len(found)])
        if len(arrivals) < batch:
            break
        before, batch = arrivals[-1], _BATCH
    more = len(found) > size
    found = found[:size]
    return found, str(found[-1].arrival) if more else ""
