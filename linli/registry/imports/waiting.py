"""Files that were sent by a page and wait: sealed on the disk, with what was asked of them.

Not the file lies there, but a copy of its rows without what may not be kept; of a file that
cannot be read, nothing. What a check found lies beside it, sealed as well. Both are forgotten
when the import is done, or after some days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.kernel.garbage import collecting_seldom
from linli.kernel.sealed_streams import stream_of
from linli.kernel.sealing import UnsealError
from linli.kernel.sheets import ROWS_IN_PIECE, BadTable, open_book
from linli.registry.actions.importing.control import folder_of
from linli.registry.actions.importing.runs import MOST_BYTES, Order
from linli.registry.imports import sealed_files
from linli.registry.imports.copies import CleanCopy, clean_copy
from linli.registry.imports.files import File, digest_of
from linli.registry.imports.troubles import sentence_of_table
from linli.registry.models import ImportRun, ImportState

_FILE, _NOTE = "upload", "note"
# How many waiting files a page lists.
_LISTED = 50
# After so many pieces of a file somebody looks up.
_LOOKED_UP = 8

NEW, CHECKING, CHECKED, RUNNING, FAILED = "new", "checking", "checked", "running", "failed"
BROKEN, READING = "broken", "reading"
BUSY = frozenset({READING, CHECKING, RUNNING})


@dataclass(frozen=True)
class Asked:
    """How a file is to be read: kind (one, or `MIXED`), sender, and what a person chose.

    ``columns``: headers and the keys of their fields, empty to leave a column out; None where
    nobody has looked at them yet. ``by``: id of the account that sent the file. ``sheet``: the one
    to be read, or empty for all that are shown. ``kinds``: what a person said that the rows of a
    sheet are, empty to leave it out.
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
    sheet: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)


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


def leave(
    run: UUID, source: File, asked: Asked, watch: Callable[[int], None] = lambda _rows: None
) -> None:
    """Keep what may be kept of a file that was just sent, or why it cannot be read.

    ``watch`` is told now and then how many rows there are so far, and may raise.
    """
    told = Note(asked)
    try:
        digest = digest_of(source)
        with open_book(source) as book, collecting_seldom():
            copy = stream_of(_watched(clean_copy(book, asked.sheet), watch))
            sealed_files.keep(run, _FILE, copy, {"digest": digest})
    except BadTable as bad:
        told = replace(told, state=FAILED, why=sentence_of_table(bad))
    note(run, told)


def _watched(pieces: Iterable[bytes], watch: Callable[[int], None]) -> Iterator[bytes]:
    for nth, piece in enumerate(pieces):
        if nth % _LOOKED_UP == 0:
            watch(nth * ROWS_IN_PIECE)
        yield piece


def leave_again(run: UUID, copy: CleanCopy, asked: Asked) -> None:
    """Keep the copy of an import that did not come to its end for another one."""
    copy.stream.seek(0)
    sealed_files.keep(run, _FILE, copy.stream, {"digest": copy.digest})
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
        sheet=order.sheet,
    )
    leave(run.pk, path, asked)
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


def file_of(run: UUID) -> CleanCopy | None:
    """Return the copy of a waiting file, or None where there is none (any more)."""
    try:
        found = sealed_files.stream_kept(run, _FILE)
    except (UnsealError, ValueError):
        return None
    return None if found is None else CleanCopy(found[0], found[1].get("digest", ""))


def is_kept(run: UUID) -> bool:
    """Say whether a copy waits."""
    return (folder_of(run) / f"{_FILE}.sealed").exists()


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
