"""Importing divisions: GeoJSON outlines, or a table of codes and names."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.kernel.refusal import Refused
from linli.territory.actions.divisions import differs, save_divisions
from linli.territory.imports.columns import Columns
from linli.territory.imports.records import Record, Records, read_records
from linli.territory.imports.report import ImportRefused, Outcome, Report, Source, keep
from linli.territory.imports.shapes import declared_system, stored_shape
from linli.territory.models import Division
from linli.territory.rules.codes import BadCode, CodeProblem, division_code, parent_of
from linli.territory.rules.coordinates import CoordinateSystem
from linli.territory.rules.facts import DivisionFacts, Tally


@dataclass(frozen=True)
class DivisionOptions:
    """What the file does not say: its coordinate system, its own column names, the first day.

    ``day`` is when new divisions begin whose row gives no day (None: the day of the import).
    """

    crs: str = ""
    code_column: str = ""
    name_column: str = ""
    day: date | None = None


@dataclass(frozen=True)
class DivisionPlan:
    """What an import of divisions would write."""

    source: Source
    rows: list[DivisionFacts]
    report: Report


def plan_divisions(source: Source, options: DivisionOptions) -> DivisionPlan:
    """Read a file and find everything wrong with it; write nothing.

    A table may hold villages alone, with their township's name in a column of its own: the
    townships are then made too.
    """
    report = Report(source.name)
    columns = Columns({"code": options.code_column, "name": options.name_column})
    records = read_records(source, columns.names("code"), report)
    system = CoordinateSystem.WGS84
    if records.have_shapes:
        declared = declared_system(records, options.crs, report)
        if declared is None:
            return DivisionPlan(source, [], report)
        system = declared
    found: dict[str, DivisionFacts] = {}
    for record in records.rows:
        _read_row(record, columns, system, found, report)
    _add_townships(records, columns, found)
    rows = [replace(row, since=row.since or options.day) for row in found.values()]
    return DivisionPlan(source, rows, report)


def import_divisions(
    plan: DivisionPlan, *, by: Person | None, at: datetime, act_id: UUID
) -> Outcome:
    """Write a plan in one transaction; raise ImportRefused (file and report kept) on any error."""
    if not plan.report.refused:
        known = {d.code: d for d in Division.objects.filter(code__in=[r.code for r in plan.rows])}
        if all(row.code in known and not differs(known[row.code], row) for row in plan.rows):
            return Outcome(plan.report, Tally(unchanged=len(plan.rows)))
        try:
            tally = save_divisions(rows=plan.rows, by=by, at=at, act_id=act_id)
            return Outcome(plan.report, tally)
        except Refused as refused:
            plan.report.error(str(refused))
    raise ImportRefused(plan.report, keep(plan.source, plan.report, timezone.localtime(at)))


def code_sentence(error: BadCode, lengths: str) -> str:
    """Say in words what is wrong with a code."""
    if error.problem is CodeProblem.NO_NUMBER_LEFT:
        return _("No grid code is left in %(village)s.") % {"village": error.text}
    return _("“%(text)s” is not a code: %(lengths)s digits are needed.") % {
        "text": error.text,
        "lengths": lengths,
    }


def _read_row(
    record: Record,
    columns: Columns,
    system: CoordinateSystem,
    found: dict[str, DivisionFacts],
    report: Report,
) -> None:
    try:
        code = division_code(columns.text(record, "code"))
    except BadCode as error:
        report.error(code_sentence(error, "6, 9, 12"), record.where)
        return
    name = columns.text(record, "name")
    if not name:
        report.error(_("The name is missing."), record.where)
    if code in found:
        report.error(_("Code %(code)s stands here a second time.") % {"code": code}, record.where)
    found[code] = DivisionFacts(
        code,
        name,
        columns.text(record, "name_en"),
        stored_shape(record, system, report),
        columns.day(record, "since", report),
    )


def _add_townships(records: Records, columns: Columns, found: dict[str, DivisionFacts]) -> None:
    """Make townships that only appear as a column beside their villages."""
    for record in records.rows:
        name = columns.text(record, "township_name")
        code = columns.text(record, "code")
        parent = parent_of(code) if len(code) == 12 else None
        if name and parent and parent not in found:
            found[parent] = DivisionFacts(parent, name)
