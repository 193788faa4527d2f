"""Inserts in a thread of their own: in order, seen by whoever asks, and gone with a mistake."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.ids import new_id
from linli.registry.models import Source
from linli.storage.behind import all_written, later, writing_behind
from linli.storage.bulk import BulkTable
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _sources() -> BulkTable:
    return BulkTable(Source, ("id", "kind", "sender", "at"), by_id=None)


def _rows(many: int) -> list[tuple[Any, ...]]:
    return [(new_id(), "file", f"单位{nth}", NOW) for nth in range(many)]


def test_rows_go_in_behind_and_are_there_for_whoever_asks() -> None:
    table, rows = _sources(), _rows(3_000)
    seen: list[str] = []
    with transaction.atomic(), writing_behind():
        for start in range(0, 3_000, 1_000):
            table.insert(rows[start : start + 1_000])
            later(lambda: seen.append(threading.current_thread().name))
            assert Source.objects.count() == start + 1_000
    assert len(seen) == 3
    assert all(name.startswith("linli-behind") for name in seen)
    told = Source.objects.order_by("pk").values_list("pk", "kind", "sender", "at")
    assert list(told) == rows


def test_more_than_may_wait_is_written_in_order() -> None:
    done: list[int] = []
    with writing_behind():
        for nth in range(50):
            later(lambda nth=nth: done.append(nth))
        all_written()
        assert done == list(range(50))


def test_a_broken_rule_shows_at_the_next_question_and_nothing_stays() -> None:
    table, rows = _sources(), _rows(10)
    asked: list[int] = []

    def twice() -> None:
        with transaction.atomic(), writing_behind():
            table.insert(rows)
            table.insert(rows[:1])
            asked.append(Source.objects.count())

    with pytest.raises(IntegrityError):
        twice()
    assert not asked
    assert not Source.objects.exists()
    table.insert(rows)
    assert Source.objects.count() == 10


def test_a_broken_rule_shows_at_the_end_where_nobody_asks() -> None:
    rows = _rows(1)
    with pytest.raises(IntegrityError), transaction.atomic(), writing_behind():
        _sources().insert([*rows, *rows])
    assert not Source.objects.exists()


def test_after_an_error_what_waits_is_dropped() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def hold() -> None:
        begun.set()
        go_on.wait(5)

    def stop() -> None:
        later(hold)
        later(lambda: done.append("dropped"))
        begun.wait(5)
        threading.Timer(0.1, go_on.set).start()
        raise KeyError("stop")

    with pytest.raises(KeyError), writing_behind():
        stop()
    assert not done


def test_outside_all_is_done_at_once() -> None:
    done: list[str] = []
    later(lambda: done.append(threading.current_thread().name))
    all_written()
    assert done == [threading.current_thread().name]
    rows = _rows(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        _sources().insert([*rows, *rows])
    assert connection.in_atomic_block
