"""Settings of a connection for the time of a long write.

SQLite gets a larger cache, and no map: keyed hashes fall all over their indexes, and what does
not stay in memory is read again and again. The map of the file would count as memory as well,
once more for each page.

PostgreSQL is told to go by indexes. Nobody counts the rows of a transaction that goes on, so it
takes the tables for nearly empty and would read them whole for every few hundred keys.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# Gives a setting its value; returns the one it had.
_Give = Callable[[Any, str, Any], Any]
_BY_INDEX = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")


@contextmanager
def bulk_writing(megabytes: int = 96) -> Iterator[None]:
    """Give SQLite so much memory for its pages, keep PostgreSQL to its indexes; take it back."""
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        before = _settle({"cache_size": -megabytes * 1024, "mmap_size": 0}, _pragma)
        try:
            yield
        finally:
            _settle(before, _pragma)
            with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                cursor.execute("PRAGMA shrink_memory")
    else:
        before = _settle(dict.fromkeys(_BY_INDEX, "off"), _setting)
        try:
            yield
        finally:
            _settle(before, _setting)


def _settle(wanted: Mapping[str, Any], give: _Give) -> dict[str, Any]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        return {name: give(cursor, name, value) for name, value in wanted.items()}


def _pragma(cursor: Any, name: str, value: int) -> int:
    cursor.execute(f"PRAGMA {name}")
    before = int(cursor.fetchone()[0])
    cursor.execute(f"PRAGMA {name} = {value}")
    return before


def _setting(cursor: Any, name: str, value: str) -> str:
    cursor.execute("SELECT current_setting(%s), set_config(%s, %s, false)", [name, name, value])
    return str(cursor.fetchone()[0])
