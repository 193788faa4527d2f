"""Long inserts in a thread of their own, while the next rows are made ready.

The driver lets go of the interpreter while the database works, so two processors are used. One
thread writes in the order things were handed over, on the connection and in the transaction of
the thread that handed them over; before anything is asked of that connection, all is written.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

Job = Callable[[], object]
# So much waits at most: rows that wait take memory.
_MOST_WAITING = 4
_active = threading.local()


class _Line:
    """What waits to be written."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="linli-behind")
        self._waiting: deque[Future[object]] = deque()

    def put(self, job: Job) -> None:
        """Hand a job over; wait for the oldest where many wait."""
        self._waiting.append(self._writer.submit(job))
        if len(self._waiting) > _MOST_WAITING:
            self._finish_one()

    def wait(self) -> None:
        """Return when all is written; raise what a job raised."""
        while self._waiting:
            self._finish_one()

    def _finish_one(self) -> None:
        with self._database.wrap_database_errors:
            self._waiting.popleft().result()

    def end(self) -> None:
        """Drop what was not begun, and let what was begun come to its end."""
        for one in self._waiting:
            one.cancel()
        self._waiting.clear()
        self._writer.shutdown()


@contextmanager
def writing_behind() -> Iterator[None]:
    """Let `later` hand jobs to a thread. Stands inside a transaction: all is written at its end.

    After an error nothing more is written, so that the transaction can be taken back. PostgreSQL
    looks at once whether what a row refers to is there, beside the next rows and not at the end.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    line = _active.line = _Line(database)

    def after_all(execute: Any, *asked: Any) -> Any:
        line.wait()
        return execute(*asked)

    try:
        with database.execute_wrapper(after_all):
            yield
        line.wait()
    finally:
        _active.line = None
        with suppress(Exception):
            line.end()


def later(job: Job) -> None:
    """Do something on this thread's connection behind what was handed over, or at once.

    ``job`` must use the driver's connection and nothing that belongs to a thread.
    """
    line = getattr(_active, "line", None)
    if line is None:
        with connections[DEFAULT_DB_ALIAS].wrap_database_errors:
            job()
    else:
        line.put(job)


def all_written() -> None:
    """Return when all that was handed over is written: for those who ask the driver itself."""
    line = getattr(_active, "line", None)
    if line is not None:
        line.wait()
