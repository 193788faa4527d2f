"""Settings of a connection for the time of a long write: a larger cache for SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

# Keyed hashes fall all over their indexes: what does not stay in memory is read again and again.
_KIB = 160 * 1024


@contextmanager
def bulk_writing() -> Iterator[None]:
    """Give SQLite more memory, and take it back."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        yield
        return
    with database.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_KIB}")
    try:
        yield
    finally:
        with database.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")
            cursor.execute("PRAGMA shrink_memory")
