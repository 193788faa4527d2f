"""Finding a person by two facts among a million residents, sealed as all are.

``python -m benchmarks.registry_search ROWS`` fills the home that the environment names, once, and
prints the times of searches: whole calls of the product's action, with what it records and opens.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.homes import environment_of
from benchmarks.measured import Figure, Figures, Run
from benchmarks.places import REPOSITORY, data
from benchmarks.postgres import cluster

SEARCHES = 300
LIMIT_MS = 100
_A_HOME = 3
_CHUNK = 20_000
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅春海燕辉文建国志林"
_SEALED = ("name", "telephone", "wrapped_key", "name_index", "telephone_index")
_PARTS = ("street", "number", "building", "unit", "room")


def name_of(number: int) -> str:
    """Return the name of an invented resident: some 50,000 names, each borne by several."""
    dice = random.Random(number)
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN) + dice.choice(_GIVEN)


def telephone_of(number: int) -> str:
    """Return the telephone number of an invented resident."""
    return f"139{number * 7919 % 100_000_000:08d}"


def line_of_home(home: int) -> str:
    """Return the canonical line of an invented home."""
    return f"演示路{home // 600}号{home // 60 % 10}栋{home // 20 % 3}单元{home % 20}室"


class Filler:
    """Fills the tables in chunks, without their indexes, which are made at the end."""

    def __init__(self, rows: int) -> None:
        from linli.registry.models import LegalBasis, Source, SourceKind
        from linli.territory.models import Grid

        self.rows = rows
        self.grids = list(Grid.objects.order_by("code").values_list("code", flat=True))
        self.basis = LegalBasis.objects.get(code="base_facts").pk
        now = time.time()
        from datetime import UTC, datetime

        at = datetime.fromtimestamp(now, UTC)
        self.source = Source.objects.create(kind=SourceKind.SYSTEM, sender="bench", at=at).pk

    def _common(self) -> dict[str, Any]:
        kept = {"keep_until": date(2099, 1, 1), "confirmed_on": date(2026, 1, 1)}
        return {"basis_id": self.basis, "source_id": self.source, **kept}

    def fill(self) -> None:
        """Write homes and residents; the sealing of each resident is the product's own."""
        from django.db import transaction

        from linli.registry.models import Address, Dwelling, Resident
        from linli.storage.bulk import BulkTable

        absent = dict.fromkeys(_PARTS, "无")
        places = BulkTable(Address, ("id", "division_id", "line", "grid_id"), **absent)
        homes = BulkTable(Dwelling, ("id", "grid_id", "address_id"), **self._common())
        names = ("id", "grid_id", "dwelling_id", *_SEALED)
        people = BulkTable(Resident, names, residence="registered", **self._common())
        for start in range(0, self.rows, _CHUNK):
            made = self._chunk(start, min(start + _CHUNK, self.rows))
            with transaction.atomic():
                for table, rows in zip((places, homes, people), made, strict=True):
                    table.insert(rows)
            print(f"      {start + _CHUNK:,} residents", file=sys.stderr, flush=True)

    def _chunk(self, start: int, stop: int) -> tuple[list[Any], list[Any], list[Any]]:
        from linli.kernel.ids import new_id

        places, homes, lives = [], [], []
        home: UUID | None = None
        for number in range(start, stop):
            nth = number // _A_HOME
            grid = self.grids[nth % len(self.grids)]
            if home is None or number % _A_HOME == 0:
                address, home = new_id(), new_id()
                line = line_of_home(nth) if number % _A_HOME == 0 else f"演示巷{number}号"
                places.append((address, grid[:12], line, grid))
                homes.append((home, grid, address))
            lives.append((new_id(), grid, home))
        return places, homes, _sealed(lives, range(start, stop))


def _sealed(lives: Sequence[tuple[Any, ...]], numbers: Sequence[int]) -> list[Any]:
    """Add the sealed columns, as an import does it."""
    from linli.registry.actions.sealing import indexes_of, seal_rows

    names, telephones = [name_of(n) for n in numbers], [telephone_of(n) for n in numbers]
    texts = zip([one[0] for one in lives], zip(names, telephones, strict=True), strict=True)
    sealed = seal_rows("registry_resident", ("name", "telephone"), texts)
    hashes = zip(indexes_of("name", names), indexes_of("telephone", telephones), strict=True)
    return [a + b + c for a, b, c in zip(lives, sealed, hashes, strict=True)]


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Drop the plain indexes of residents and make them again at the end."""
    from django.db import connection

    listed = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
        " AND tbl_name = 'registry_resident' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = 'registry_resident' AND indexdef NOT LIKE 'CREATE UNIQUE%'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute(listed)
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, made in indexes:
            cursor.execute(made)
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = FULL")


def _fill(rows: int) -> None:
    """Make the district by the product's actions, then the residents; once a home."""
    from django.core.management import call_command
    from django.utils import timezone

    from linli.accounts.models import Unit
    from linli.demo.actions.district import make_district, plan_district
    from linli.kernel.ids import new_id
    from linli.registry.actions.lists import publish_lists, read_lists
    from linli.registry.models import Resident

    call_command("migrate", verbosity=0)
    if Resident.objects.count() >= rows:
        return
    now = timezone.now()
    if not Unit.objects.exists():
        for _what in make_district(plan_district(), now):
            pass
    publish_lists(lists=read_lists(), by=None, at=now, act_id=new_id())
    with _without_indexes():
        Filler(rows).fill()


def _times(by: Any, facts: Sequence[Any]) -> list[float]:
    """Return the milliseconds of each search; one that finds nobody would not count."""
    from django.utils import timezone

    from linli.registry.actions.finding import find
    from linli.registry.models import Purpose

    times = []
    for one in facts:
        at, started = timezone.now(), time.perf_counter()
        found = find(facts=one, purpose=Purpose.CALLER, by=by, at=at)
        times.append((time.perf_counter() - started) * 1000)
        if not found:
            raise RuntimeError("a search found nobody: it does not measure what is meant")
    return times


def measure(rows: int) -> dict[str, list[float]]:
    """Search by telephone and by address, as a clerk of the whole district."""
    from linli.accounts.queries import people_with
    from linli.accounts.rules.roles import Role
    from linli.registry.actions.finding import TwoFacts
    from linli.territory.models import Grid

    grids = list(Grid.objects.order_by("code").values_list("code", flat=True))
    clerk = people_with(Role.INTAKE_CLERK, date.today()).first()  # noqa: DTZ011
    dice = random.Random(1)
    picked = [dice.randrange(rows // _A_HOME) * _A_HOME for _n in range(SEARCHES)]
    homes = [number // _A_HOME for number in picked]
    by_number = [TwoFacts(name_of(n), telephone_of(n)) for n in picked]
    by_home = [
        TwoFacts(name_of(n), "", grids[home % len(grids)][:12], line_of_home(home))
        for n, home in zip(picked, homes, strict=True)
    ]
    _times(clerk, by_number[:5])
    return {"telephone": _times(clerk, by_number), "address": _times(clerk, by_home)}


def registry_search(run: Run) -> Figures:
    """Measure a search by two facts at a million residents: by telephone, and by address."""
    rows = run.sizes.cases[-1]
    figures: Figures = {}
    for database in ("sqlite", "postgres"):
        with _home(database, rows) as (place, url):
            times = _asked(place, url, rows)
        for facts, took in times.items():
            p95 = round(statistics.quantiles(took, n=20)[-1], 2)
            figure = Figure(statistics.median(took), "ms", more={"p95": p95, "rows": rows})
            figures[f"registry.search.{facts}.{database}"] = figure
    return figures


@contextmanager
def _home(database: str, rows: int) -> Iterator[tuple[Path, str]]:
    place = data() / f"linli-registry-{database}-{rows}"
    place.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        yield place, f"sqlite:///{place}/linli.sqlite3"
        return
    with cluster() as postgres:
        table = f"linli_registry_{rows}"
        if not postgres.has(table):
            postgres.recreate(table)
        yield place, postgres.address(table)


def _asked(place: Path, url: str, rows: int) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.registry_search", str(rows)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, **environment_of(place, url)},
    )
    times: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return times


def main() -> None:
    """Fill the home that the environment names, and print the times as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
    import django

    django.setup()
    rows = int(sys.argv[1])
    _fill(rows)
    print(json.dumps(measure(rows)))


if __name__ == "__main__":
    main()
