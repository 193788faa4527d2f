"""Settings for the time of a long write: what is looked up then, and that they end with it."""

import pytest
from django.db import connection

from linli.kernel.ids import new_id
from linli.registry.models import Source
from linli.storage.bulk import BulkTable
from linli.storage.quick import bulk_writing
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"{'PRAGMA' if connection.vendor == 'sqlite' else 'SHOW'} {name}")
        return str(cursor.fetchone()[0])


def _write_and_fail(seen: list[str], name: str) -> None:
    with bulk_writing(32):
        seen.append(_setting(name))
        raise KeyError


def test_settings_end_with_the_write_also_when_it_fails() -> None:
    is_sqlite, seen = connection.vendor == "sqlite", list[str]()
    name = "cache_size" if is_sqlite else "enable_seqscan"
    before = _setting(name)
    with pytest.raises(KeyError):
        _write_and_fail(seen, name)
    assert seen == ["-32768" if is_sqlite else "off"]
    assert _setting(name) == before


def test_rows_of_a_running_transaction_are_found_by_their_index() -> None:
    """A table that nobody has counted since it was filled is not read whole for each question."""
    rows = [(new_id(), "file", "单位", NOW) for _nth in range(500)]
    BulkTable(Source, ("id", "kind", "sender", "at"), by_id=None).insert(rows)
    asked = Source.objects.filter(pk__in=[row[0] for row in rows[:300]])
    with bulk_writing():
        plan = asked.explain()
    assert "Seq Scan" not in plan
    assert "SCAN registry_source" not in plan
    assert asked.count() == 300
