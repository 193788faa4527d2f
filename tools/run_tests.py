"""All tests on SQLite and on PostgreSQL, then the coverage, then what was left out.

Words given on the command line go to pytest: ``python -m tools.run_tests tests/cases -x``.
With --sqlite or --postgresql only one of the two runs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools.browser import HOW_TO_GET_IT, install_chromium
from tools.postgres import throwaway_postgres

ROOT = Path(__file__).resolve().parent.parent
OVERALL, PLAIN = 95, 100
PLAIN_FILES = "linli/kernel/*,linli/*/rules/*,linli/*/rules.py"


@dataclass(frozen=True)
class Outcome:
    """How one run of pytest ended."""

    database: str
    code: int
    skipped_journeys: int
    seconds: float


def run_pytest(database: str, url: str | None, words: list[str]) -> Outcome:
    """Run pytest on one database, one process a core."""
    print(f"\n=== {database} ===", flush=True)
    environment = {**os.environ}
    environment.pop("LINLI_DATABASE_URL", None)
    if url:
        environment["LINLI_DATABASE_URL"] = url
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="linli-figures-") as folder:
        figures = Path(folder) / "figures.json"
        environment["LINLI_TEST_FIGURES"] = str(figures)
        command = [sys.executable, "-m", "pytest", "-q", f"-n{max(2, os.cpu_count() or 2)}"]
        # tests/schedule.py says which files begin first.
        command += ["--dist=loadfile", "--no-loadscope-reorder", *words]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        found = json.loads(figures.read_text()) if figures.exists() else {}
    seconds = time.monotonic() - started
    return Outcome(database, code, found.get("skipped journeys", 0), seconds)


def coverage_faults() -> list[str]:
    """Return which of the two promises about coverage is broken."""
    faults = []
    coverage = [sys.executable, "-m", "coverage", "report"]
    for limit, include in ((OVERALL, "linli/*"), (PLAIN, PLAIN_FILES)):
        command = [*coverage, f"--fail-under={limit}", f"--include={include}"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout[-6000:], done.stderr, flush=True)
            faults.append(f"branch coverage of {include} is under {limit} %")
    return faults


def run_all(chosen: set[str], words: list[str]) -> tuple[list[Outcome], list[str]]:
    """Run the databases that were chosen; coverage is judged where everything ran."""
    outcomes: list[Outcome] = []
    faults: list[str] = []
    if "sqlite" in chosen:
        measured = [] if words else ["--cov", "--cov-report="]
        outcomes.append(run_pytest("SQLite", None, [*measured, *words]))
        if not words:
            faults += coverage_faults()
    if "postgresql" in chosen:
        with throwaway_postgres() as url:
            outcomes.append(run_pytest("PostgreSQL", url, words))
    faults += [f"tests failed on {outcome.database}" for outcome in outcomes if outcome.code]
    return outcomes, faults


def main() -> int:
    """Run, and say on the last lines what was skipped and how to get it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL alone")
    arguments, words = parser.parse_known_args()
    chosen = {name for name in ("sqlite", "postgresql") if getattr(arguments, name)}
    install_chromium()
    outcomes, faults = run_all(chosen or {"sqlite", "postgresql"}, words)
    print()
    for outcome in outcomes:
        verdict = "failed" if outcome.code else "passed"
        print(f"{outcome.database}: {verdict} in {outcome.seconds:.0f} s")
    for fault in faults:
        print(f"Not good enough: {fault}")
    skipped = sum(outcome.skipped_journeys for outcome in outcomes)
    if skipped:
        print(f"{skipped} browser journeys were skipped. {HOW_TO_GET_IT}")
    else:
        print("No browser journey was skipped.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
