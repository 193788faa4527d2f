"""Files that were sent by a page and wait: sealed on the disk, with what was asked of them.

What a check found lies beside the file, sealed as well. Both are forgotten when the import is
done, or after some days.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from linli.kernel.sealing import UnsealError
from linli.registry.actions.importing.runs import MOST_BYTES, Order
from linli.registry.imports import sealed_files
from linli.registry.models import ImportRun, ImportState

_FILE, _NOTE = "upload", "note"
# How many waiting files a page lists.
_LISTED = 50

NEW, CHECKING, CHECKED, RUNNING, FAILED = "new", "checking", "checked", "running", "failed"
BROKEN = "broken"
BUSY = frozenset({CHECKING, RUNNING})


@dataclass(frozen=True)
class Asked:
    """How a file is to be read: kind (one, or `MIXED`), sender, and what a person chose.

    ``columns``: headers and the keys of their fields, empty to leave a column out; None where
    nobody has looked at them yet. ``by``: id of the account that sent the file.
    """

    name: str
    kind: str
    sender: str
    by: str
    sent_at: str
    basis: str = ""
    crs: str = ""
    village: str = ""
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Note:
    """How far a waiting file is: its state, and what the last check or try found."""

    asked: Asked
    state: str = NEW
    why: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)
    reasons: Sequence[Sequence[Any]] = ()
    dropped: Sequence[str] = ()
    total: int = 0


def leave(run: UUID, data: bytes | IO[bytes], asked: Asked) -> None:
    """Keep a file that was just sent."""
    sealed_files.keep(run, _FILE, data, {})
    note(run, Note(asked))


def keep_file(path: Path, order: Order) -> bool:
    """Keep a file that a command brought and that was refused; False where it is too large."""
    run = ImportRun.objects.filter(pk=order.run, state=ImportState.REFUSED).first()
    if run is None or path.stat().st_size > MOST_BYTES:
        return False
    asked = Asked(
        name=run.name,
        kind=order.kind,
        sender=order.sender,
        by=str(order.by.pk) if order.by is not None else "",
        sent_at=order.at.isoformat(),
        basis=order.basis,
        crs=order.crs,
        village=order.village,
        columns=dict(order.columns) or None,
    )
    with path.open("rb") as file:
        leave(run.pk, file, asked)
    note(run.pk, Note(asked, state=FAILED, why=run.why))
    return True


def note(run: UUID, told: Note) -> None:
    """Keep how far a waiting file is."""
    sealed_files.keep(run, _NOTE, b"", asdict(told))


def note_of(run: UUID) -> Note | None:
    """Return how far a waiting file is; None where there is none (any more)."""
    try:
        kept = sealed_files.open_kept(run, _NOTE)
    except (UnsealError, ValueError):
        return None
    if kept is None:
        return None
    told = kept[1]
    return Note(**{**told, "asked": Asked(**told["asked"])})


def file_of(run: UUID) -> IO[bytes] | None:
    """Return a waiting file as a stream of its own, or None where it is gone."""
    try:
        return sealed_files.stream_kept(run, _FILE)
    except (UnsealError, ValueError):
        return None


def forget(run: UUID) -> None:
    """Remove a waiting file and its note."""
    sealed_files.forget(run, _FILE)
    sealed_files.forget(run, _NOTE)


def waiting_runs() -> list[tuple[UUID, Note]]:
    """Return the files that wait, the latest first."""
    found = []
    rooms = sorted((Path(settings.LINLI_IMPORTS) / "registry").glob(f"*/{_NOTE}.sealed"))
    for path in reversed(rooms[-_LISTED:]):
        with suppress(ValueError):
            run = UUID(path.parent.name)
            told = note_of(run)
            if told is not None:
                found.append((run, told))
    return found
