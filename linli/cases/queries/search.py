"""Finding cases by words in titles, descriptions and places; never by who reported them."""

from django.db import connection
from django.db.models import QuerySet

from linli.cases.models import Case
from linli.cases.rules.text import match_expression_fts5, match_expression_tsquery

# A page is filled from so many matches at a time; filters may drop some of them.
_BATCH = 400


def _matches(words: str, before: int | None, batch: int) -> list[int]:
    """Return the arrivals of the newest matches before a cursor."""
    if connection.vendor == "sqlite":
        expression, condition = match_expression_fts5(words), "cases_search MATCH %s"
    else:
        expression = match_expression_tsquery(words)
        condition = "tokens @@ to_tsquery('simple', %s)"
    if not expression:
        return []
    parameters: list[str | int] = [expression]
    if before is not None:
        condition += " AND rowid < %s"
        parameters.append(before)
    statement = (
        f"SELECT rowid FROM cases_search WHERE {condition} "  # noqa: S608 - fixed parts only
        "ORDER BY rowid DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, batch])
        return [row[0] for row in cursor.fetchall()]


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
