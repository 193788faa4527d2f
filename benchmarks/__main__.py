"""``python -m benchmarks``: measure, print one table, write ``results.md`` and ``results.json``.

Each section stands alone: ``--only NAME`` (again for more) measures just that and leaves the other
figures of the last run in the table; ``--resume`` goes on where an interrupted run stopped;
``--quick`` takes small sizes and writes no results file, to see that everything works.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from benchmarks.measured import FULL, QUICK, Run, earlier_run, new_run, state_file
from benchmarks.places import RESULTS_JSON, RESULTS_TABLE
from benchmarks.sections import SECTIONS
from benchmarks.table import table_of


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _measure(run: Run, names: list[str]) -> None:
    """Run the sections one after another; one that fails is told and does not stop the rest."""
    for place, name in enumerate(names, start=1):
        started = time.monotonic()
        _say(f"[{place}/{len(names)}] {name}: {(SECTIONS[name].__doc__ or '').splitlines()[0]}")
        try:
            run.figures.update(SECTIONS[name](run))
        except Exception as error:  # noqa: BLE001 - whatever it was, the other sections still count
            run.failures[name] = f"{type(error).__name__}: {error}".strip()
            _say(traceback.format_exc(limit=4))
        else:
            run.failures.pop(name, None)
            run.done.append(name)
        run.keep(state_file(run.sizes))
        _say(f"[{place}/{len(names)}] {name}: {time.monotonic() - started:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, no results file")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument("--only", action="append", metavar="NAME", choices=sorted(SECTIONS))
    parser.add_argument("--list", action="store_true", help="name the sections and stop")
    return parser.parse_args()


def main() -> int:
    """Return 0 when every section was measured, 1 when one failed."""
    told = _arguments()
    if told.list:
        for name, section in SECTIONS.items():
            print(f"{name:12} {(section.__doc__ or '').splitlines()[0]}")
        return 0
    sizes = QUICK if told.quick else FULL
    run = earlier_run(sizes) if told.resume or told.only else new_run(sizes)
    names = told.only or [name for name in SECTIONS if name not in run.done]
    _measure(run, names)
    text = table_of(run)
    if not told.quick:
        RESULTS_TABLE.write_text(text)
        run.keep(RESULTS_JSON)
    print(text)
    if not run.failures and not told.only:
        state_file(sizes).unlink(missing_ok=True)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
