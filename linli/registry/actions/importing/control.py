"""How far a running import has come, and how it is told to stop.

The import holds the one writer of SQLite until it ends, so neither can go through the database:
both are small files beside the run's own, which hold a number and no fact. A third one is locked
as long as somebody works on the run: the machine lets go of it however the work ends.
"""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.registry.models import ImportRun, ImportState

_SIGN = "working"


def folder_of(run: UUID) -> Path:
    """Return the folder in which files of a run are kept."""
    return Path(settings.LINLI_IMPORTS) / "registry" / str(run)


def report_progress(run: UUID, rows: int) -> None:
    """Say how many rows were taken so far."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "progress.part"
    part.write_text(str(rows))
    part.replace(folder / "progress")


def progress_of(run: ImportRun) -> int:
    """Return how many rows were taken so far."""
    return rows_taken(run.pk, run.progress) if run.state == ImportState.RUNNING else run.progress


def rows_taken(run: UUID, known: int = 0) -> int:
    """Return how many rows whoever works on a run has taken; else what is known."""
    try:
        return int((folder_of(run) / "progress").read_text())
    except (FileNotFoundError, ValueError):
        return known


def cancel(run: UUID) -> None:
    """Ask a running import to stop; it takes back what it wrote."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cancel").touch()


def is_cancelled(run: UUID) -> bool:
    """Say whether an import was asked to stop."""
    return (folder_of(run) / "cancel").exists()


@contextlib.contextmanager
def held(run: UUID) -> Iterator[bool]:
    """Show that a run is worked on; gives False where somebody else works on it."""
    sign = folder_of(run) / _SIGN
    sign.parent.mkdir(parents=True, exist_ok=True)
    with sign.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            forget_signals(run)


def is_left(run: UUID) -> bool | None:
    """Say whether whoever worked on a run went without an end; None where nobody began."""
    try:
        with (folder_of(run) / _SIGN).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return False
    return True


def forget_signals(run: UUID) -> None:
    """Remove what was only for the time of running."""
    for name in ("progress", "cancel", "progress.part", _SIGN):
        (folder_of(run) / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder_of(run).rmdir()


def forget_files(run: UUID) -> None:
    """Remove all files of a run."""
    shutil.rmtree(folder_of(run), ignore_errors=True)
