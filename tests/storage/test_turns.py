"""Writes that share a commit are durable, apart from one another, and in the order they came."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from linli.storage import turns
from linli.storage.rows import Run, mark_of
from linli.storage.turns import SharedCommit, Write, write_at_once


def _word(word: object) -> Write:
    """Return what writes one word into the table of these tests."""
    statement = f"INSERT INTO turns_probe (word) VALUES ({mark_of(connection.vendor)})"  # noqa: S608

    def write(run: Run) -> None:
        run(statement, [str(word)])

    return write


def _words() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM turns_probe")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def probe(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Give the test's threads a table outside any transaction."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE turns_probe (word varchar(40) PRIMARY KEY)")
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE turns_probe")
        connection.close()


def _at_once(count: int, work: Callable[[int], None]) -> None:
    """Let so many threads begin in the same moment."""
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("probe")
def test_a_write_is_there_for_every_other_connection_when_it_returns() -> None:
    seen: list[bool] = []

    def work(number: int) -> None:
        assert write_at_once(_word(number))
        connection.close()
        seen.append(str(number) in _words())

    _at_once(8, work)
    assert seen == [True] * 8


@pytest.mark.usefixtures("probe")
def test_one_that_breaks_a_constraint_is_told_so_and_the_others_are_written() -> None:
    written: dict[int, bool] = {}

    def work(number: int) -> None:
        # Every second one wants a word that is taken.
        written[number] = write_at_once(_word(number if number % 2 else "taken"))

    assert write_at_once(_word("taken"))
    _at_once(12, work)
    assert written == {number: bool(number % 2) for number in range(12)}
    assert _words() == {"taken", "1", "3", "5", "7", "9", "11"}


@pytest.mark.usefixtures("probe")
def test_inside_a_transaction_it_goes_back_with_the_rest() -> None:
    with transaction.atomic():
        assert write_at_once(_word(1))
        assert not write_at_once(_word(1))
        assert _words() == {"1"}
        transaction.set_rollback(True)
    assert _words() == set()


class _File:
    """A database file as Django's wrapper shows it to the queue: a connection a thread."""

    def __init__(self, path: Path) -> None:
        self.settings_dict = {"NAME": str(path)}
        self._local = threading.local()
        self.is_broken = False

    vendor = "sqlite"

    def ensure_connection(self) -> None:
        if self.is_broken:
            raise OSError("no such disk")

    @property
    def connection(self) -> Any:
        import sqlite3

        if not hasattr(self._local, "raw"):
            raw = sqlite3.connect(self.settings_dict["NAME"], isolation_level=None)
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA foreign_keys=ON")
            self._local.raw = raw
        return self._local.raw

    def words(self) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT word FROM probe ORDER BY rowid")]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[_File]:
    opened = _File(tmp_path / "probe.sqlite3")
    opened.connection.execute(
        "CREATE TABLE probe (word text PRIMARY KEY, after text "
        "REFERENCES probe (word) DEFERRABLE INITIALLY DEFERRED)"
    )
    yield opened
    opened.connection.close()


def _row(word: str, after: str | None = None) -> Write:
    def write(run: Run) -> None:
        run("INSERT INTO probe VALUES (?, ?)", [word, after])

    return write


def _write_all(file: _File, *writes: Write) -> list[bool]:
    """Write for all in one turn; return who succeeded."""
    line = [turns.Turn(write) for write in writes]
    turns.write_all(file.connection, line)
    return [turn.error is None for turn in line]


def test_the_failure_of_one_leaves_nothing_of_it_and_all_of_the_others(file: _File) -> None:
    def half(run: Run) -> None:
        _row("half")(run)
        raise ValueError

    assert _write_all(file, _row("first"), half, _row("last")) == [True, False, True]
    assert file.words() == ["first", "last"]


def test_one_whose_fault_shows_at_the_commit_fails_alone(file: _File) -> None:
    orphan = _row("orphan", after="nobody")
    assert _write_all(file, _row("first"), orphan, _row("last")) == [True, False, True]
    assert file.words() == ["first", "last"]


def test_where_sqlite_gives_the_transaction_up_each_is_tried_alone(file: _File) -> None:
    tries: list[str] = []

    def gives_up(run: Run) -> None:
        tries.append("once more")
        run("ROLLBACK")
        raise OSError("the disk is full")

    assert _write_all(file, _row("first"), gives_up, _row("last")) == [True, False, True]
    assert len(tries) == 2
    assert file.words() == ["first", "last"]


def _ask(shared: SharedCommit, file: _File, write: Write) -> threading.Thread:
    def run() -> None:
        shared.write(file, write)
        file.connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _until(holds: Callable[[], bool]) -> None:
    patience = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < patience, "it never came to that"
        time.sleep(0.001)


def test_those_who_come_during_a_commit_share_the_next_one_in_their_order(file: _File) -> None:
    shared, may_end = SharedCommit(), threading.Event()
    writers: set[int] = set()

    def slow(run: Run) -> None:
        may_end.wait(5)
        _row("first")(run)

    def noted(number: int) -> Write:
        def write(run: Run) -> None:
            writers.add(threading.get_ident())
            _row(str(number))(run)

        return write

    threads = [_ask(shared, file, slow)]
    _until(lambda: shared.has_leader and not shared.waiting)
    for number in range(6):
        threads.append(_ask(shared, file, noted(number)))
        _until(lambda: len(shared.waiting) == len(threads) - 1)
    may_end.set()
    for thread in threads:
        thread.join()
    assert file.words() == ["first", "0", "1", "2", "3", "4", "5"]
    assert len(writers) == 1


def test_nobody_waits_for_one_whose_database_does_not_open(file: _File) -> None:
    shared = SharedCommit()
    file.is_broken = True
    with pytest.raises(OSError, match="no such disk"):
        shared.write(file, _row("lost"))
    file.is_broken = False
    shared.write(file, _row("kept"))
    assert file.words() == ["kept"]
