"""Knowing whether the demo of a home was made, and taking it away.

It stands apart from the making, which a second start needs nothing of: loading that takes as long
as all the rest of the start.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

MARKER = "demo"
_OF_A_HOME = ("linli.sqlite3", "linli.sqlite3-wal", "linli.sqlite3-shm", "linli.sqlite3.writers")
_FOLDERS = ("attachments", "imports")


@dataclass(frozen=True)
class Made:
    """When the demo of a home was made, and how many cases it has."""

    at: str
    cases: int


def read_marker(home: Path) -> Made | None:
    """Return what the marker of a home says; None where no demo was made to its end."""
    try:
        said = json.loads((home / MARKER).read_text(encoding="utf-8"))
        return Made(said["at"], said["cases"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark(home: Path, made: Made | None) -> None:
    """Mark a home as a demo's: begun (None) or made."""
    home.mkdir(parents=True, exist_ok=True)
    said = {"at": made.at, "cases": made.cases} if made else {}
    (home / MARKER).write_text(json.dumps(said) + "\n", encoding="utf-8")


def is_taken(home: Path) -> bool:
    """Say whether a home holds a database that is no demo's."""
    return (home / _OF_A_HOME[0]).exists() and not (home / MARKER).exists()


def wipe(home: Path) -> None:
    """Take away the demo of a home; its keys stay."""
    connections.close_all()
    for name in _OF_A_HOME:
        (home / name).unlink(missing_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(home / name, ignore_errors=True)
