"""Writing grids: what a list says, redrawing a boundary, closing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import FormerBoundary, Grid, GridKind, GridPosting
from linli.territory.policies import (
    refuse_change_of_grid,
    refuse_day,
    refuse_missing_divisions,
    refuse_overlap,
)
from linli.territory.queries.points import boundaries_on
from linli.territory.queries.scopes import open_on, villages_under
from linli.territory.rules.facts import GridFacts, Tally, digest
from linli.territory.rules.geometry import area_m2, from_wkb

_BOUNDARY_COLUMNS = ["geometry", "min_lon", "min_lat", "max_lon", "max_lat", "area_m2"]


def save_grids(
    *, rows: Sequence[GridFacts], day: date, by: Person | None, at: datetime, act_id: UUID
) -> Tally:
    """Add the grids that are new, rename and redraw those that differ, leave all others alone.

    ``day`` is when new grids begin (unless a row says otherwise) and from when a changed boundary
    holds: before it the former boundary answers. Raises Refused, and writes nothing, when a
    village is missing, a code was closed, or base grids of a community would overlap.
    """
    payload = {
        "day": day,
        "rows": [
            [r.code, r.name, r.name_en, r.kind, r.reference, digest(r.shape), r.since] for r in rows
        ],
    }
    act, detail = Act(act_id, by, at), {"rows": len(rows), "day": day}
    with changing("save_grids", act, payload=payload, detail=detail) as first:
        if not first:
            return Tally(unchanged=len(rows))
        known = {g.code: g for g in Grid.objects.filter(code__in=[r.code for r in rows])}
        _check_villages(rows, day)
        fresh = [_new_grid(row, day) for row in rows if row.code not in known]
        Grid.objects.bulk_create(fresh)
        redrawn = [
            known[row.code]
            for row in rows
            if row.code in known and redraws(known[row.code], row) and row.shape
        ]
        shapes = {row.code: row.shape for row in rows}
        for grid in redrawn:
            _redraw(grid, shapes[grid.code] or b"", day)
        renamed = [
            known[row.code] for row in rows if row.code in known and _rename(known[row.code], row)
        ]
        Grid.objects.bulk_update(renamed, ["name", "name_en"])
        _check_overlaps({row.code[:-3] for row in rows}, _days_to_check(fresh, day))
    changed = {grid.code for grid in renamed} - {grid.code for grid in redrawn}
    left = len(rows) - len(fresh) - len(redrawn) - len(changed)
    return Tally(len(fresh), len(changed), len(redrawn), left)


def redraws(grid: Grid, row: GridFacts) -> bool:
    """Say whether a row brings a boundary other than the grid's."""
    shape = bytes(grid.geometry) if grid.geometry is not None else None
    return row.shape is not None and row.shape != shape


def renames(grid: Grid, row: GridFacts) -> bool:
    """Say whether a row brings other names than the grid's."""
    return (grid.name, grid.name_en) != (row.name, row.name_en or grid.name_en)


def close_grid(*, code: str, day: date, by: Person | None, at: datetime, act_id: UUID) -> Grid:
    """Close a grid from ``day`` on and end its postings; its code is never used again."""
    grid = Grid.objects.get(code=code)
    payload = {"code": code, "day": day}
    act = Act(act_id, by, at)
    with changing("close_grid", act, subject=grid.pk, payload=payload, detail=payload) as first:
        if first:
            grid = Grid.objects.select_for_update(of=("self",)).get(code=code)
            check(refuse_day(day, timezone.localdate(at)))
            check(refuse_change_of_grid(grid, day))
            end_grid(grid, day)
    return grid


def end_grid(grid: Grid, day: date) -> list[GridPosting]:
    """Within an action: close a grid and its postings; return the postings that were ended."""
    grid.until = day
    grid.save(update_fields=["until"])
    ended = list(GridPosting.objects.filter(open_on(day), grid=grid, since__lt=day))
    GridPosting.objects.filter(pk__in=[posting.pk for posting in ended]).update(until=day)
    # A posting that would only have begun on that day or later never begins.
    GridPosting.objects.filter(grid=grid, since__gte=day).delete()
    return ended


def draw(grid: Grid | FormerBoundary, shape: bytes | None) -> None:
    """Set the columns of a boundary from WKB (None: no boundary)."""
    grid.geometry = shape
    bounds: tuple[float | None, ...] = (None,) * 4
    grid.area_m2 = None
    if shape is not None:
        geometry = from_wkb(shape)
        bounds, grid.area_m2 = geometry.bounds, area_m2(geometry)
    grid.min_lon, grid.min_lat, grid.max_lon, grid.max_lat = bounds


def _check_villages(rows: Sequence[GridFacts], day: date) -> None:
    villages = {row.code[:-3] for row in rows}
    there = set(villages_under("", day).filter(code__in=villages).values_list("code", flat=True))
    check(refuse_missing_divisions(villages, there))


def _days_to_check(fresh: Sequence[Grid], day: date) -> set[date]:
    return {day} | {grid.since for grid in fresh}


def _check_overlaps(villages: set[str], days: set[date]) -> None:
    for day in days:
        drawn = boundaries_on(day, GridKind.BASE)
        areas = [(code, shape) for _id, code, shape in drawn if code[:-3] in villages]
        check(refuse_overlap(areas))


def _new_grid(row: GridFacts, day: date) -> Grid:
    since = row.since or day
    grid = Grid(
        id=new_id(),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        division_id=row.code[:-3],
        reference=row.reference,
        since=since,
    )
    draw(grid, row.shape)
    grid.boundary_since = since if row.shape is not None else None
    return grid


def _redraw(grid: Grid, shape: bytes, day: date) -> None:
    """Put the present boundary among the former ones and take the new one from ``day`` on."""
    check(refuse_change_of_grid(grid, day) if grid.geometry is not None else None)
    if grid.geometry is not None:
        former = FormerBoundary(
            id=new_id(), grid=grid, since=grid.boundary_since or grid.since, until=day
        )
        draw(former, bytes(grid.geometry))
        former.save(force_insert=True)
    draw(grid, shape)
    grid.boundary_since = max(day, grid.since)
    grid.save(update_fields=[*_BOUNDARY_COLUMNS, "boundary_since"])


def _rename(grid: Grid, row: GridFacts) -> bool:
    if not renames(grid, row):
        return False
    check(refuse_change_of_grid(grid, date.max) if grid.until is not None else None)
    grid.name, grid.name_en = row.name, row.name_en or grid.name_en
    return True
