"""What a section hands back, and how it survives an interruption.

Every figure has a key such as ``create.linli.sqlite.8``; the table is made from the keys alone, so
sections neither know each other nor the table, and a missing one leaves a gap that says so.
"""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.places import RESULTS_JSON, data


@dataclass(frozen=True)
class Figure:
    """The median of some rounds. ``unit`` is "/s", "ms", "s", "MB" or "rows/s"."""

    value: float
    unit: str
    rounds: list[float] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the figure as the table shows it."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        joint = "" if self.unit.startswith("/") else " "
        return f"{self.value:,.{digits}f}{joint}{self.unit}"


Figures = dict[str, Figure]


def median_of(values: Iterable[float], unit: str, **more: object) -> Figure:
    """Return the median of several rounds, keeping the rounds."""
    rounds = list(values)
    return Figure(statistics.median(rounds), unit, rounds, dict(more))


@dataclass(frozen=True)
class Sizes:
    """How much is measured. Quick sizes only show that everything works."""

    seconds: float
    rounds: int
    clients: tuple[int, ...]
    cases: tuple[int, ...]
    tickets: int
    pages: int


FULL = Sizes(3.0, 3, (1, 8, 32), (10_000, 100_000, 1_000_000), 100_000, 200)
QUICK = Sizes(1.0, 1, (1, 8), (2_000, 10_000), 2_000, 30)


@dataclass
class Run:
    """One run: its sizes, the figures so far, and a place to write them after each section."""

    sizes: Sizes
    figures: Figures = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    started: str = ""
    machine: dict[str, str] = field(default_factory=dict)

    def keep(self, path: Path) -> None:
        """Write the run as JSON; the file is replaced in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_suffix(".part")
        waiting.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        waiting.replace(path)


Section = Callable[[Run], Figures]


def state_file(sizes: Sizes) -> Path:
    """Return where an unfinished run of these sizes is kept."""
    return data() / ("state-quick.json" if sizes == QUICK else "state.json")


def new_run(sizes: Sizes) -> Run:
    """Start a run with the facts about the machine that the table states."""
    return Run(
        sizes,
        started=datetime.now(UTC).isoformat(timespec="minutes"),
        machine={
            "processor": _processor(),
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
        },
    )


def earlier_run(sizes: Sizes) -> Run:
    """Return the unfinished run of these sizes, or a new one when there is none."""
    path = state_file(sizes)
    if not path.exists() and sizes == FULL:
        path = RESULTS_JSON
    if not path.exists():
        return new_run(sizes)
    told = json.loads(path.read_text())
    figures = {key: Figure(**figure) for key, figure in told["figures"].items()}
    return Run(sizes, figures, told["failures"], told["done"], told["started"], told["machine"])


def _processor() -> str:
    import os

    name = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    return f"{len(os.sched_getaffinity(0))} cores of {name}"
