"""Homes of linli to be measured: a folder, a database, what is in it, and the server on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import PLACE_OF_ID, Request
from benchmarks.places import FIRST_PORT, REPOSITORY, data
from benchmarks.postgres import cluster
from benchmarks.servers import Program
from benchmarks.words import words_of

LINLI_PORT = FIRST_PORT + 1
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Anonymous and without a photograph; 0201 is the first category like that.
SERVICE = "0201"


@dataclass(frozen=True)
class Home:
    """A home with its cases. ``key``, ``session``, ``units``, ``cases``: see filling.py."""

    place: Path
    url: str
    key: str
    session: str
    units: list[str]
    cases: list[str]

    def environment(self) -> dict[str, str]:
        """Return what tells linli's commands about this home."""
        return environment_of(self.place, self.url)

    def program(self, *options: str) -> Program:
        """Return how to serve it: the command and the sizes that people run."""
        command = [sys.executable, "-m", "linli", "serve", "--port", str(LINLI_PORT), *options]
        ready = "/open311/v2/services.json"
        return Program(command, LINLI_PORT, self.environment(), ready_path=ready)

    def reports(self) -> list[Request]:
        """Return POSTs of reports with texts like those of django-helpdesk's tickets."""
        return [
            Request("/open311/v2/requests.json", self._report(number), FORM)
            for number in range(10_000, 10_200)
        ]

    def _report(self, number: int) -> str:
        words = words_of(number)
        fields = {
            "api_key": self.key,
            "service_code": SERVICE,
            "description": f"{words.title}。{words.description}",
            "address_string": f"衡山路 {number % 380} 号",
        }
        return f"{urlencode(fields)}&act_id={PLACE_OF_ID}"

    def page(self, path: str, **query: str) -> Request:
        """Return the GET of a page by somebody who is logged in."""
        address = f"{path}?{urlencode(query)}" if query else path
        headers = {"Cookie": f"sessionid={self.session}", "Accept": "text/html"}
        return Request(address, "", headers)

    def run(self, *words: str) -> str:
        """Run one of linli's commands on this home; return what it printed."""
        return _run([sys.executable, "-m", "linli", *words], self.environment())


def environment_of(place: Path, url: str) -> dict[str, str]:
    """Return the variables of a home."""
    return {"LINLI_HOME": str(place), "LINLI_DATABASE_URL": url}


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command[2:])} ended with {done.returncode}; it printed:\n"
            f"{done.stdout[-1500:]}"
        )
    return done.stdout


def _filled(place: Path, url: str, cases: int) -> Home:
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.filling", str(cases)]
    told = json.loads(_run(command, environment_of(place, url)).splitlines()[-1])
    return Home(place, url, **told)


def _schema() -> str:
    """Return a mark of the migrations: a home of another schema is made anew."""
    found = sorted(path.name for path in REPOSITORY.glob("linli/*/migrations/0*.py"))
    return "\n".join(found)


def _is_usable(place: Path) -> bool:
    mark = place / "schema.txt"
    return (place / "filled.json").exists() and mark.exists() and mark.read_text() == _schema()


def _new(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "schema.txt").write_text(_schema())


@contextmanager
def home(database: str, cases: int, *, anew: bool = False) -> Iterator[Home]:
    """Give a home with so many cases on "sqlite" or "postgres"; made once and kept."""
    name = f"linli-{database}-{cases}"
    place = data() / name
    fresh = anew or not _is_usable(place)
    if fresh:
        _new(place)
    if database == "sqlite":
        yield _filled(place, f"sqlite:///{place}/linli.sqlite3", cases)
        return
    with cluster() as postgres:
        table = name.replace("-", "_")
        if fresh or not postgres.has(table):
            if not fresh:
                _new(place)
            postgres.recreate(table)
        yield _filled(place, postgres.address(table), cases)
