"""One real server for the journeys of a process: its own home, its own database, seeded once.

Events of the audit log cannot be deleted, so a database that was written to is not emptied
between tests as pytest-django would: journeys share what ``seeding.py`` made, and change only
what they made themselves.
"""

import atexit
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from playwright.sync_api import Browser, BrowserContext

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
# Residents on their own page have cookies of their own.
COOKIES = {"resident": "linli_my", "asking": "linli_my_asked"}
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PASSWORD = "demo-demo-demo"
_running: list[tuple["subprocess.Popen[bytes]", Path]] = []


@dataclass(frozen=True)
class Ground:
    """Where the server is, who is logged in, and what can be put into its addresses."""

    address: str
    home: Path
    sessions: dict[str, str]
    samples: dict[str, list[str]]
    deeds: dict[str, list[str]]
    cases: dict[str, str]
    people: dict[str, str]
    texts: list[str]

    def cookies(self, role: str, language: str = "zh-hans") -> dict[str, str]:
        """Return the cookies of a role; "anonymous" has no session."""
        named = COOKIES.get(role, "sessionid")
        session = {named: self.sessions[role]} if role in self.sessions else {}
        return {"django_language": language, **session}

    def open(self, browser: Browser, role: str, language: str = "zh-hans") -> BrowserContext:
        """Open a profile of a role, who is logged in."""
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(10_000)
        # The first pages of a server that just started wait for all that it loads on first use.
        context.set_default_navigation_timeout(40_000)
        self.let_in(context, role, language)
        return context

    def let_in(self, context: BrowserContext, role: str, language: str = "zh-hans") -> None:
        """Give a profile the cookies of a role."""
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.address}
                for name, value in self.cookies(role, language).items()
            ]
        )

    def log(self) -> str:
        """Return the end of what the server said."""
        return (self.home / "server.log").read_text(errors="replace")[-3000:]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the product's own Python beside the server."""
        return _run(_environment(self.home), *words)


def _environment(home: Path) -> dict[str, str]:
    environment = {**os.environ, "LINLI_HOME": str(home)}
    environment["DJANGO_SETTINGS_MODULE"] = "linli.settings"
    url = environment.pop("LINLI_DATABASE_URL", "")
    if url.startswith("postgres"):
        environment["LINLI_DATABASE_URL"] = database_beside(url, home.name.replace("-", "_"))
    return environment


def database_beside(url: str, name: str) -> str:
    """Make a database in the same cluster, unless it is there; return its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
            )
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _serve(environment: dict[str, str], home: Path) -> str:
    """Start the server people run; return its address when it answers."""
    port = int(os.environ.get("LINLI_JOURNEYS_PORT", "0")) or _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "linli", "serve", "--port", str(port), "--threads", "4"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    _running.append((server, home))
    deadline = time.monotonic() + PATIENCE
    while not _answers(address):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"No server: {(home / 'server.log').read_text()[-2000:]}")
        time.sleep(0.1)
    return address


def stop() -> None:
    """Stop all servers of this process and remove their homes; nothing happens the second time."""
    ground.cache_clear()
    while _running:
        _stop(*_running.pop())


# The net under the fixtures: workers of xdist do not always reach it.
atexit.register(stop)


def _stop(server: "subprocess.Popen[bytes]", home: Path) -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if not os.environ.get("LINLI_JOURNEYS_KEEP"):
        shutil.rmtree(home, ignore_errors=True)


@functools.cache
def ground(*, poisoned: bool = False) -> Ground:
    """Seed a home and serve it, once a process; both end with the process.

    ``poisoned``: whatever people could have typed carries a script.
    """
    home = Path(tempfile.mkdtemp(prefix="linli-journeys-"))
    # In the demo nobody is sent to a second factor first.
    (home / "demo").touch()
    environment = _environment(home)
    words = ["-m", "tests.journeys.seeding", str(home / "ground.json")]
    made = _run(environment, *words, *(["poisoned"] if poisoned else []))
    if made.returncode:
        shutil.rmtree(home, ignore_errors=True)
        raise RuntimeError(f"The ground was not seeded: {made.stderr[-4000:]}")
    facts = json.loads((home / "ground.json").read_text(encoding="utf-8"))
    return Ground(address=_serve(environment, home), home=home, **facts)
