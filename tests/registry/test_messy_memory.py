"""A trap costs at most 64 MB more than a normal import, by a command and by a page."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.kernel.books import MB
from tests.kernel.test_sheet_traps import TRAPS
from tests.registry import messy

ROOT = Path(__file__).resolve().parent.parent.parent
NORMAL, MORE = "normal", 64
# Every file is taken by a process of its own: what it held at most is told.
MEASURE = """
import django, json, os, resource, sys
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connections
from django.utils import timezone
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.imports import import_file, waiting
from linli.registry.imports.background import check_waiting
from linli.registry.imports.previews import preview
from linli.registry.imports.waiting import Asked
from pathlib import Path
from tests.conftest import begin_chains
from tests.factories import NOW
from tests.registry.importing_files import ground, order
begin_chains()
ground()
connections.close_all()

def by_command(path):
    import_file(path, order("resident", name=path.name))

def by_page(path):
    run, asked = new_id(), Asked(path.name, "resident", "样", "", NOW.isoformat())
    with path.open("rb") as file:
        waiting.leave(run, file, asked)
    copy = waiting.file_of(run)
    try:
        copy and preview(run, copy, asked, timezone.now())
    except Refused:
        pass
    check_waiting.call(str(run), "en")

told = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    for way in (by_command, by_page):
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                way(path)
            except (Refused, BadTable):
                pass
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            os.write(write, str(peak).encode())
            os._exit(0)
        os.close(write)
        os.wait()
        told[f"{path.name} {way.__name__}"] = int(os.read(read, 20) or 0)
print(json.dumps(told))
"""


def large_text() -> bytes:
    """Return sixty megabytes of a table that has nothing for linli."""
    return "甲事项,乙事项\r\n".encode() + "一,二\r\n".encode() * (6 * MB)


def test_a_trap_costs_at_most_64_mb_more_than_a_normal_import(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "home"
    files.mkdir()
    rows = [[f"样{chr(0x4E00 + n)}", "", *messy.ROWS[0][2:]] for n in range(3000)]
    (files / NORMAL).write_bytes(messy.as_csv(rows))
    makers = {name: make for name, (make, _problem) in TRAPS.items()} | dict(messy.REFUSED)
    for number, make in enumerate([*makers.values(), large_text]):
        (files / f"trap {number}").write_bytes(make())
    settings = {"LINLI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "linli.settings"}
    environment = {**os.environ, **settings}
    environment.pop("LINLI_DATABASE_URL", None)
    command = [sys.executable, "-c", MEASURE, str(files)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    normal = told.pop(f"{NORMAL} by_command")
    assert normal > 0
    names = [*makers, "sixty megabytes of text"]
    costly = {
        f"{names[int(what.split()[1])]} {what.split()[2]}": peak - normal
        for what, peak in told.items()
        if what.startswith("trap") and not 0 < peak <= normal + MORE
    }
    assert costly == {}
