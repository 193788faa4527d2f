"""Several questions of one kind in one journey to the database.

On every page a bell asks seven tables how much waits, and somebody's work lies in ten queues.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value

Statement = tuple[str, tuple[Any, ...]]


def statement_of(rows: QuerySet[Any]) -> Statement | None:
    """Return a set as the ORM asks for it; None where it can have no row."""
    try:
        statement, values = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return statement, tuple(values)


def _rows(statement: str, asked: Sequence[Statement]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _text, values in asked for value in values])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def counts_of(sets: Sequence[QuerySet[Any]], most: int) -> list[int]:
    """Return how many rows each of the sets has, at most ``most``.

    A set that can have no row is not asked for.
    """
    counted = [statement_of(rows.order_by().values(counted=Value(1))[:most]) for rows in sets]
    asked = [one for one in counted if one is not None]
    if not asked:
        return [0] * len(sets)
    columns = [
        f"(SELECT COUNT(*) FROM ({text}) counted_{place})"  # noqa: S608 - the ORM's own words
        for place, (text, _values) in enumerate(asked)
    ]
    found = iter(_rows(f"SELECT {', '.join(columns)}", asked)[0])
    return [0 if one is None else next(found) for one in counted]


def firsts_of(sets: Sequence[QuerySet[Any]], field: str, most: int) -> list[Any]:
    """Return a field of the first ``most`` rows of each of the sets, which are ordered.

    The field is one that both databases give as it is: a number or a text.
    """
    begun = [statement_of(rows.values(field)[:most]) for rows in sets]
    asked = [one for one in begun if one is not None]
    if not asked:
        return []
    parts = [
        f"SELECT * FROM ({text}) begun_{place}"  # noqa: S608 - the ORM's own words
        for place, (text, _values) in enumerate(asked)
    ]
    return [row[0] for row in _rows(" UNION ALL ".join(parts), asked)]
