"""Where the bench keeps what it makes: outside the repository, so that a fresh clone stays clean.

``LINLI_BENCH_CACHE``  environments that are made once and used again (default ``~/.cache``)
``LINLI_BENCH_DATA``   databases and the state of an interrupted run (default ``/var/tmp``: a real
                       disk, because a durable commit to a RAM disk measures nothing)
"""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
RESULTS_TABLE = HERE / "results.md"
RESULTS_JSON = HERE / "results.json"
FIRST_PORT = 8110


def _directory(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable, default)).expanduser()
    path.mkdir(parents=True, exist_ok=True)
    return path


def cache() -> Path:
    """Return the directory of environments, which later runs use again."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return _directory("LINLI_BENCH_CACHE", home / "linli-bench")


def data() -> Path:
    """Return the directory of databases; each may be deleted between runs."""
    return _directory("LINLI_BENCH_DATA", Path("/var/tmp/linli-bench"))  # noqa: S108 - see module
