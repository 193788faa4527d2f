"""Splitting and merging grids: new codes from a day on, and what came from what.

Before that day the old grids answer, so figures of earlier days do not move.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import shapely
from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.territory.actions.grids import draw, end_grid
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import Grid, GridLineage, GridPosting, LineageChoice
from linli.territory.policies import (
    refuse_change_of_grid,
    refuse_day,
    refuse_merge,
    refuse_split,
)
from linli.territory.rules.codes import next_grid_codes
from linli.territory.rules.facts import Cut, Union, digest
from linli.territory.rules.geometry import as_area, from_wkb, to_wkb
from linli.territory.rules.lineage import misfits_of_split


def split_grid(*, code: str, cut: Cut, by: Person | None, at: datetime, act_id: UUID) -> list[Grid]:
    """Replace one grid by several with new codes; return them by code.

    Raises Refused when the parts do not cover the grid once, or the day does not suit. A grid
    without a boundary is split into parts without one.
    """
    old = Grid.objects.get(code=code)
    payload = {
        "code": code,
        "day": cut.day,
        "keep_people": cut.keep_people,
        "parts": [[part.name, part.name_en, digest(part.shape)] for part in cut.parts],
    }
    act, detail = Act(act_id, by, at), {"code": code, "day": cut.day, "parts": len(cut.parts)}
    with changing("split_grid", act, subject=old.pk, payload=payload, detail=detail) as first:
        if first:
            old = Grid.objects.select_for_update(of=("self",)).get(code=code)
            check(refuse_day(cut.day, timezone.localdate(at)))
            check(refuse_change_of_grid(old, cut.day))
            whole = from_wkb(old.geometry) if old.geometry is not None else shapely.Polygon()
            shapes = [from_wkb(part.shape) for part in cut.parts]
            check(refuse_split(misfits_of_split(whole, shapes)))
            names = [(part.name, part.name_en) for part in cut.parts]
            fresh = _successors(old, names, [part.shape for part in cut.parts], cut.day)
            _replace([old], fresh, LineageChoice.SPLIT, cut.day)
            post_again(end_grid(old, cut.day), fresh, cut.day, keep=cut.keep_people)
    return list(Grid.objects.filter(came_from__old=old).order_by("code"))


def merge_grids(
    *, codes: Sequence[str], union: Union, by: Person | None, at: datetime, act_id: UUID
) -> Grid:
    """Replace several grids of one community by one with a new code; return it."""
    wanted = sorted(set(codes))
    payload = {
        "codes": wanted,
        "day": union.day,
        "name": union.name,
        "name_en": union.name_en,
        "keep_people": union.keep_people,
    }
    act, detail = Act(act_id, by, at), {"codes": wanted, "day": union.day}
    first_old = Grid.objects.get(code=wanted[0])
    with changing("merge_grids", act, subject=first_old.pk, payload=payload, detail=detail) as once:
        if once:
            olds = list(Grid.objects.select_for_update(of=("self",)).filter(code__in=wanted))
            check(refuse_day(union.day, timezone.localdate(at)))
            check(refuse_merge(olds))
            for old in olds:
                check(refuse_change_of_grid(old, union.day))
            drawn = [from_wkb(old.geometry) for old in olds if old.geometry is not None]
            shape = to_wkb(as_area(shapely.union_all(drawn)).shape) if drawn else None
            fresh = _successors(olds[0], [(union.name, union.name_en)], [shape], union.day)
            _replace(olds, fresh, LineageChoice.MERGE, union.day)
            ended = [posting for old in olds for posting in end_grid(old, union.day)]
            post_again(ended, fresh, union.day, keep=union.keep_people)
    return Grid.objects.get(came_from__old=first_old, came_from__kind=LineageChoice.MERGE)


def _successors(
    old: Grid,
    names: Sequence[tuple[str, str]],
    shapes: Sequence[bytes | None],
    day: date,
) -> list[Grid]:
    village = old.division_id
    taken = set(Grid.objects.filter(code__startswith=village).values_list("code", flat=True))
    fresh = []
    codes = next_grid_codes(village, taken, len(names))
    for code, (name, name_en), shape in zip(codes, names, shapes, strict=True):
        grid = Grid(
            id=new_id(),
            code=code,
            name=name,
            name_en=name_en,
            kind=old.kind,
            division_id=village,
            since=day,
            boundary_since=day if shape is not None else None,
        )
        draw(grid, shape)
        fresh.append(grid)
    return Grid.objects.bulk_create(fresh)


def _replace(olds: Iterable[Grid], fresh: Sequence[Grid], kind: LineageChoice, day: date) -> None:
    GridLineage.objects.bulk_create(
        GridLineage(id=new_id(), old=old, new=new, kind=kind, day=day)
        for old in olds
        for new in fresh
    )


def post_again(
    ended: Iterable[GridPosting], fresh: Sequence[Grid], day: date, *, keep: bool
) -> None:
    """Within an action: post the people of old grids to the new ones, each once in a role."""
    if not keep:
        return
    people = {(posting.person_id, posting.role) for posting in ended}
    GridPosting.objects.bulk_create(
        GridPosting(id=new_id(), person_id=person, grid=grid, role=role, since=day)
        for person, role in sorted(people)
        for grid in fresh
    )
