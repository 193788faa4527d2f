"""Writing divisions: what a list says, renaming, closing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import Division, UnitArea
from linli.territory.policies import (
    refuse_change_of_division,
    refuse_day,
    refuse_missing_divisions,
)
from linli.territory.queries.scopes import divisions_under, grids_under, open_on
from linli.territory.rules.codes import level_of, parent_of
from linli.territory.rules.facts import DivisionFacts, Tally, digest
from linli.territory.rules.geometry import area_m2, from_wkb


def save_divisions(
    *,
    rows: Sequence[DivisionFacts],
    by: Person | None,
    at: datetime,
    act_id: UUID,
) -> Tally:
    """Add the divisions that are new and change those that differ; leave all others alone.

    Rows may come in any order. Raises Refused when an upper division is missing or a code was
    closed. An empty shape leaves the outline as it is.
    """
    payload = {"rows": [[r.code, r.name, r.name_en, digest(r.shape), r.since] for r in rows]}
    act = Act(act_id, by, at)
    with changing("save_divisions", act, payload=payload, detail={"rows": len(rows)}) as first:
        if not first:
            return Tally(unchanged=len(rows))
        known = {d.code: d for d in Division.objects.filter(code__in=[r.code for r in rows])}
        day = timezone.localdate(at)
        _check_rows(rows, known, day)
        # Shorter codes first: the database wants the parent before the child.
        ordered = sorted(rows, key=lambda row: (len(row.code), row.code))
        fresh = [new_division(row, day) for row in ordered if row.code not in known]
        Division.objects.bulk_create(fresh)
        changed = [
            known[row.code] for row in ordered if row.code in known and _take(known[row.code], row)
        ]
        Division.objects.bulk_update(changed, ["name", "name_en", "geometry", "area_m2"])
    return Tally(len(fresh), len(changed), 0, len(rows) - len(fresh) - len(changed))


def differs(division: Division, row: DivisionFacts) -> bool:
    """Say whether a row would change a division."""
    shape = bytes(division.geometry) if division.geometry is not None else None
    named = (division.name, division.name_en) == (row.name, row.name_en or division.name_en)
    return not named or (row.shape is not None and row.shape != shape)


def close_division(
    *, code: str, day: date, by: Person | None, at: datetime, act_id: UUID
) -> Division:
    """Close an empty division from ``day`` on; its code is never used again."""
    division = Division.objects.get(code=code)
    payload = {"code": code, "day": day}
    act = Act(act_id, by, at)
    with changing(
        "close_division", act, subject=division.pk, payload=payload, detail=payload
    ) as first:
        if first:
            division = Division.objects.select_for_update(of=("self",)).get(code=code)
            check(refuse_day(day, timezone.localdate(at)))
            below = divisions_under(code, day).exclude(code=code).count()
            below += grids_under(code, day).count()
            check(refuse_change_of_division(division, day, below))
            end_division(division, day)
    return division


def end_division(division: Division, day: date) -> list[UnitArea]:
    """Within an action: close a division; return the charges of units that end with it."""
    division.until = day
    division.save(update_fields=["until"])
    ended = list(UnitArea.objects.filter(open_on(day), division=division, since__lt=day))
    UnitArea.objects.filter(pk__in=[area.pk for area in ended]).update(until=day)
    # A charge that would only have begun on that day or later never begins.
    UnitArea.objects.filter(division=division, since__gte=day).delete()
    return ended


def _check_rows(rows: Sequence[DivisionFacts], known: dict[str, Division], day: date) -> None:
    for division in known.values():
        if division.until is not None:
            check(refuse_change_of_division(division, day, 0))
    inside = {row.code for row in rows}
    parents = {parent for row in rows if (parent := parent_of(row.code))} - inside
    there = set(divisions_under(on=day).filter(code__in=parents).values_list("code", flat=True))
    check(refuse_missing_divisions(parents, there))


def new_division(row: DivisionFacts, day: date) -> Division:
    """Return a division that is not stored yet."""
    return Division(
        id=new_id(),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        level=level_of(row.code).value,
        parent_id=parent_of(row.code),
        geometry=row.shape,
        area_m2=area_m2(from_wkb(row.shape)) if row.shape is not None else None,
        since=row.since or day,
    )


def _take(division: Division, row: DivisionFacts) -> bool:
    """Take over what differs; say whether anything did."""
    if not differs(division, row):
        return False
    division.name = row.name
    division.name_en = row.name_en or division.name_en
    if row.shape is not None:
        division.geometry = row.shape
        division.area_m2 = area_m2(from_wkb(row.shape))
    return True
