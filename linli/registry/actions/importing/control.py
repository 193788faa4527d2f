"""How far a running import has come, and how it is told to stop.

The import holds the one writer of SQLite until it ends, so neither can go through the database:
both are small files beside the run's own, which hold a number and no fact.
"""

import contextlib
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.registry.models import ImportRun, ImportState


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
    if run.state != ImportState.RUNNING:
        return run.progress
    try:
        return int((folder_of(run.pk) / "progress").read_text())
    except (FileNotFoundError, ValueError):
        return run.progress


def cancel(run: UUID) -> None:
    """Ask a running import to stop; it takes back what it wrote."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cancel").touch()


def is_cancelled(run: UUID) -> bool:
    """Say whether an import was asked to stop."""
    return (folder_of(run) / "cancel").exists()


def forget_signals(run: UUID) -> None:
    """Remove what was only for the time of running."""
    for name in ("progress", "cancel", "progress.part"):
        (folder_of(run) / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder_of(run).rmdir()


def forget_files(run: UUID) -> None:
    """Remove all files of a run."""
    shutil.rmtree(folder_of(run), ignore_errors=True)
