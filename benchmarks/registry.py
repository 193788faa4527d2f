"""The registry's section: a workbook of 74,245 rows, and tables of up to a million."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.baseline import DATABASES, told
from benchmarks.compared import environment
from benchmarks.homes import environment_of
from benchmarks.measured import FULL, Figure, Figures, Run, median_of
from benchmarks.places import HERE, REPOSITORY, data
from benchmarks.postgres import cluster

LOCK = HERE / "importexport.lock"
_ROUNDS = 3


def _run(python: Path | str, words: list[str], more: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-m", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **more},
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-1500:]}")
    lines = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found


def _file(what: str, count: int, name: str) -> Path:
    """Make an invented file once; a generator that changed makes another."""
    mark = hashlib.sha256((HERE / "registry_file.py").read_bytes()).hexdigest()[:8]
    path = data() / "registry" / f"{mark}-{name}"
    if not path.exists():
        words = ["benchmarks.registry_file", what, str(count), str(path)]
        _run(sys.executable, words, {"LINLI_HOME": str(data() / "registry" / "nothing")})
    return path


@contextmanager
def _grounds() -> Iterator[Callable[[str], dict[str, str]]]:
    """Give what makes an empty home with the district's ground on a database, again and again."""
    with cluster() as postgres:
        for database in DATABASES:
            place = _new_folder(f"ground-{database}")
            url = f"sqlite:///{place}/linli.sqlite3"
            if database == "postgres":
                url = postgres.recreate("registry_ground")
            words = ["benchmarks.registry_import", "ground", "-"]
            _run(sys.executable, words, environment_of(place, url))

        def fresh(database: str) -> dict[str, str]:
            place = _new_folder(f"home-{database}")
            shutil.copytree(data() / "registry" / f"ground-{database}", place, dirs_exist_ok=True)
            url = f"sqlite:///{place}/linli.sqlite3"
            if database == "postgres":
                url = postgres.recreate("registry", "registry_ground")
            return environment_of(place, url)

        yield fresh
        for database in DATABASES:
            _new_folder(f"home-{database}")
        postgres.recreate("registry")


def _new_folder(name: str) -> Path:
    place = data() / "registry" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def _imported(home: dict[str, str], path: Path, kind: str) -> dict[str, Any]:
    return _run(sys.executable, ["benchmarks.registry_import", "ours", str(path), kind], home)


def _figure(rounds: list[dict[str, Any]]) -> Figure:
    more = {"peak": f"{max(one['peak'] for one in rounds):.0f} MB", "rows": rounds[0]["rows"]}
    return median_of((one["seconds"] for one in rounds), "s", **more)


def _beside(path: Path, rounds: int) -> Figures:
    """Measure python-calamine alone, and django-import-export in bulk mode."""
    reading = ["benchmarks.registry_import", "calamine", str(path)]
    figures = {"import.calamine": _figure([_run(sys.executable, reading, {}) for _ in range(3)])}
    python = environment(LOCK, "importexport")
    done = []
    for _round in range(rounds):
        database = data() / "registry" / "plain.sqlite3"
        database.unlink(missing_ok=True)
        words = ["benchmarks.importexport_project.run", str(path)]
        done.append(_run(python, words, {"BENCH_DATABASE": str(database)}))
    return {**figures, "import.importexport": _figure(done)}


def registry(run: Run) -> Figures:
    """Measure the import of the registry: a mixed workbook, and tables of growing length."""
    is_full = run.sizes == FULL
    part, rounds = (1, _ROUNDS) if is_full else (50, 1)
    path = _file("mixed", part, f"mixed-{part}.xlsx")
    figures = _beside(path, rounds)
    for key, figure in figures.items():
        told(f"{key}: {figure.text()}")
    with _grounds() as fresh:
        for database in DATABASES:
            done = [_imported(fresh(database), path, "") for _ in range(rounds)]
            figures[f"import.linli.{database}"] = _figure(done)
            told(f"linli, {database}: {figures[f'import.linli.{database}'].text()}")
            for size in run.sizes.cases:
                table = _file("residents", size, f"residents-{size}.csv")
                one = _imported(fresh(database), table, "resident")
                cost = one["seconds"] / one["rows"] * 1e6
                more = {"peak": f"{one['peak']:.0f} MB"}
                figures[f"import.rows.{database}.{size}"] = Figure(cost, "µs", [], more)
                told(f"{size:,} residents, {database}: {cost:.0f} µs a row, {more['peak']}")
    return figures
