"""How well and how quickly doubles are found, in the product's own process for it.

Compares invented districts of the reference's size, of which it is known who is there twice.
Needs no database.
"""

from __future__ import annotations

import statistics
import time

from benchmarks import twice_written
from benchmarks.measured import QUICK, Figure, Figures, Run
from linli.registry.rules.linking.child import Child

SIZES = {"resident": 57_134, "dwelling": 15_895, "organisation": 689}
_CHUNK = 2_000


def doubles(run: Run) -> Figures:
    """Measure the search for doubles: seconds, memory, and how much of it is right."""
    share = 10 if run.sizes == QUICK else 1
    return {
        f"doubles.{kind}": _found(kind, many // share, run.sizes.rounds)
        for kind, many in SIZES.items()
    }


def _found(kind: str, many: int, rounds: int) -> Figure:
    district = getattr(twice_written, f"{kind}s")(many)
    times, peaks, pairs = [], [], set()
    for _round in range(rounds):
        started = time.monotonic()
        with Child(kind) as child:
            for start in range(0, len(district.rows), _CHUNK):
                child.send(district.rows[start : start + _CHUNK])
            pairs = {(pair.first, pair.second) for pair in child.pairs()}
        times.append(time.monotonic() - started)
        peaks.append(child.counts["megabytes"])
    right = len(pairs & district.truth)
    return Figure(
        statistics.median(times),
        "s",
        times,
        {
            "rows": len(district.rows),
            "right": f"{right / len(pairs):.0%}" if pairs else "none",
            "known": f"{right / len(district.truth):.0%}",
            "peak": f"{max(peaks)} MB",
        },
    )
