"""The server is killed under three writers: what was acknowledged is there, and there once."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from linli.kernel.ids import new_id

ROOT = Path(__file__).resolve().parent.parent.parent
# LINLI_KILLS=200 is the drill of a release; a few kills show here that it still holds.
KILLS, WRITERS = int(os.environ.get("LINLI_KILLS", "4")), 3
PATIENCE = 60.0
# Categories, and the key of a program; printed last.
SEED = """
import django, sys
django.setup()
from django.utils import timezone
from linli.cases.actions.categories import publish_categories
from linli.cases.imports.category_data import drafts_of, read_tree
from linli.kernel.ids import new_id
from linli.open311.actions import make_key
now = timezone.now()
publish_categories(drafts=list(drafts_of(read_tree())), by=None, at=now, act_id=new_id())
print(make_key(label="drill", unit=None, by=None, at=now, act_id=new_id())[1])
"""
FACTS = """
import django, json
django.setup()
from linli.audit.models import Event
from linli.cases.models import Case, CaseStep
print(json.dumps({
    "cases": {str(pk): number for pk, number in Case.objects.values_list("pk", "number")},
    "steps": CaseStep.objects.count(),
    "events": Event.objects.filter(verb="case.report").count(),
}))
"""


class _Drill:
    """A home of its own with a server that can be killed, and writers that never give up."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            **os.environ,
            "LINLI_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "linli.settings",
        }
        self.environment.pop("LINLI_DATABASE_URL", None)
        self.home = home
        self.run("-m", "linli", "migrate", "--verbosity", "0")
        self.key = self.run("-c", f"import linli\n{SEED}").split()[-1]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.acknowledged: dict[str, str] = {}
        self.resent = 0
        self.is_over = threading.Event()

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serve(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "linli", "serve", "--port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            server = subprocess.Popen(
                [*command, "--workers", "2", "--threads", "4"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ends = time.monotonic() + PATIENCE
        first_id = str(new_id())
        while self.post(first_id, "a report to see whether it answers") is None:
            assert server.poll() is None, (self.home / "server.log").read_text()[-2000:]
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.05)
        return server

    def post(self, act_id: str, words: str) -> str | None:
        """Send a report; return the number it got, or None without an acknowledgement."""
        fields = {
            "api_key": self.key,
            "service_code": "0201",
            "description": words,
            "address_string": "祝融路12号",
            "act_id": act_id,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request("POST", "/open311/v2/requests.json", urlencode(fields), headers)
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        if answer.status != 201:
            return None
        number = str(json.loads(body)[0]["service_request_id"])
        self.acknowledged[act_id] = number
        return number

    def write(self, writer: int) -> None:
        """Report on and on; what was not acknowledged is sent again under its own id."""
        turn = 0
        while not self.is_over.is_set():
            act_id, turn = str(new_id()), turn + 1
            while self.post(act_id, f"垃圾桶满了 {writer} {turn}") is None:
                self.resent += 1
                time.sleep(0.02)


@pytest.fixture
def drill(tmp_path: Path) -> _Drill:
    return _Drill(tmp_path)


def _kill(server: "subprocess.Popen[bytes]") -> None:
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def test_no_acknowledged_report_is_lost_and_none_is_there_twice(drill: _Drill) -> None:
    server = drill.serve()
    writers = [threading.Thread(target=drill.write, args=(n,)) for n in range(WRITERS)]
    try:
        for writer in writers:
            writer.start()
        for kill in range(KILLS):
            # Not always at the same point of a commit.
            time.sleep(0.4 + 0.13 * kill % 0.9)
            _kill(server)
            server = drill.serve()
        time.sleep(0.3)
        drill.is_over.set()
        for writer in writers:
            writer.join()
        first = dict(drill.acknowledged)
        assert len(first) > 10 * KILLS
        assert drill.resent >= KILLS
        some_id = next(iter(first))
        assert drill.post(some_id, "other words under a used id") is None
    finally:
        drill.is_over.set()
        _kill(server)
    facts = json.loads(drill.run("-c", f"import linli\n{FACTS}"))
    lost = len(first.keys() - facts["cases"].keys())
    doubled = facts["steps"] - len(facts["cases"])
    # With -s the figure of the drill can be read.
    figure = f"{KILLS} kills, {len(first)} acknowledged, {lost} lost, {doubled} doubled"
    sys.stdout.write(f"{figure}\n")
    assert facts["cases"] == first, "a report was lost, or is there without being asked for"
    assert len(first) == facts["steps"] == facts["events"]
    drill.run("-m", "linli", "verify-audit")
