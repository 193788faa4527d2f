"""Run by its own process: import a file into a home, or only read it; print one line of JSON.

``python -m benchmarks.registry_import ours FILE KIND``, ``... calamine FILE``. The peak of memory
is that of a process which did nothing else.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any


def _told(seconds: float, rows: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "rows": rows, "peak": peak}))


def _calamine(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    started = time.perf_counter()
    book = CalamineWorkbook.from_path(path)
    rows = sum(len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names)
    _told(time.perf_counter() - started, rows)


def _ground() -> None:
    """Make territory, lists and the unit that helps, by the product's actions."""
    from datetime import UTC, date, datetime

    from django.core.management import call_command

    from benchmarks.registry_file import UNIT
    from linli.accounts.models import Unit
    from linli.demo.actions.district import make_district, plan_district
    from linli.kernel.ids import new_id
    from linli.registry.actions.lists import publish_lists, read_lists

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    for _what in make_district(plan_district(), now):
        pass
    publish_lists(lists=read_lists(), by=None, at=now, act_id=new_id())
    Unit.objects.create(code="bench", name=UNIT, kind="office", since=date(2025, 1, 1))


def _ours(path: Path, kind: str) -> None:
    from django.utils import timezone

    from linli.kernel.ids import new_id
    from linli.registry.actions.importing import Order
    from linli.registry.imports import import_file

    facts: dict[str, Any] = {"name": path.name, "sender": "bench", "by": None, "crs": "wgs84"}
    order = Order(run=new_id(), kind=kind, at=timezone.now(), **facts)
    started = time.perf_counter()
    counts = import_file(path, order).counts
    seconds = time.perf_counter() - started
    if counts.get("refused") or counts.get("unplaced", 0) > counts["rows"] // 50:
        raise RuntimeError(f"not what was to be measured: {dict(counts)}")
    _told(seconds, counts["rows"])


def main() -> None:
    """Do what the arguments say."""
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == "calamine":
        _calamine(path)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
    import django

    django.setup()
    if what == "ground":
        _ground()
    else:
        _ours(path, sys.argv[3] or "mixed")


if __name__ == "__main__":
    main()
