"""Posting people to grids, and giving units their areas, from one day to another."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from linli.accounts.models import Person, Unit
from linli.kernel.ids import new_id
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import Division, Grid, GridPosting, UnitArea
from linli.territory.policies import refuse_missing_divisions, refuse_posting
from linli.territory.queries.scopes import open_on
from linli.territory.rules.facts import PostingFacts, Tally


def save_postings(
    *, rows: Sequence[PostingFacts], by: Person | None, at: datetime, act_id: UUID
) -> Tally:
    """Post people to grids; a posting that began on the row's day already takes the row's end.

    User names and codes must exist (KeyError): the importer looks first.
    """
    payload = {"rows": [[r.username, r.grid, r.role, r.since, r.until] for r in rows]}
    act = Act(act_id, by, at)
    with changing("save_postings", act, payload=payload, detail={"rows": len(rows)}) as first:
        if not first:
            return Tally(unchanged=len(rows))
        people = {p.username: p for p in Person.objects.filter(username__in=_names(rows))}
        grids = {
            g.code: g
            for g in Grid.objects.filter(code__in={row.grid for row in rows}).defer("geometry")
        }
        known = known_postings(rows)
        fresh, ended = [], []
        for row in rows:
            check(refuse_posting(grids[row.grid], row.since, row.until))
            there = known.get((row.username, row.grid, row.role, row.since))
            if there is None:
                fresh.append(
                    GridPosting(
                        id=new_id(),
                        person=people[row.username],
                        grid=grids[row.grid],
                        role=row.role,
                        since=row.since,
                        until=row.until,
                    )
                )
            elif there.until != row.until:
                there.until = row.until
                ended.append(there)
        GridPosting.objects.bulk_create(fresh)
        GridPosting.objects.bulk_update(ended, ["until"])
    return Tally(len(fresh), len(ended), 0, len(rows) - len(fresh) - len(ended))


PostingKey = tuple[str, str, str, date]


def known_postings(rows: Sequence[PostingFacts]) -> dict[PostingKey, GridPosting]:
    """Return the postings that rows speak of, by user name, grid, role and first day."""
    found = GridPosting.objects.select_related("person", "grid").defer("grid__geometry")
    found = found.filter(
        person__username__in=_names(rows), grid__code__in={row.grid for row in rows}
    )
    return {(p.person.username, p.grid.code, p.role, p.since): p for p in found}


def _names(rows: Sequence[PostingFacts]) -> set[str]:
    return {row.username for row in rows}


def end_posting(
    *, posting_id: UUID, day: date, by: Person | None, at: datetime, act_id: UUID
) -> GridPosting:
    """End a posting: ``day`` is the first day it no longer holds."""
    posting = GridPosting.objects.select_related("grid").get(pk=posting_id)
    payload = {"posting": posting_id, "day": day}
    act = Act(act_id, by, at)
    with changing("end_posting", act, subject=posting.person_id, payload=payload) as first:
        if first:
            check(refuse_posting(posting.grid, posting.since, day))
            posting.until = day
            posting.save(update_fields=["until"])
    return posting


def save_unit_areas(*, unit: Unit, codes: Sequence[str], day: date, act: Act) -> Tally:
    """Make ``codes`` the divisions a unit is in charge of from ``day`` on; end all others."""
    payload = {"unit": unit.code, "codes": sorted(set(codes)), "day": day}
    with changing("save_unit_areas", act, subject=unit.pk, payload=payload, detail=payload) as once:
        return set_areas(unit, set(codes), day) if once else Tally(unchanged=len(set(codes)))


def set_areas(unit: Unit, wanted: set[str], day: date) -> Tally:
    """Within an action: give a unit exactly these divisions from a day on."""
    divisions = {d.code: d for d in Division.objects.filter(open_on(day), code__in=wanted)}
    check(refuse_missing_divisions(wanted, set(divisions)))
    present = {
        area.division.code: area
        for area in UnitArea.objects.filter(open_on(day), unit=unit).select_related("division")
    }
    gone = [area for code, area in present.items() if code not in wanted]
    _end_areas(gone, day)
    fresh = [
        UnitArea(id=new_id(), unit=unit, division=divisions[code], since=day)
        for code in sorted(wanted - set(present))
    ]
    UnitArea.objects.bulk_create(fresh)
    return Tally(len(fresh), len(gone), 0, len(wanted) - len(fresh))


def _end_areas(areas: Sequence[UnitArea], day: date) -> None:
    """End what began before the day; what begins on it never was."""
    for area in areas:
        if area.since < day:
            area.until = day
            area.save(update_fields=["until"])
        else:
            area.delete()
