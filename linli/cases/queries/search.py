"""Finding cases by words in titles, descriptions and places; never by who reported them."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from linli.cases.models import Case
from linli.cases.queries.search_postgresql import among, newest
from linli.cases.rules.text import match_expression_fts5

# A page is filled from so many matches at a time; filters may drop some of them.
_BATCH = 400
# Past every arrival, which is a bigint.
_LAST = 2**63 - 1
_NEWEST_SQLITE = (
    "SELECT rowid FROM cases_search WHERE cases_search MATCH %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s"
)


def _in_sqlite(words: str, before: int, batch: int) -> list[int]:
    expression = match_expression_fts5(words)
    if not expression:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_SQLITE, [expression, before, batch])
        return [row[0] for row in cursor.fetchall()]


def _filled(cases: QuerySet[Case], words: str, before: int, most: int) -> list[Case]:
    """Fill a page from the newest matches, whatever they are; those outside are passed over."""
    find = _in_sqlite if connection.vendor == "sqlite" else newest
    found: list[Case] = []
    batch = most
    while len(found) < most:
        arrivals = find(words, before, batch)
        if not arrivals:
            break
        fitting = cases.filter(arrival__in=arrivals).order_by("-arrival")
        found.extend(fitting[: most - len(found)])
        if len(arrivals) < batch:
            break
        before, batch = arrivals[-1], _BATCH
    return found


def _found(cases: QuerySet[Case], words: str, before: int, most: int) -> Sequence[Case]:
    # SQLite goes on in its index from where it was; PostgreSQL would begin anew for each batch.
    if connection.vendor == "sqlite" or not cases.query.where:
        return _filled(cases, words, before, most)
    arrivals = among(cases, words, before, most)
    return list(cases.filter(arrival__in=arrivals).order_by("-arrival"))


def search_page(
    cases: QuerySet[Case], words: str, *, older: str = "", size: int = 50
) -> tuple[list[Case], str]:
    """Return the newest cases with all the words, and the cursor of the next page or "".

    ``cases`` may be narrowed beforehand; matches outside it are passed over.
    """
    before = int(older) if older.lstrip("-").isdigit() else _LAST
    found = _found(cases, words, before, size + 1)
    more = len(found) > size
    shown = list(found[:size])
    return shown, str(shown[-1].arrival) if more else ""
