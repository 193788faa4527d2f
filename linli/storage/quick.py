"""Settings of a connection for the time of a long write: a larger cache for SQLite, and no map.

Keyed hashes fall all over their indexes: what does not stay in memory is read again and again.
The map of the file would count as memory as well, once more for each page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def bulk_writing(megabytes: int = 96) -> Iterator[None]:
    """Give SQLite more memory for its pages, and take it back."""
    wanted = {"cache_size": -megabytes * 1024, "mmap_size": 0}
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        yield
        return
    before = {}
    with database.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute(f"PRAGMA {name}")
            before[name] = int(cursor.fetchone()[0])
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with database.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")
            cursor.execute("PRAGMA shrink_memory")
