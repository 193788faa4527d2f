"""Replaying somebody's table of cases: looked through first, then taken over in batches.

A batch is one transaction. A replay that was interrupted goes on where it stopped when it is
started again, because every id is derived from the source's own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.audit.actions import Clash
from linli.cases.actions.replaying import Past, replay_by_steps, replay_many, taken_over
from linli.cases.imports.mapping import CaseMapping
from linli.cases.imports.replay_refused import RefusedRows, keep
from linli.cases.imports.replay_rows import Reader, RowRefused
from linli.cases.imports.replay_setup import Found, lay_ground, look_through, set_stage
from linli.cases.imports.replay_table import BadFile, TableRow, columns_of, missing, rows_of
from linli.cases.models import Case, CaseStep
from linli.cases.rules.deadlines import on_time
from linli.kernel.refusal import Refused
from linli.territory.imports import Report

BATCH = 500
Progress = Callable[[Iterable[TableRow], int], Iterable[TableRow]]


class ReplayRefused(Exception):
    """Nothing was written; the file and the reason lie in ``kept``."""

    def __init__(self, sentence: str, kept: Path) -> None:
        super().__init__(sentence)
        self.sentence, self.kept = sentence, kept


@dataclass
class Figures:
    """What a replay did. ``equal`` and ``different`` compare in-time flags with the source's."""

    rows: int = 0
    added: int = 0
    continued: int = 0
    same: int = 0
    refused: int = 0
    equal: int = 0
    different: int = 0
    refused_in: Path | None = None
    areas: Report | None = None


@dataclass(frozen=True)
class Sources:
    """The table, the areas if there are any, and how the table is to be read."""

    table: Path
    mapping: CaseMapping
    areas: Path | None = None
    by_steps: bool = False


@dataclass(frozen=True)
class _Read:
    row: TableRow
    past: Past
    flag: bool | None


def _silent(rows: Iterable[TableRow], _total: int) -> Iterable[TableRow]:
    return rows


def _check_header(sources: Sources) -> None:
    lacking = missing(columns_of(sources.table), sources.mapping.columns.named())
    if lacking:
        text = _("The table has no column %(names)s.")
        raise BadFile(text % {"names": ", ".join(lacking)})


def check(sources: Sources, at: datetime) -> Found:
    """Read the whole table once, writing nothing.

    Raises ReplayRefused when columns are missing or the file cannot be read to its end.
    """
    try:
        _check_header(sources)
        return look_through(rows_of(sources.table), sources.mapping)
    except BadFile as error:
        raise ReplayRefused(str(error), keep(sources.table, at, str(error))) from error


def replay(sources: Sources, at: datetime, progress: Progress = _silent) -> Figures:
    """Take over a table.

    Raises ReplayRefused before anything is written, ImportRefused when the areas are refused.
    """
    found = check(sources, at)
    areas = lay_ground(sources.mapping, sources.areas)
    reader = Reader(sources.mapping, set_stage(sources.mapping, found))
    refused = RefusedRows(sources.table, columns_of(sources.table), timezone.localtime(at))
    figures = Figures(areas=areas)
    try:
        run = _Run(sources, refused, figures)
        for batch in _batches(progress(rows_of(sources.table), found.rows), reader, run):
            run.take(batch)
    finally:
        refused.close()
    figures.refused, figures.refused_in = refused.count, refused.folder
    return figures


def _batches(rows: Iterable[TableRow], reader: Reader, run: "_Run") -> Iterator[list[_Read]]:
    """Yield rows in batches; one id comes at most once in a batch."""
    batch: dict[UUID, _Read] = {}
    for row in rows:
        run.figures.rows += 1
        try:
            past = reader.past(row)
        except RowRefused as error:
            run.refused.add(row, str(error))
            continue
        if past.case_id in batch or len(batch) == BATCH:
            yield list(batch.values())
            batch = {}
        batch[past.case_id] = _Read(row, past, reader.flag(row))
    if batch:
        yield list(batch.values())


class _Run:
    """One replay: takes batches over, and counts."""

    def __init__(self, sources: Sources, refused: RefusedRows, figures: Figures) -> None:
        self._sources, self.refused, self.figures = sources, refused, figures

    def take(self, batch: list[_Read]) -> None:
        """Take over what is new, go on with what is not finished, leave what is here."""
        ids = [read.past.case_id for read in batch]
        known = taken_over(ids)
        fresh = [read for read in batch if read.past.case_id not in known]
        self._add(fresh)
        for read in self._unfinished([read for read in batch if read.past.case_id in known], known):
            self.figures.continued += self._step(read)
        self._compare(batch)

    def _add(self, fresh: list[_Read]) -> None:
        if not self._sources.by_steps:
            try:
                replay_many(pasts=[read.past for read in fresh])
            except (Refused, IntegrityError):
                # Something in the batch is not as it seems: one by one it will be found.
                pass
            else:
                self.figures.added += len(fresh)
                return
        for read in fresh:
            self.figures.added += self._step(read)

    def _unfinished(self, reads: list[_Read], known: dict[UUID, bytes]) -> Iterator[_Read]:
        last = [read.past.last_id for read in reads]
        done = set(CaseStep.objects.filter(pk__in=last).values_list("pk", flat=True))
        for read in reads:
            if not read.past.is_kept_as(known[read.past.case_id]):
                self.refused.add(read.row, _("This id was taken over before, with other content."))
            elif read.past.last_id in done:
                self.figures.same += 1
            else:
                yield read

    def _step(self, read: _Read) -> bool:
        try:
            replay_by_steps(past=read.past)
        except Refused as error:
            self.refused.add(read.row, str(error))
        except (Clash, Case.DoesNotExist):
            self.refused.add(read.row, _("This id was taken over before, with other content."))
        else:
            return True
        return False

    def _compare(self, batch: list[_Read]) -> None:
        """Hold what linli says of each closed case against what the source says."""
        flags = {read.past.case_id: read.flag for read in batch if read.flag is not None}
        closed = Case.objects.filter(pk__in=flags, closed_at__isnull=False)
        for case_id, closed_at, due_at in closed.values_list("pk", "closed_at", "due_at"):
            if closed_at is None or on_time(closed_at, due_at) != flags[case_id]:
                self.figures.different += 1
            else:
                self.figures.equal += 1
