"""Writes that are all known beforehand, in the shortest transaction there is.

SQLite has one writer and one disk to wait for: those who wait in one process share a transaction
and its commit, each behind a savepoint of its own, and are told so after the commit (see
docs/decisions/0009). In PostgreSQL each has a transaction, and few journeys to the server.
"""

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction

from linli.storage.queue import queue_for
from linli.storage.rows import Run, run_of_thread

if TYPE_CHECKING:
    import psycopg

Write = Callable[[Run], None]
# So many share one commit at most: nobody waits for more than these.
MOST_TOGETHER = 32


class Turn:
    """One write that waits: for somebody to do it, or to lead those who wait."""

    def __init__(self, write: Write) -> None:
        self.write = write
        self.error: BaseException | None = None
        self.leads = False
        self._told = threading.Lock()
        self._told.acquire()

    def wait(self) -> None:
        """Sleep until it is done, or this one has to lead."""
        self._told.acquire()

    def tell(self) -> None:
        """Wake whoever waits."""
        self._told.release()


class SharedCommit:
    """The writers of one SQLite file in one process: the first in line writes for all behind it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.waiting: list[Turn] = []
        self.has_leader = False

    def write(self, database: Any, write: Write) -> None:
        """Run ``write`` in a durable transaction; raise what it raised."""
        turn = Turn(write)
        with self._guard:
            self.waiting.append(turn)
            turn.leads, self.has_leader = not self.has_leader, True
        if not turn.leads:
            turn.wait()
        if turn.leads:
            self._lead(database)
        if turn.error is not None:
            raise turn.error

    def _lead(self, database: Any) -> None:
        """Write for all who wait, this one first, and let the next one lead."""
        queue = queue_for(str(database.settings_dict["NAME"]), os.getpid())
        turns: list[Turn] = []
        try:
            queue.enter()
            try:
                turns = self._take(MOST_TOGETHER)
                database.ensure_connection()
                write_all(database.connection, turns)
            finally:
                queue.leave()
        except BaseException as error:  # noqa: BLE001 - those who wait must be told of all
            # Whoever leads is the first in line.
            turns = turns or self._take(1)
            for turn in turns:
                turn.error = turn.error or error
        finally:
            self._hand_on(turns)

    def _take(self, most: int) -> list[Turn]:
        with self._guard:
            turns = self.waiting[:most]
            del self.waiting[:most]
        return turns

    def _hand_on(self, turns: list[Turn]) -> None:
        with self._guard:
            self.has_leader = bool(self.waiting)
            if self.waiting:
                self.waiting[0].leads = True
                self.waiting[0].tell()
        for turn in turns:
            if not turn.leads:
                turn.tell()


def write_all(connection: Any, turns: list[Turn]) -> None:
    """Write for all in one transaction; where that fails as a whole, for each in its own.

    The failure of one is kept in its turn and touches no other.
    """
    try:
        _transact(connection, turns)
    except BaseException as error:  # noqa: BLE001 - each is told its own
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if len(turns) == 1:
            turns[0].error = error
            return
        for turn in turns:
            turn.error = None
            write_all(connection, [turn])


def _transact(connection: Any, turns: list[Turn]) -> None:
    run: Run = connection.execute
    run("BEGIN IMMEDIATE")
    if len(turns) == 1:
        turns[0].write(run)
    else:
        for turn in turns:
            _write_apart(connection, turn)
    run("COMMIT")


def _write_apart(connection: Any, turn: Turn) -> None:
    """Let one write fail without the others; raise where SQLite gave the transaction up."""
    connection.execute("SAVEPOINT turn")
    try:
        turn.write(connection.execute)
    except Exception as error:
        if not connection.in_transaction:
            raise
        turn.error = error
        connection.execute("ROLLBACK TO turn")
    connection.execute("RELEASE turn")


_shared: dict[tuple[int, str], SharedCommit] = {}
_shared_guard = threading.Lock()


def _shared_commit(database: Any) -> SharedCommit:
    key = (os.getpid(), str(database.settings_dict["NAME"]))
    found = _shared.get(key)
    if found is None:
        with _shared_guard:
            found = _shared.setdefault(key, SharedCommit())
    return found


def _alone(database: Any, write: Write) -> None:
    """Write in a transaction of PostgreSQL; statements whose answer nobody reads go together."""
    from psycopg import Cursor

    database.ensure_connection()
    connection: psycopg.Connection[Any] = database.connection
    cursor = Cursor(connection)

    def run(statement: str, parameters: Any = ()) -> Any:
        return cursor.execute(statement, parameters, prepare=True)

    with connection.pipeline(), connection.transaction():
        write(run)


def write_at_once(write: Write) -> bool:
    """Run ``write`` in a durable transaction, or inside the one that this thread is in.

    ``write`` runs statements with the marks of :func:`linli.storage.rows.mark_of` and nothing
    else; another thread may be the one that calls it, and it may be called again after a failure.
    Returns False, with nothing written, when it broke a constraint or (PostgreSQL) the server
    could not be reached; what is asked again is found out by its id. Raises Django's errors.
    """
    database = connections[DEFAULT_DB_ALIAS]
    try:
        with database.wrap_database_errors:
            if database.in_atomic_block:
                with transaction.atomic():
                    write(run_of_thread())
            elif database.vendor == "sqlite":
                _shared_commit(database).write(database, write)
            else:
                _alone(database, write)
    except IntegrityError:
        return False
    except OperationalError:
        if database.vendor == "sqlite" or database.in_atomic_block:
            raise
        # The server may have gone away since the last request: the long way connects anew.
        database.close()
        return False
    return True
