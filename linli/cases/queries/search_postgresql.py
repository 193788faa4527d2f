"""Finding words in PostgreSQL, which cannot give the newest matches of its index first.

Its index gives all matches of a word or none, and PostgreSQL knows how common a word is only of
the most common ones: it walked through a million cases for a word that nobody wrote. So the newest
cases are looked through first. Where they hold enough of a word, looking on is quickest; a word
that is rare among them is asked of the index.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from linli.cases.models import Case
from linli.cases.rules.text import match_expression_tsquery, selective_tsquery
from linli.storage.together import counts_of, statement_of

# So many of the newest cases are looked through first, then so many more where so many of the
# first ones matched: a page is then full within them.
_NEAR, _FURTHER, _DENSE = 5_000, 25_000, 12
# So many that a filter leaves are few enough to sort before their words are looked at.
_SORTED = 20_000
# So many matches are few enough to sort.
_FEW = 2_000
# The order and limit inside keep the planner from asking the word index after all.
_WALK = (
    "SELECT rowid FROM (SELECT rowid, tokens FROM cases_search WHERE rowid < %s "
    "ORDER BY rowid DESC LIMIT %s OFFSET %s) newest "
    "WHERE tokens @@ to_tsquery('simple', %s) LIMIT %s"
)
_WALK_AMONG = (
    "SELECT narrowed.key FROM ({narrowed}) narrowed CROSS JOIN LATERAL "
    "(SELECT tokens FROM cases_search WHERE rowid = narrowed.key OFFSET 0) told "
    "WHERE told.tokens @@ to_tsquery('simple', %s) ORDER BY narrowed.key DESC LIMIT %s"
)
_BY_INDEX = (
    "SELECT rowid, tokens @@ to_tsquery('simple', %s) FROM cases_search "
    "WHERE tokens @@ to_tsquery('simple', %s) AND rowid < %s LIMIT %s"
)


def _asked(statement: str, parameters: Sequence[Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[int, ...]] = cursor.fetchall()
    return found


def _walked(words: str, before: int, span: tuple[int, int | None], batch: int) -> list[int]:
    """Look through a span (first, how many) of the cases before a cursor, the newest first."""
    first, count = span
    expression = match_expression_tsquery(words)
    return [row[0] for row in _asked(_WALK, [before, count, first, expression, batch])]


def _few(words: str, before: int) -> list[int] | None:
    """Return all matches before a cursor, the newest first; None where they are many."""
    expression, selective = match_expression_tsquery(words), selective_tsquery(words)
    for asked in dict.fromkeys((selective, expression)):
        rows = _asked(_BY_INDEX, [expression, asked, before, _FEW])
        if len(rows) < _FEW:
            return sorted((row[0] for row in rows if row[1]), reverse=True)
    return None


def newest(words: str, before: int, batch: int) -> list[int]:
    """Return the arrivals of the newest matches before a cursor, the newest first."""
    if not match_expression_tsquery(words):
        return []
    found = _walked(words, before, (0, _NEAR), batch)
    walked = _NEAR
    if _DENSE <= len(found) < batch:
        found += _walked(words, before, (walked, _FURTHER), batch - len(found))
        walked += _FURTHER
    if len(found) == batch:
        return found
    few = _few(words, before)
    if few is not None:
        return few[:batch]
    return found + _walked(words, before, (walked, None), batch - len(found))


def _in_order(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """Return the arrivals of some cases, the newest first, as ``key``.

    Few are sorted: the planner would rather walk back through all cases and pass most of them
    over, which an order by a sum keeps it from.
    """
    if counts_of([cases], _SORTED)[0] < _SORTED:
        return cases.values(key=F("arrival") + 0).order_by("-key")[:_SORTED]
    return cases.values(key=F("arrival")).order_by("-key")


def _walked_among(cases: QuerySet[Case], words: str, most: int) -> list[int]:
    """Look through some cases from the newest back, each by its key."""
    asked = statement_of(_in_order(cases))
    if asked is None:
        return []
    statement = _WALK_AMONG.format(narrowed=asked[0])
    return [row[0] for row in _asked(statement, [*asked[1], match_expression_tsquery(words), most])]


def among(cases: QuerySet[Case], words: str, before: int, most: int) -> list[int]:
    """Return the arrivals of the newest matches before a cursor among some cases."""
    if not match_expression_tsquery(words):
        return []
    there = cases.filter(arrival__lt=before)
    is_common = len(_walked(words, before, (0, _NEAR), _DENSE)) == _DENSE
    few = None if is_common else _few(words, before)
    if few is None:
        return _walked_among(there, words, most)
    fitting = there.filter(arrival__in=few).order_by("-arrival")
    return list(fitting.values_list("arrival", flat=True)[:most])
