"""How well and how quickly doubles are found: ``python -m benchmarks.doubles``.

Compares invented districts of the reference's size, of which it is known who is there twice, in
the product's own process for it; prints a table in Markdown. Needs no database.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from benchmarks import twice_written
from linli.registry.rules.linking.child import Child

SIZES = {"resident": 57_134, "dwelling": 15_895, "organisation": 689}
_CHUNK = 2_000
_HEADS = ("records", "twice", "found", "of them right", "of the twice found", "s", "s of CPU", "MB")


def _cells(kind: str, many: int) -> Iterator[str]:
    district = getattr(twice_written, f"{kind}s")(many)
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Child(kind) as child:
        for start in range(0, len(district.rows), _CHUNK):
            child.send(district.rows[start : start + _CHUNK])
        found = {(pair.first, pair.second) for pair in child.pairs()}
    seconds = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    right = len(found & district.truth)
    yield from (f"{len(district.rows):,}", f"{len(district.truth):,}", f"{len(found):,}")
    yield from (f"{right / len(found):.1%}", f"{right / len(district.truth):.1%}")
    yield from (f"{seconds:.1f}", f"{cpu:.1f}", str(child.counts["megabytes"]))


def main() -> None:
    """Print the table."""
    print("| | " + " | ".join(_HEADS) + " |")
    print("|---" * (len(_HEADS) + 1) + "|")
    for kind, many in SIZES.items():
        print(f"| {kind}s | " + " | ".join(_cells(kind, many)) + " |", flush=True)


if __name__ == "__main__":
    main()
