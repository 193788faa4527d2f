"""Uploads that wait for a person to look at the preview and confirm."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.kernel.ids import new_id
from linli.territory.actions.divisions import differs
from linli.territory.actions.grids import redraws, renames
from linli.territory.imports.grids import GridOptions, GridPlan, plan_grids
from linli.territory.imports.people import PostingPlan, UnitPlan, plan_postings, plan_units
from linli.territory.imports.places import DivisionOptions, DivisionPlan, plan_divisions
from linli.territory.imports.report import Source
from linli.territory.models import Division, Grid
from linli.territory.rules.facts import Tally

Plan = DivisionPlan | GridPlan | UnitPlan | PostingPlan


@dataclass(frozen=True)
class Request:
    """What to import and how: all that the form said beside the file."""

    kind: str
    day: date
    crs: str = ""
    code_column: str = ""
    name_column: str = ""
    village: str = ""
    grid_kind: str = "base"


@dataclass(frozen=True)
class Waiting:
    """An upload on disk; its id becomes the id of the act that imports it."""

    id: UUID
    request: Request
    source: Source = field(repr=False)


def leave(source: Source, request: Request) -> UUID:
    """Keep an upload under LINLI_HOME/imports/waiting and return its id."""
    upload = new_id()
    folder = _folder(upload)
    folder.mkdir(parents=True)
    (folder / "upload").write_bytes(source.data)
    facts = {**asdict(request), "day": request.day.isoformat(), "name": source.name}
    (folder / "request.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return upload


def find(upload: UUID) -> Waiting | None:
    """Return a waiting upload, or None when there is none (or it was imported)."""
    folder = _folder(upload)
    try:
        facts = json.loads((folder / "request.json").read_text(encoding="utf-8"))
        data = (folder / "upload").read_bytes()
    except FileNotFoundError:
        return None
    name = facts.pop("name")
    request = Request(**{**facts, "day": date.fromisoformat(facts["day"])})
    return Waiting(upload, request, Source(name, data))


def forget(upload: UUID) -> None:
    """Remove an upload that was imported; what it said stays in the audit log."""
    shutil.rmtree(_folder(upload), ignore_errors=True)


def plan_of(waiting: Waiting) -> Plan:
    """Plan the import anew, against what is stored now."""
    request, source = waiting.request, waiting.source
    if request.kind == "divisions":
        asked = (request.crs, request.code_column, request.name_column, request.day)
        return plan_divisions(source, DivisionOptions(*asked))
    if request.kind == "units":
        return plan_units(source)
    if request.kind == "postings":
        return plan_postings(source, request.day)
    chosen = GridOptions(
        request.day,
        request.crs,
        request.code_column,
        request.name_column,
        request.village,
        request.grid_kind,
    )
    return plan_grids(source, chosen)


def foreseen(plan: Plan) -> Tally | None:
    """Return what importing a plan of places would change now; None for lists of people."""
    if isinstance(plan, GridPlan):
        grids = {g.code: g for g in Grid.objects.filter(code__in=[r.code for r in plan.rows])}
        known = [(grids[row.code], row) for row in plan.rows if row.code in grids]
        redrawn = sum(redraws(grid, row) for grid, row in known)
        renamed = sum(renames(grid, row) and not redraws(grid, row) for grid, row in known)
        return Tally(len(plan.rows) - len(known), renamed, redrawn, len(known) - redrawn - renamed)
    if isinstance(plan, DivisionPlan):
        found = Division.objects.filter(code__in=[row.code for row in plan.rows])
        divisions = {division.code: division for division in found}
        there = [(divisions[row.code], row) for row in plan.rows if row.code in divisions]
        changed = sum(differs(division, row) for division, row in there)
        return Tally(len(plan.rows) - len(there), changed, 0, len(there) - changed)
    return None


def _folder(upload: UUID) -> Path:
    # The hourly job of cases drops what waits in such a room for too long.
    return Path(settings.LINLI_IMPORTS) / "waiting" / str(upload)
