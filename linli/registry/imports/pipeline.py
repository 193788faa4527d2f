"""A file from its bytes to stored, sealed, placed and audited records, exactly once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.audit.actions import acting
from linli.kernel.garbage import collect_new, collecting_seldom
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable, Book
from linli.registry.actions.importing import control, runs
from linli.registry.actions.importing.frame import Frame, Incoming, RefusedRow
from linli.registry.actions.importing.helping import AssistanceKeeper, TeamKeeper
from linli.registry.actions.importing.homes import BuildingKeeper, DwellingKeeper, TenancyKeeper
from linli.registry.actions.importing.keeping import Keeper
from linli.registry.actions.importing.organisations import OrganisationKeeper, SchoolKeeper
from linli.registry.actions.importing.places import Places
from linli.registry.actions.importing.residents import ResidentKeeper
from linli.registry.actions.importing.runs import Order
from linli.registry.actions.mappings import keep_mapping
from linli.registry.imports.copies import CleanCopy
from linli.registry.imports.files import File, digest_of, opened
from linli.registry.imports.plans import FilePlan, SheetPlan, plan_file, required_of, rows_of
from linli.registry.imports.refused import keep_refused
from linli.registry.imports.rows import Reading, RowReader, chunks, to_wgs84
from linli.registry.imports.troubles import sentence_of_table
from linli.registry.imports.villages import Villages
from linli.registry.models import ImportRun, ImportState, MappingUse, RecordKind
from linli.storage.behind import writing_behind
from linli.storage.quick import bulk_writing

CHUNK = 2_000
# So many chunks later what goes in circles is collected.
_COLLECTED_AFTER = 25
# Megabytes for the pages of SQLite: a workbook is held in memory as a whole, a text file is not.
_CACHE_BESIDE_ROWS, _CACHE_BESIDE_SHEETS = 96, 40
KEEPERS: Mapping[str, type[Keeper]] = {
    RecordKind.BUILDING: BuildingKeeper,
    RecordKind.DWELLING: DwellingKeeper,
    RecordKind.TENANCY: TenancyKeeper,
    RecordKind.ORGANISATION: OrganisationKeeper,
    RecordKind.SCHOOL: SchoolKeeper,
    RecordKind.RESIDENT: ResidentKeeper,
    RecordKind.ASSISTANCE: AssistanceKeeper,
    RecordKind.TEAM: TeamKeeper,
}
# Called after each chunk with the rows done so far and those there are at most.
Watch = Callable[[int, int], None]


class Cancelled(Exception):
    """Somebody asked the import to stop."""


@dataclass(frozen=True)
class Result:
    """What became of a file. ``is_new`` is False where the same file was imported before."""

    run: ImportRun | None
    counts: Mapping[str, Any]
    refused: tuple[RefusedRow, ...] = field(default=(), repr=False)
    dropped: tuple[str, ...] = ()
    is_new: bool = True


def _silent(_done: int, _of: int) -> None:
    """Watch nothing."""


def import_file(source: File | CleanCopy, order: Order, watch: Watch = _silent) -> Result:
    """Import a file as one transaction (or one per ``order.batch`` rows).

    Raises Refused or BadTable where the file as a whole is refused, Cancelled where somebody
    stopped it; the run then says so, and nothing of it is stored (of batches: the earlier ones).
    """
    runs.check_order(order)
    with control.held(order.run) as is_mine:
        if not is_mine:
            raise runs.refuse("running", _("This import is running already."))
        digest = source.digest if isinstance(source, CleanCopy) else digest_of(source)
        earlier = runs.earlier_run(order.kind, digest)
        if earlier is not None:
            return Result(earlier, earlier.counts, dropped=tuple(earlier.dropped), is_new=False)
        try:
            return _import(source, order, watch, digest)
        except (Refused, BadTable) as error:
            if not order.dry_run:
                runs.refuse_file(order, digest, why(error))
            raise


def _import(source: File | CleanCopy, order: Order, watch: Watch, digest: str) -> Result:
    with opened(source) as book:
        plan = plan_file(book, order)
        work = _Work(book, plan, order, watch)
        if order.dry_run:
            return work.rehearse()
        mapping = {sheet.name: sheet.mapping for sheet in plan.sheets}
        run = runs.begin(order, digest, mapping, plan.dropped)
        if run.state != ImportState.RUNNING:
            return Result(run, run.counts, dropped=tuple(run.dropped), is_new=False)
        return work.perform(run)


class _Work:
    """One import while it runs."""

    def __init__(self, book: Book, plan: FilePlan, order: Order, watch: Watch) -> None:
        self.book, self.plan, self.order, self.watch = book, plan, order, watch
        self.total = sum(book.height(sheet.index) for sheet in plan.sheets)
        self.done = 0
        kinds = {sheet.kind for sheet in plan.sheets}
        if kinds & {RecordKind.RESIDENT, RecordKind.TENANCY}:
            kinds.add(RecordKind.DWELLING.value)
        if RecordKind.SCHOOL in kinds:
            kinds.add(RecordKind.ORGANISATION.value)
        self.bases = runs.bases_for(kinds, order.basis)
        self.villages = Villages(order.since, order.village)

    def frame(self, run: Any, source: Any) -> Frame:
        order = self.order
        return Frame(run, source, order.at, order.since, order.by, self.bases)

    def rehearse(self) -> Result:
        """Do everything and take it back."""
        order = self.order
        frame = self.frame(order.run, order.run)
        with self._quickly(), transaction.atomic(), writing_behind():
            # Taken back with all that stands on it.
            frame.source = runs.source_for(order).pk
            for _rows in self._taken(frame):
                pass
            transaction.set_rollback(True)
        return Result(None, self._counts(frame), tuple(frame.refused), tuple(self.plan.dropped))

    def perform(self, run: ImportRun) -> Result:
        """Do it, and tell the run how it ended."""
        frame = self.frame(run.pk, run.source_id)
        try:
            with self._quickly(), self._transaction():
                self._all(frame, run)
        except BaseException as error:
            state = ImportState.CANCELLED if isinstance(error, Cancelled) else ImportState.REFUSED
            if isinstance(error, KeyboardInterrupt):
                state = ImportState.CANCELLED
            said = why(error) if state is ImportState.REFUSED else ""
            runs.end(run, state, self._counts(frame), self.done, said)
            raise
        if frame.refused:
            keep_refused(run, self.plan, frame.refused)
        return Result(run, run.counts, tuple(frame.refused), tuple(run.dropped))

    @contextmanager
    def _quickly(self) -> Iterator[None]:
        cache = _CACHE_BESIDE_ROWS if self.book.is_streamed else _CACHE_BESIDE_SHEETS
        with collecting_seldom(), bulk_writing(cache):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.order.batch:
            yield
        else:
            with transaction.atomic():
                yield

    def _all(self, frame: Frame, run: ImportRun) -> None:
        batch = self.order.batch
        if not batch:
            with writing_behind():
                for _rows in self._taken(frame):
                    pass
            self._finish(frame, run)
            return
        taken = self._taken(frame)
        going = True
        while going:
            goal = self.done + batch
            with transaction.atomic(), writing_behind():
                going = any(self.done >= goal for _rows in taken)
        with transaction.atomic():
            self._finish(frame, run)

    def _finish(self, frame: Frame, run: ImportRun) -> None:
        order, counts = self.order, self._counts(frame)
        if self.done and frame.tally["refused"] == self.done:
            keep_refused(run, self.plan, frame.refused)
            raise runs.refuse("rows", _("Every row of the file was refused; see the reasons."))
        for sheet in self.plan.sheets:
            place = (order.sender, sheet.kind, MappingUse.IMPORT)
            keep_mapping(place, sheet.chosen, order.at, order.by)
        runs.end(run, ImportState.DONE, counts, self.done)
        detail = {**{key: counts[key] for key in sorted(frame.tally)}, "kind": order.kind}
        with acting(
            runs.act_of(run.pk, "end"),
            "registry.import",
            by=order.by,
            at=order.at,
            subject=run.pk,
            payload={"digest": run.digest, "counts": counts},
            detail=detail,
        ):
            pass

    def _counts(self, frame: Frame) -> dict[str, Any]:
        return {**frame.tally, "rows": self.done, "kinds": frame.by_kind}

    def _taken(self, frame: Frame) -> Iterator[int]:
        """Take chunk after chunk; yield how many rows each had."""
        places = Places(frame)
        spots: dict[object, Any] = {}
        for sheet in self.plan.sheets:
            frame.sheet = sheet.name
            keeper = KEEPERS[sheet.kind](frame, places)
            columns = self._columns(sheet)
            required = required_of(sheet.kind)
            about = (self.villages, self.order.crs, required, spots)
            reading = Reading(sheet.kind, columns, *about)
            reader = RowReader(reading)
            for nth, chunk in enumerate(chunks(rows_of(self.book, sheet), CHUNK), 1):
                if nth % _COLLECTED_AFTER == 0:
                    collect_new()
                keeper.take(self._read(frame, reader, sheet.kind, chunk))
                self.done += len(chunk)
                self._look_up(frame)
                yield len(chunk)
            keeper.finish()
            self.book.forget(sheet.index)

    def _columns(self, sheet: SheetPlan) -> Mapping[int, Any]:
        """Leave out identity numbers where no form needs them."""
        basis = self.bases.get(sheet.kind)
        if basis is not None and basis.needs_identity:
            return sheet.columns
        return {at: one for at, one in sheet.columns.items() if one.name != "identity"}

    def _read(
        self, frame: Frame, reader: RowReader, kind: str, chunk: list[tuple[int, Any]]
    ) -> list[Incoming]:
        rows, refused = reader.read(chunk)
        for row, reason in refused:
            frame.refuse(kind, row, reason)
        if self.order.crs:
            to_wgs84(rows, self.order.crs)
        return rows

    def _look_up(self, frame: Frame) -> None:
        """Tell how far it is, and stop where somebody asked for it."""
        self.watch(self.done, self.total)
        if self.order.dry_run:
            return
        control.report_progress(frame.run, self.done)
        if control.is_cancelled(frame.run):
            raise Cancelled


def why(error: BaseException) -> str:
    """Return in a sentence why a file as a whole is not taken."""
    if isinstance(error, BadTable):
        return sentence_of_table(error)
    if isinstance(error, Refused):
        return str(error.refusal.sentence)
    return _("Something went wrong here; nothing was stored.")
