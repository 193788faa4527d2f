"""Everything a machine can see before the tests run; ``--fix`` puts right what a tool can."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# Lines of a failing check that are shown.
SHOWN = 80
CODE = ("linli", "tools", "tests", "benchmarks")


@dataclass(frozen=True)
class Check:
    """One check: what it is, its command, what to do when it fails, and codes that pass."""

    name: str
    command: tuple[str, ...]
    advice: str
    good: frozenset[int] = field(default=frozenset({0}))


def _module(*words: str) -> tuple[str, ...]:
    return (PYTHON, "-m", *words)


def checks() -> list[Check]:
    """Return all checks, the quick ones first."""
    code = tuple(name for name in CODE if (ROOT / name).is_dir())
    return [
        Check("locks in step", _module("tools.locks", "check"), "make lock"),
        Check(
            "format",
            _module("ruff", "format", "--check", "--output-format=concise", *code),
            "make fix",
        ),
        Check(
            "lint",
            _module("ruff", "check", "--output-format=concise", *code),
            "make fix, then by hand",
        ),
        Check("layers", _module("tools.layers"), "import downwards only: CONTRIBUTING.md"),
        Check("template format", _module("djlint", "--check", "--quiet", "linli"), "make fix"),
        Check("template lint", _module("djlint", "--lint", "--quiet", "linli"), "by hand"),
        Check("translations", _module("tools.messages", "check"), "add the Chinese to the .po"),
        Check(
            "migrations",
            _module("linli", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
            "python -m linli makemigrations",
        ),
        Check(
            "workflow diagrams",
            _module("linli", "draw_workflows", "--check"),
            "python -m linli draw_workflows",
        ),
        Check("types", _module("mypy"), "by hand"),
    ]


def fixes() -> list[tuple[str, ...]]:
    """Return the commands that put things right."""
    code = tuple(name for name in CODE if (ROOT / name).is_dir())
    return [
        _module("ruff", "check", "--fix", "--quiet", *code),
        _module("ruff", "format", "--quiet", *code),
        # Its first pass makes room that its second one fills.
        _module("djlint", "--reformat", "--quiet", "linli"),
        _module("djlint", "--reformat", "--quiet", "linli"),
        _module("tools.messages", "merge"),
        _module("linli", "draw_workflows"),
    ]


def run(check: Check, environment: dict[str, str]) -> bool:
    """Run one check and show its words where it fails; return whether it passed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    passed = done.returncode in check.good
    seconds = time.monotonic() - started
    print(f"{'ok  ' if passed else 'FAIL'} {check.name} ({seconds:.1f} s)", flush=True)
    if not passed:
        lines = f"{done.stdout}{done.stderr}".splitlines()
        print("\n".join(lines[:SHOWN]))
        if len(lines) > SHOWN:
            print(f"... and {len(lines) - SHOWN} lines more: {' '.join(check.command)}")
        print(f"-> {check.advice}\n", flush=True)
    return passed


def main() -> int:
    """Run all checks, not only up to the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--fix", action="store_true", help="put right what a tool can")
    parser.add_argument("only", nargs="*", help="names of checks, all where none is given")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-check-") as home:
        environment = {**os.environ, "LINLI_HOME": home}
        environment.pop("LINLI_DATABASE_URL", None)
        if arguments.fix:
            for command in fixes():
                subprocess.run(command, cwd=ROOT, env=environment, check=False)
            return 0
        chosen = [c for c in checks() if not arguments.only or c.name in arguments.only]
        passed = [run(check, environment) for check in chosen]
    print(f"{sum(passed)} of {len(passed)} checks passed.")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    raise SystemExit(main())
