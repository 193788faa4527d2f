"""Villages that become one, or one that becomes several: new codes for them and their grids.

A grid's code contains its village's, so every grid of an old village ends and goes on under a new
code with the same boundary and the same people. Before the day the old ones answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.territory.actions.divisions import end_division, new_division
from linli.territory.actions.grids import draw, end_grid
from linli.territory.actions.lineage import post_again
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import (
    Division,
    DivisionLineage,
    Grid,
    GridLineage,
    LineageChoice,
    UnitArea,
)
from linli.territory.policies import (
    refuse_change_of_division,
    refuse_change_of_grid,
    refuse_day,
    refuse_missing_divisions,
    refuse_new_villages,
    refuse_succession,
)
from linli.territory.queries.scopes import divisions_under, open_on
from linli.territory.rules.codes import next_grid_codes, parent_of
from linli.territory.rules.facts import Succession, digest


def succeed_villages(
    *, change: Succession, by: Person | None, at: datetime, act_id: UUID
) -> list[Division]:
    """Replace villages by their successors; units in charge of an old one get the new ones.

    Returns the new villages by code. Raises Refused, and writes nothing, when the change is
    neither a merger nor a split, a grid is left over, or the day does not suit.
    """
    payload = {
        "day": change.day,
        "old": sorted(change.old),
        "new": [[row.code, row.name, row.name_en, digest(row.shape)] for row in change.new],
        "grids": [list(pair) for pair in change.grids],
    }
    detail = {"day": change.day, "old": sorted(change.old), "new": [r.code for r in change.new]}
    with changing("succeed_villages", Act(act_id, by, at), payload=payload, detail=detail) as first:
        if first:
            check(refuse_day(change.day, timezone.localdate(at)))
            # Whatever their days: what does not suit the day is said of each by name.
            olds = list(Division.objects.filter(code__in=change.old).order_by("code"))
            grids = list(Grid.objects.filter(open_on(change.day), division__in=olds))
            targets = _targets(change, grids)
            _check(change, olds, grids, targets)
            fresh = [new_division(row, change.day) for row in change.new]
            for village in fresh:
                # The old row's own first day would be wrong: all begin on the day of change.
                village.since = change.day
            Division.objects.bulk_create(fresh)
            kind = LineageChoice.MERGE if len(fresh) == 1 else LineageChoice.SPLIT
            _move_grids(grids, targets, change.day, kind)
            _replace(olds, fresh, change.day, kind)
    codes = [row.code for row in change.new]
    return list(Division.objects.filter(code__in=codes).order_by("code"))


def _targets(change: Succession, grids: Sequence[Grid]) -> dict[str, str]:
    """Return the new village of each grid, as far as it is said."""
    if len(change.new) == 1:
        return {grid.code: change.new[0].code for grid in grids}
    new = {row.code for row in change.new}
    return {grid: village for grid, village in change.grids if village in new}


def _check(
    change: Succession,
    olds: Sequence[Division],
    grids: Sequence[Grid],
    targets: Mapping[str, str],
) -> None:
    codes = [row.code for row in change.new]
    taken = Division.objects.filter(code__in=codes).values_list("code", flat=True)
    check(refuse_new_villages(change, taken))
    homeless = [grid.code for grid in grids if grid.code not in targets]
    check(refuse_succession(change, olds, homeless))
    for old in olds:
        check(refuse_change_of_division(old, change.day, 0))
    for grid in grids:
        check(refuse_change_of_grid(grid, change.day))
    parents = {parent for row in change.new if (parent := parent_of(row.code))}
    there = set(divisions_under(on=change.day).values_list("code", flat=True))
    check(refuse_missing_divisions(parents, there))


def _move_grids(
    grids: Sequence[Grid], targets: Mapping[str, str], day: date, kind: LineageChoice
) -> None:
    taken: set[str] = set()
    for old in sorted(grids, key=lambda grid: grid.code):
        village = targets[old.code]
        (code,) = next_grid_codes(village, taken, 1)
        taken.add(code)
        new = Grid(
            id=new_id(),
            code=code,
            name=old.name,
            name_en=old.name_en,
            kind=old.kind,
            division_id=village,
            since=day,
            boundary_since=day if old.geometry is not None else None,
        )
        draw(new, bytes(old.geometry) if old.geometry is not None else None)
        new.save(force_insert=True)
        GridLineage.objects.create(id=new_id(), old=old, new=new, kind=kind, day=day)
        post_again(end_grid(old, day), [new], day, keep=True)


def _replace(
    olds: Sequence[Division], fresh: Sequence[Division], day: date, kind: LineageChoice
) -> None:
    in_charge = {area.unit_id for old in olds for area in end_division(old, day)}
    UnitArea.objects.bulk_create(
        UnitArea(id=new_id(), unit_id=unit, division=new, since=day)
        for unit in sorted(in_charge)
        for new in fresh
    )
    DivisionLineage.objects.bulk_create(
        DivisionLineage(id=new_id(), old=old, new=new, kind=kind, day=day)
        for old in olds
        for new in fresh
    )
