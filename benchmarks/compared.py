"""The compared program, django-helpdesk, in an environment of its own.

It is installed from ``helpdesk.lock`` (exact versions and hashes), runs under the same server on
the same databases, and is asked for the same work: a ticket over its API, its list, a ticket's
page, a search in text. What is set in its favour is told in ``helpdesk_project/settings.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import PLACE_OF_ID, Request
from benchmarks.places import HERE, REPOSITORY, cache
from benchmarks.servers import Program, granian
from benchmarks.words import words_of

LOCK = HERE / "helpdesk.lock"
CSRF = "b" * 32


@dataclass(frozen=True)
class Helpdesk:
    """The program with a filled database, ready to serve."""

    python: Path
    database: str
    session: str

    def program(self, port: int, *, workers: int, threads: int) -> Program:
        """Return how to serve it."""
        command = granian(
            self.python,
            "benchmarks.helpdesk_project.wsgi:application",
            port=port,
            workers=workers,
            threads=threads,
        )
        return Program(command, port, _environment(self.database), ready_path="/login/")

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Accept": "text/html"}

    def create_requests(self) -> list[Request]:
        """Return POSTs of tickets with texts like linli's; a session, no password check each."""
        headers = self._headers() | {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-CSRFToken": CSRF,
        }
        return [
            Request("/api/tickets/", _ticket(number), headers) for number in range(10_000, 10_200)
        ]

    def list_requests(self) -> list[list[Request]]:
        """Return what shows a clerk the list: the page, 50 rows of a queue, 50 of all open ones."""
        page = [Request(f"/tickets/?queue={q}&status=1", "", self._headers()) for q in range(1, 11)]
        rows = [self._rows({"queue__id__in": [q], "status__in": [1]}, "") for q in range(1, 11)]
        all_open = [self._rows({"status__in": [1, 2]}, "")]
        return [page, rows, all_open]

    def ticket_requests(self, tickets: int) -> list[Request]:
        """Return GETs of ticket pages all over the table."""
        step = max(1, tickets // 50)
        return [
            Request(f"/tickets/{number}/", "", self._headers())
            for number in range(1, tickets, step)
        ]

    def search_requests(self, words: tuple[str, ...]) -> list[Request]:
        """Return the table's request when somebody searched for a word."""
        return [self._rows({}, word) for word in words]

    def _rows(self, filtering: dict[str, list[int]], search: str) -> Request:
        query = {
            "filtering": filtering,
            "filtering_null": {},
            "sorting": "created",
            "sortreverse": True,
            "search_string": search,
        }
        packed = b64encode(json.dumps(query).encode()).decode()
        path = f"/datatables_ticket_list/{packed}?draw=1&start=0&length=50"
        return Request(path, "", self._headers() | {"Accept": "application/json"})


def _ticket(number: int) -> str:
    words = words_of(number)
    return json.dumps(
        {
            "queue": 1 + number % 20,
            "title": words.title,
            "description": f"{words.description} {PLACE_OF_ID}",
            "status": 1,
            "priority": 3,
        },
        ensure_ascii=False,
    )


def _environment(database: str) -> dict[str, str]:
    return {
        "BENCH_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "benchmarks.helpdesk_project.settings",
        "PYTHONPATH": str(REPOSITORY),
    }


def environment(lock: Path = LOCK, name: str = "helpdesk") -> Path:
    """Make the environment when it is not there for this very lock file; return its Python."""
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    place = cache() / f"{name}-{mark}"
    python = place / "bin" / "python"
    if (place / "complete").exists():
        return python
    print(f"Installing {name} into {place} …", file=sys.stderr)
    venv.create(place, with_pip=True, clear=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = (
            f"{name} could not be installed, so there is nothing to compare with. "
            f"Run again with a package registry in reach. pip said:\n{done.stderr[-1500:]}"
        )
        raise RuntimeError(message)
    (place / "complete").touch()
    return python


def prepared(database: str, tickets: int) -> Helpdesk:
    """Return the program with a database of at least so many tickets (existing ones stay)."""
    python = environment()
    done = subprocess.run(
        [python, "-m", "benchmarks.helpdesk_project.seed", str(tickets), "--analyse"],
        check=False,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, **_environment(database)},
    )
    if done.returncode:
        message = f"django-helpdesk's database could not be made:\n{done.stderr[-1500:]}"
        raise RuntimeError(message)
    told = json.loads(done.stdout.splitlines()[-1])
    return Helpdesk(python, database, told["session"])
