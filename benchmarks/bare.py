"""The bare database: the same rows as one created case, and nothing around them.

One case, its first step and its audit event in one durable transaction, with the widths that
linli's columns have, primary keys as the only indexes. This is what the machine's disk and the
database can do; whatever linli adds (HTTP, checks, further indexes) shows as the distance.

SQLite: WAL and synchronous=FULL; one thread owns the connection and takes the transactions of all
writers from a queue, the way linli writes. PostgreSQL: one connection for each writer, prepared
statements, the whole transaction in one pipeline.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3

from benchmarks.load import new_id
from benchmarks.words import words_of

TABLES = """
CREATE TABLE bare_case (
    id {uuid} PRIMARY KEY, number varchar(20) NOT NULL, channel varchar(16) NOT NULL,
    kind varchar(16) NOT NULL, state varchar(16) NOT NULL, category_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL, grid_id {uuid} NOT NULL, title varchar(120) NOT NULL,
    description text NOT NULL, address varchar(200) NOT NULL, longitude {float} NOT NULL,
    latitude {float} NOT NULL, query_code varchar(64) NOT NULL, reported_at {time} NOT NULL,
    received_at {time} NOT NULL, due_at {time} NOT NULL, version integer NOT NULL);
CREATE TABLE bare_step (
    id {uuid} PRIMARY KEY, case_id {uuid} NOT NULL, verb varchar(24) NOT NULL,
    source varchar(16) NOT NULL, target varchar(16) NOT NULL, person_id {uuid}, unit_id {uuid},
    at {time} NOT NULL, received_at {time} NOT NULL, note text NOT NULL, seq integer NOT NULL);
CREATE TABLE bare_event (
    id {uuid} PRIMARY KEY, position bigint NOT NULL, verb varchar(48) NOT NULL, person_id {uuid},
    subject {uuid} NOT NULL, at {time} NOT NULL, fingerprint varchar(64) NOT NULL,
    detail text NOT NULL, previous varchar(64) NOT NULL, hash varchar(64) NOT NULL);
"""
WIDTHS = {"bare_case": 18, "bare_step": 11, "bare_event": 10}
SQLITE_TYPES = {"uuid": "char(32)", "time": "datetime", "float": "real"}
POSTGRES_TYPES = {"uuid": "uuid", "time": "timestamptz", "float": "double precision"}
AT = "2026-03-02 08:15:30.123456+00:00"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Pace:
    """Transactions per second, and the time one writer waited for one (milliseconds)."""

    rate: float
    p50: float
    p95: float


def rows_of(number: int) -> tuple[Row, Row, Row]:
    """Return one case, its first step and its audit event."""
    words = words_of(number)
    case, step, event, person = new_id(), new_id(), new_id(), new_id()
    digest = hashlib.sha256(case.encode()).hexdigest()
    return (
        (case, f"2026{number:09d}", "web", "complaint", "reported", step, event, person,
         words.title, words.description, "衡山路 1幢 2单元 301", 112.734, 27.232, digest,
         AT, AT, AT, 1),
        (step, case, "report", "", "reported", person, event, AT, AT, "", 1),
        (event, number, "cases.report", person, case, AT, digest,
         '{"channel": "web", "category": "lamp", "state": "reported"}', digest, digest),
    )  # fmt: skip


def _summed(times: list[float], seconds: float) -> Pace:
    ordered = sorted(times)
    if not ordered:
        return Pace(0.0, 0.0, 0.0)
    return Pace(
        round(len(ordered) / seconds, 1),
        round(1000 * ordered[len(ordered) // 2], 2),
        round(1000 * ordered[int(len(ordered) * 0.95)], 2),
    )


def _sqlite_connection(path: Path) -> Any:
    connection = pysqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert(mark: str) -> list[str]:
    return [
        f"INSERT INTO {table} VALUES ({', '.join([mark] * width)})"  # noqa: S608 - constants
        for table, width in WIDTHS.items()
    ]


def sqlite_pace(path: Path, writers: int, seconds: float) -> Pace:
    """Measure so many writers on a new database file."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    connection = _sqlite_connection(path)
    connection.executescript(TABLES.format(**SQLITE_TYPES))
    statements = _insert("?")

    def write(rows: Sequence[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for statement, row in zip(statements, rows, strict=True):
            connection.execute(statement, row)
        connection.execute("COMMIT")

    try:
        if writers == 1:
            return _alone(write, seconds)
        return _through_queue(write, writers, seconds)
    finally:
        connection.close()


def _alone(write: Callable[[Sequence[Row]], None], seconds: float) -> Pace:
    times, number, started = [], 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        rows = rows_of(number)
        before = time.perf_counter()
        write(rows)
        times.append(time.perf_counter() - before)
        number += 1
    return _summed(times, time.perf_counter() - started)


def _through_queue(write: Callable[[Sequence[Row]], None], writers: int, seconds: float) -> Pace:
    """All writers wait for one thread that owns the connection."""
    work: queue.SimpleQueue[tuple[Sequence[Row], threading.Event] | None] = queue.SimpleQueue()
    times: list[float] = []
    ends_at = time.perf_counter() + seconds

    def owner() -> None:
        while (item := work.get()) is not None:
            write(item[0])
            item[1].set()

    def writer(first: int) -> None:
        number = first
        while time.perf_counter() < ends_at:
            rows, done, before = rows_of(number), threading.Event(), time.perf_counter()
            work.put((rows, done))
            done.wait()
            times.append(time.perf_counter() - before)
            number += writers

    owning = threading.Thread(target=owner)
    owning.start()
    started = time.perf_counter()
    _together(writer, writers)
    pace = _summed(times, time.perf_counter() - started)
    work.put(None)
    owning.join()
    return pace


def _together(writer: Callable[[int], None], writers: int) -> None:
    threads = [threading.Thread(target=writer, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def postgres_pace(address: str, writers: int, seconds: float) -> Pace:
    """Measure so many writers, each with a connection of its own, on an empty database."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_case, bare_step, bare_event", prepare=False)
        connection.execute(TABLES.format(**POSTGRES_TYPES))
    times: list[float] = []
    ends_at = time.perf_counter() + seconds

    def writer(first: int) -> None:
        number = first
        with psycopg.connect(address, autocommit=True) as connection:
            raw = _Prepared(connection)
            while time.perf_counter() < ends_at:
                rows, before = rows_of(number), time.perf_counter()
                raw.write(rows)
                times.append(time.perf_counter() - before)
                number += writers

    started = time.perf_counter()
    _together(writer, writers)
    return _summed(times, time.perf_counter() - started)


class _Prepared:
    """The three statements prepared once, sent in one pipeline inside one transaction."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.statements = _insert("%s")

    def write(self, rows: Sequence[Row]) -> None:
        with self.connection.pipeline(), self.connection.transaction():
            for statement, row in zip(self.statements, rows, strict=True):
                self.connection.execute(statement, row, prepare=True)
