"""How far one import is, from its run and from the file that waits; and those that broke off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.registry.actions.importing import control
from linli.registry.actions.importing.broken import break_off, holds_something
from linli.registry.imports import waiting
from linli.registry.imports.waiting import Note
from linli.registry.models import ImportRun, ImportState

_OVER = frozenset({ImportState.CANCELLED, ImportState.REFUSED, ImportState.BROKEN})


@dataclass(frozen=True)
class Standing:
    """One import: the run, if one began, and the note of its file, while that waits."""

    id: UUID
    run: ImportRun | None
    told: Note | None

    @property
    def name(self) -> str:
        """Return the name of the file."""
        if self.run is not None:
            return self.run.name
        return self.told.asked.name if self.told is not None else ""

    @property
    def sender(self) -> str:
        """Return who sent the file."""
        if self.told is not None:
            return self.told.asked.sender
        return self.run.source.sender if self.run is not None else ""

    @property
    def is_busy(self) -> bool:
        """Say whether it is being checked or imported, or waits for it."""
        if self.run is None:
            return self.told is not None and self.told.state in waiting.BUSY
        if self.run.state == ImportState.DONE:
            # The rows are stored; those that came back may still be written into their file.
            return control.is_left(self.id) is False
        return self.run.state == ImportState.RUNNING

    @property
    def is_checking(self) -> bool:
        """Say whether nothing is stored by what is being done."""
        return self.run is None and self.told is not None and self.told.state == waiting.CHECKING

    @property
    def is_reading(self) -> bool:
        """Say whether the file itself is still being read."""
        return self.told is not None and self.told.state == waiting.READING

    @property
    def progress(self) -> tuple[int, int]:
        """Return how many rows were taken, and how many there are at most (0: not known)."""
        total = self.told.total if self.told is not None else 0
        done = control.rows_taken(self.id, self.run.progress if self.run is not None else 0)
        return (min(done, total) if total else done), total

    @property
    def is_gone(self) -> bool:
        """Say whether an import ended before its time and nothing of it is stored."""
        run = self.run
        return run is not None and run.state in _OVER and not holds_something(run)

    @property
    def can_undo(self) -> bool:
        """Say whether anything can be taken back."""
        run = self.run
        if run is None or run.state == ImportState.DONE:
            return run is not None
        return run.state in _OVER and holds_something(run)

    @property
    def can_try_again(self) -> bool:
        """Say whether the file is still here, after an import that did not come to its end."""
        return self.run is not None and self.run.state in _OVER and self.told is not None

    @property
    def why(self) -> str:
        """Say in a sentence why it did not come to its end, or nothing."""
        if self.run is not None and self.run.state == ImportState.BROKEN:
            return _broken(self.run)
        if self.run is None and self.told is not None and self.told.state == waiting.BROKEN:
            return self.told.why or _broken_off(self.id)
        if self.run is not None and self.run.state == ImportState.CANCELLED:
            return _stopped(is_gone=self.is_gone)
        told = self.told.why if self.told is not None else ""
        return told or (self.run.why if self.run is not None else "")


def _stopped(*, is_gone: bool) -> str:
    if is_gone:
        return _("Stopped; nothing of this file is stored.")
    return _("Stopped; what was stored before can be taken back.")


def _broken_off(run_id: UUID) -> str:
    if waiting.is_kept(run_id):
        return _("The program stopped while the rows were checked; check them again.")
    return _("The program stopped while the file was read; send it again.")


def _broken(run: ImportRun) -> str:
    count = run.counts.get("new", 0)
    if not count:
        return _("The program stopped in the middle; nothing of this file is stored.")
    return ngettext(
        "The program stopped in the middle; %(n)d record of this file is stored."
        " Take it back, or import the file again.",
        "The program stopped in the middle; %(n)d records of this file are stored."
        " Take them back, or import the file again.",
        count,
    ) % {"n": count}


def standing_of(run_id: UUID) -> Standing | None:
    """Return how far an import is, or None where there is none."""
    run = ImportRun.objects.select_related("source__by").filter(pk=run_id).first()
    told = waiting.note_of(run_id)
    return None if run is None and told is None else Standing(run_id, run, told)


def try_again(standing: Standing, new: UUID) -> bool:
    """Let the file of an import that did not come to its end wait as a new one."""
    data = waiting.file_of(standing.id)
    if data is None or standing.told is None:
        return False
    waiting.leave_again(new, data, standing.told.asked)
    waiting.forget(standing.id)
    return True


def mend_broken(*, at: datetime) -> int:
    """Tell each run and waiting file whose program stopped that it broke off; returns how many."""
    mended = set()
    for run_id, told in _left():
        waiting.note(run_id, replace(told, state=waiting.BROKEN, why=""))
        mended.add(run_id)
    for run in ImportRun.objects.filter(state=ImportState.RUNNING):
        if break_off(run, at):
            mended.add(run.pk)
    for run_id in mended:
        control.forget_signals(run_id)
    return len(mended)


def _left() -> Sequence[tuple[UUID, Note]]:
    """Return the waiting files that somebody began to work on and left."""
    return [
        (run_id, told)
        for run_id, told in waiting.waiting_runs()
        if told.state in waiting.BUSY and control.is_left(run_id)
    ]
