"""The log of reads: newest first, page by page, by an index that no act pays for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from linli.audit.actions import Entry, act_at_once, fingerprint_of, record_read
from linli.audit.queries import _reads, has_older_reads, reads_of_person_data
from linli.kernel.ids import new_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def _look(number: int) -> None:
    subject = new_id()
    record_read(by=None, subject=subject, verb="own", at=NOW + timedelta(minutes=number))


def _act() -> None:
    act, mark = new_id(), fingerprint_of("case.note", {})
    act_at_once(Entry(act, "case.note", None, act, NOW, mark, ""), lambda _run: None)


def test_reads_come_newest_first_and_page_by_page_whatever_else_happened() -> None:
    for number in range(5):
        _look(number)
        _act()
    pages = [reads_of_person_data(2, back) for back in range(3)]
    assert [[one.at.minute for one in page] for page in pages] == [[4, 3], [2, 1], [0]]
    assert [has_older_reads(2, back) for back in range(3)] == [True, True, False]
    assert {one.verb for page in pages for one in page} == {"read.own"}


def test_the_reads_are_found_by_their_own_index() -> None:
    for _number in range(20):
        _act()
    _look(1)
    if connection.vendor == "postgresql":
        # A table this small would be read from end to end.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "audit_event_reads" in _reads()[:10].explain()
