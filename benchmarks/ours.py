"""What linli is measured in: reports over HTTP, pages, search, points, a replay, a start."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks.baseline import DATABASES, rate_of, told, wait_of
from benchmarks.homes import LINLI_PORT, Home, environment_of, home
from benchmarks.load import Request
from benchmarks.measured import Figure, Figures, Run, median_of
from benchmarks.places import REPOSITORY, data
from benchmarks.searches import CHINESE, ENGLISH
from benchmarks.servers import Program, Running, running

SHARED = REPOSITORY.parent / "shared"
BOSTON = SHARED / "data" / "boston-311"
_NUMBER = re.compile(rb"\d{8}-[0-9A-Z]{6}")


def create(run: Run) -> Figures:
    """Measure reports over HTTP: POST /open311/v2/requests.json, and the server's memory after."""
    figures: Figures = {}
    for database in DATABASES:
        with home(database, 0, anew=True) as made:
            with running(made.program()) as server:
                for clients in run.sizes.clients:
                    figure = rate_of(server.port, clients, run.sizes, made.reports())
                    figures[f"create.linli.{database}.{clients}"] = figure
                    told(f"linli {database}, {clients} clients: {figure.text()}")
                figures[f"memory.linli.{database}"] = Figure(server.memory(), "MB")
                told(f"memory {figures[f'memory.linli.{database}'].text()}")
            made.run("verify-audit")
    return figures


def _has_rows(server: Running, request: Request, rows: int) -> None:
    """Refuse to time a page that is not the one that is meant."""
    address = f"http://127.0.0.1:{server.port}{request.path}"
    asked = urllib.request.Request(address)
    for name, value in request.headers.items():
        asked.add_header(name, value)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        found = len(set(_NUMBER.findall(answer.read())))
    if found < rows:
        raise RuntimeError(f"{request.path} shows {found} cases, not {rows}")


def _lists(made: Home) -> list[Request]:
    return [made.page("/desk/cases/", unit=unit, colour="red") for unit in made.units]


def pages(run: Run) -> Figures:
    """Measure the list of 50 by unit and colour, a case's page, and the search in text."""
    figures: Figures = {}
    for database in DATABASES:
        for size in run.sizes.cases:
            with home(database, size) as made, running(made.program()) as server:
                lists = _lists(made)
                _has_rows(server, lists[0], min(40, size // 250))
                figure = wait_of(server.port, lists, run.sizes.pages)
                figures[f"list.linli.{database}.{size}"] = figure
                told(f"list, {database}, {size:,} cases: {figure.text()}")
                if size == run.sizes.cases[-1]:
                    figures.update(_on_the_largest(made, server, run, database))
    return figures


def _on_the_largest(made: Home, server: Running, run: Run, database: str) -> Figures:
    found: Figures = {}
    size, count = run.sizes.cases[-1], run.sizes.pages
    cases = [made.page(f"/desk/cases/{case}/") for case in made.cases]
    _has_rows(server, cases[0], 1)
    found[f"page.linli.{database}.{size}"] = wait_of(server.port, cases, count)
    for language, words in (("zh", CHINESE), ("en", ENGLISH)):
        searches = [made.page("/desk/cases/", q=word) for word in words]
        _has_rows(server, searches[0], 20)
        asked = len(searches) * max(1, count // len(searches))
        figure = wait_of(server.port, searches, asked, seconds=60.0)
        found[f"search.linli.{database}.{language}"] = figure
    for key, figure in found.items():
        told(f"{key}: p50 {figure.text()}, p95 {figure.more['p95']} ms")
    return found


def points(_run: Run) -> Figures:
    """Measure points to grids beside vectorised shapely."""
    command = [sys.executable, "-m", "benchmarks.point_to_grid", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    found = json.loads(done.stdout.splitlines()[-1])
    figures = {
        "points.linli": Figure(found["linli_ms"], "ms"),
        "points.shapely": Figure(found["shapely_ms"], "ms"),
        "point.linli": Figure(
            found["single_us"] / 1000, "ms", [], {"p99_us": found["single_99_us"]}
        ),
    }
    told(f"points: {figures['points.linli'].text()}, shapely {figures['points.shapely'].text()}")
    return figures


def _read_seconds(table: Path) -> tuple[float, int]:
    started = time.perf_counter()
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        rows = sum(1 for _row in csv.DictReader(file))
    return time.perf_counter() - started, rows


def _resident(pid: int) -> float:
    """Return megabytes of its own; the pages of the database file that it maps are not."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1000 for x in lines if x.startswith("RssAnon:")), 0.0)


def replay(_run: Run) -> Figures:
    """Measure the replay of a real city's table beside reading the file, and its memory."""
    if not BOSTON.is_dir():
        told("no ../shared/data/boston-311 here: not measured")
        return {}
    table = BOSTON / "requests_2011Q3.csv.gz"
    place = data() / "linli-replay"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    environment = {**os.environ, **environment_of(place, f"sqlite:///{place}/linli.sqlite3")}
    linli = [sys.executable, "-m", "linli"]
    subprocess.run(
        [*linli, "migrate", "--verbosity", "0"], check=True, env=environment, cwd=REPOSITORY
    )
    seconds, rows = _read_seconds(table)
    areas = ["--areas", str(BOSTON / "zip_areas.geojson")]
    command = [*linli, "import", "cases", "--mapping", "boston.toml", *areas, str(table)]
    started, sizes = time.perf_counter(), []
    with (place / "replay.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=log, stderr=log)
        while process.poll() is None:
            sizes.append(_resident(process.pid))
            time.sleep(0.2)
    taken = time.perf_counter() - started
    if process.returncode not in {0, 3}:
        raise RuntimeError((place / "replay.log").read_text()[-1000:])
    early = max(sizes[: max(1, len(sizes) // 3)])
    figures = {
        "replay.linli": Figure(
            rows / taken, "rows/s", [], {"seconds": round(taken, 1), "rows": rows}
        ),
        "replay.reading": Figure(rows / seconds, "rows/s"),
        "replay.memory": Figure(max(sizes), "MB", [], {"after a third": round(early)}),
    }
    told(f"replay: {figures['replay.linli'].text()}, {figures['replay.memory'].text()}")
    return figures


def start(run: Run) -> Figures:
    """Measure the second start of the demo: from the command until the page answers."""
    place = data() / "linli-demo"
    words = ["--home", str(place), "--port", str(LINLI_PORT)]
    linli = [sys.executable, "-m", "linli", "demo", *words]
    environment = environment_of(place, f"sqlite:///{place}/linli.sqlite3")
    told("making the demo")
    subprocess.run(
        [*linli, "--no-serve"],
        check=True,
        env={**os.environ, **environment},
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    waits, memory = [], 0.0
    for _round in range(run.sizes.rounds):
        began = time.perf_counter()
        # What `make demo` asks first: is everything installed?
        bootstrap = [sys.executable, "tools/bootstrap.py", "runtime", "node"]
        subprocess.run(bootstrap, check=True, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
        asked = time.perf_counter() - began
        with running(Program(linli, LINLI_PORT, environment)) as server:
            waits.append(asked + server.started_in)
            memory = server.memory()
    figures = {
        "start.linli": median_of(waits, "s"),
        "memory.demo": Figure(memory, "MB"),
    }
    told(f"second start: {figures['start.linli'].text()}")
    return figures
