"""An import whose process is killed leaves nothing half-stored, is told of, and can be repeated."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BEGIN = """
import django, os, signal, sys
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from linli.registry.imports import import_file
from linli.registry.imports import pipeline
from tests.conftest import begin_chains
from tests.registry.importing_files import ROWS, as_csv, ground, order
begin_chains()
ground()
pipeline.CHUNK = 2
rows = [[f"样{chr(0x4e00 + n)}", "", *ROWS[0][2:]] for n in range(9)]
def watch(done, most):
    if done > 4:
        os.kill(os.getpid(), signal.SIGKILL)
for batch in (0, 2):
    if os.fork() == 0:
        django.db.connections.close_all()
        import_file(as_csv(rows[batch:]), order(name=f"{batch}.csv", batch=batch), watch)
    os.wait()
"""
AFTER = """
import django, json
django.setup()
from django.utils import timezone, translation
from linli.audit.queries import faults
from linli.registry.actions.importing.broken import holds_something
from linli.registry.imports.standing import mend_broken, standing_of
from linli.registry.models import ImportRun, Resident
from django.conf import settings
before = list(ImportRun.objects.values_list("state", flat=True))
mended = mend_broken(at=timezone.now()), mend_broken(at=timezone.now())
translation.activate("en")
runs = {one.name: one for one in ImportRun.objects.all()}
print(json.dumps({
    "before": before,
    "mended": mended,
    "after": [one.state for one in runs.values()],
    "left": {name: Resident.objects.filter(source=one.source_id).count()
             for name, one in runs.items()},
    "why": {name: standing_of(one.pk).why for name, one in runs.items()},
    "undo": {name: standing_of(one.pk).can_undo for name, one in runs.items()},
    "faults": len(list(faults())),
    "files": [path.name for path in settings.LINLI_IMPORTS.rglob("*") if path.is_file()],
}))
"""


def run(home: Path, script: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "LINLI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "linli.settings",
    }
    environment.pop("LINLI_DATABASE_URL", None)
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


def test_a_killed_import_is_recognised_and_stores_nothing_or_whole_batches(tmp_path: Path) -> None:
    begun = run(tmp_path, BEGIN)
    assert begun.returncode in {0, -signal.SIGKILL}, begun.stdout + begun.stderr
    done = run(tmp_path, AFTER)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["before"] == ["running", "running"], begun.stderr
    assert told["mended"] == [2, 0]
    assert told["after"] == ["broken", "broken"]
    assert told["left"] == {"0.csv": 0, "2.csv": 4}
    assert told["undo"] == {"0.csv": False, "2.csv": True}
    assert "nothing of this file" in told["why"]["0.csv"]
    # Four residents in their home.
    assert "5" in told["why"]["2.csv"]
    assert told["faults"] == 0
    assert told["files"] == []
