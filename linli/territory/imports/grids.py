"""Importing grids: GeoJSON, or a table with or without boundaries as WKT."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.kernel.refusal import Refused
from linli.territory.actions.grids import redraws, renames, save_grids
from linli.territory.imports.columns import Columns, choice
from linli.territory.imports.places import code_sentence
from linli.territory.imports.records import Record, read_records
from linli.territory.imports.report import (
    ImportRefused,
    Outcome,
    Progress,
    Report,
    Source,
    keep,
)
from linli.territory.imports.shapes import (
    declared_system,
    report_coverage,
    report_gaps_within,
    stored_shape,
)
from linli.territory.models import Division, Grid, GridKind
from linli.territory.queries.points import boundaries_on
from linli.territory.queries.scopes import villages_under
from linli.territory.rules.codes import BadCode, grid_code, next_grid_codes
from linli.territory.rules.coordinates import CoordinateSystem
from linli.territory.rules.coverage import NamedArea
from linli.territory.rules.facts import GridFacts, Tally
from linli.territory.rules.geometry import as_area, from_wkb, to_wkb

_KINDS = {"base": ("基础网格", "基础"), "dedicated": ("专属网格", "专属")}


@dataclass(frozen=True)
class GridOptions:
    """What the file does not say.

    ``village``: all grids belong to this one, and are numbered in it; what the file calls their
    code becomes their reference. ``day``: from when new and redrawn boundaries hold.
    """

    day: date
    crs: str = ""
    code_column: str = ""
    name_column: str = ""
    village: str = ""
    kind: str = "base"


@dataclass(frozen=True)
class GridPlan:
    """What an import of grids would write."""

    source: Source
    options: GridOptions
    rows: list[GridFacts]
    report: Report


def _silent(rows: Iterable[object], _total: int) -> Iterable[object]:
    return rows


def plan_grids(source: Source, options: GridOptions, progress: Progress = _silent) -> GridPlan:
    """Read a file, convert and repair its boundaries, measure overlaps and gaps; write nothing."""
    report = Report(source.name)
    columns = Columns({"code": options.code_column, "name": options.name_column})
    records = read_records(source, columns.names("code", "name"), report)
    system = CoordinateSystem.WGS84
    if records.have_shapes:
        declared = declared_system(records, options.crs, report)
        if declared is None:
            return GridPlan(source, options, [], report)
        system = declared
    drafts = []
    for record in progress(records.rows, len(records.rows)):
        assert isinstance(record, Record)  # noqa: S101 - for the type checker
        drafts.append(_draft(record, columns, system, options, report))
    rows = _joined([draft for draft in drafts if draft is not None], report)
    rows = _numbered(rows, options, report) if options.village else rows
    _check_against_stored(rows, options, report)
    if not report.refused and any(row.shape is not None for row in rows):
        _measure(rows, options, report)
    return GridPlan(source, options, rows, report)


def changes_nothing(plan: GridPlan) -> bool:
    """Say whether everything in the plan is stored already."""
    known = {g.code: g for g in Grid.objects.filter(code__in=[row.code for row in plan.rows])}
    return all(
        row.code in known
        and not redraws(known[row.code], row)
        and not renames(known[row.code], row)
        for row in plan.rows
    )


def import_grids(plan: GridPlan, *, by: Person | None, at: datetime, act_id: UUID) -> Outcome:
    """Write a plan in one transaction; raise ImportRefused (file and report kept) on any error."""
    if not plan.report.refused:
        if changes_nothing(plan):
            return Outcome(plan.report, Tally(unchanged=len(plan.rows)))
        try:
            tally = save_grids(rows=plan.rows, day=plan.options.day, by=by, at=at, act_id=act_id)
            return Outcome(plan.report, tally)
        except Refused as refused:
            plan.report.error(str(refused))
    raise ImportRefused(plan.report, keep(plan.source, plan.report, timezone.localtime(at)))


@dataclass(frozen=True)
class _Draft:
    where: str
    facts: GridFacts


def _draft(
    record: Record,
    columns: Columns,
    system: CoordinateSystem,
    options: GridOptions,
    report: Report,
) -> _Draft | None:
    given = columns.text(record, "code")
    name = columns.text(record, "name") or (given if options.village else "")
    if not name:
        report.error(_("The name is missing."), record.where)
    code, reference = "", ""
    if options.village:
        reference = given or name
    else:
        try:
            code = grid_code(given)
        except BadCode as error:
            report.error(code_sentence(error, "15"), record.where)
            return None
    kind = columns.text(record, "kind") if not options.village else ""
    facts = GridFacts(
        code,
        name,
        columns.text(record, "name_en"),
        choice(record, kind, _KINDS, report) if kind else options.kind,
        reference,
        stored_shape(record, system, report),
        columns.day(record, "since", report),
    )
    return _Draft(record.where, facts)


def _joined(drafts: Sequence[_Draft], report: Report) -> list[GridFacts]:
    """Take several features of one code as the parts of one grid; a table row only once."""
    by_key: dict[str, list[_Draft]] = {}
    for draft in drafts:
        by_key.setdefault(draft.facts.code or draft.facts.reference, []).append(draft)
    rows = []
    for key, same in by_key.items():
        facts = same[0].facts
        if len(same) > 1:
            shapes = [from_wkb(d.facts.shape) for d in same if d.facts.shape is not None]
            if len(shapes) < len(same) or len({d.facts.name for d in same}) > 1:
                report.error(
                    _("Code %(code)s stands here a second time.") % {"code": key}, same[1].where
                )
                continue
            together = to_wkb(as_area(shapely.union_all(shapes)).shape)
            facts = replace(facts, shape=together)
            report.note(
                _("%(number)d features with the code %(code)s were joined into one grid.")
                % {"number": len(same), "code": key}
            )
        rows.append(facts)
    return rows


def _numbered(rows: list[GridFacts], options: GridOptions, report: Report) -> list[GridFacts]:
    """Give codes of the village: those the references have already, and new ones to the rest."""
    there = Grid.objects.filter(division_id=options.village)
    taken = set(there.values_list("code", flat=True))
    known = dict(
        there.filter(until__isnull=True).exclude(reference="").values_list("reference", "code")
    )
    fresh = [row.reference for row in rows if row.reference not in known]
    try:
        codes = next_grid_codes(options.village, taken, len(fresh))
    except BadCode as error:
        report.error(code_sentence(error, "15"))
        return []
    known |= dict(zip(fresh, codes, strict=True))
    return [replace(row, code=known[row.reference]) for row in rows]


def _check_against_stored(rows: Sequence[GridFacts], options: GridOptions, report: Report) -> None:
    villages = {row.code[:-3] for row in rows}
    there = set(
        villages_under("", options.day).filter(code__in=villages).values_list("code", flat=True)
    )
    for village in sorted(villages - there):
        report.error(
            _(
                "No village or community with the code %(code)s exists on %(day)s; import the "
                "divisions first, or choose a later day."
            )
            % {"code": village, "day": options.day}
        )
    stored = Grid.objects.filter(code__in=[row.code for row in rows])
    known = {grid.code: grid for grid in stored.defer("geometry")}
    for row in rows:
        grid = known.get(row.code)
        if grid is not None and grid.until is not None:
            report.error(
                _("Grid %(code)s was dissolved on %(day)s; codes are never used again.")
                % {"code": row.code, "day": grid.until}
            )
        elif grid is not None and grid.kind != row.kind:
            report.error(_("Grid %(code)s is of another kind.") % {"code": row.code})


def _measure(rows: Sequence[GridFacts], options: GridOptions, report: Report) -> None:
    """Look at the base grids as they would stand after the import."""
    drawn = {code: shape for _id, code, shape in boundaries_on(options.day, GridKind.BASE)}
    drawn |= {row.code: row.shape for row in rows if row.shape and row.kind == GridKind.BASE}
    areas = [NamedArea(code, from_wkb(shape)) for code, shape in sorted(drawn.items())]
    report_coverage(areas, report)
    villages = {row.code[:-3] for row in rows}
    for village in Division.objects.filter(code__in=villages, geometry__isnull=False):
        if village.geometry is not None:
            inside = [area for area in areas if area.code.startswith(village.code)]
            report_gaps_within(str(village), from_wkb(village.geometry), inside, report)
