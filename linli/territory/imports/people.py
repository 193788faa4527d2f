"""Importing units with their areas, and postings of people to grids, from tables."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person, Unit
from linli.accounts.queries import grants_on
from linli.accounts.rules.roles import Role
from linli.kernel.refusal import Refused
from linli.territory.actions.postings import known_postings, save_postings
from linli.territory.actions.units import is_as, save_units
from linli.territory.imports.columns import Columns, choice
from linli.territory.imports.records import Record, read_records
from linli.territory.imports.report import ImportRefused, Outcome, Report, Source, keep
from linli.territory.models import Grid
from linli.territory.rules.facts import PostingFacts, Tally, UnitFacts

_UNIT_KINDS = {
    "centre": ("中心", "服务中心"),
    "office": ("街道", "乡镇", "街道办", "乡镇政府", "街道办事处"),
    "department": ("部门", "区直部门"),
    "committee": ("村居委", "村委会", "居委会", "村（居）委会"),
    "company": ("企业", "公司"),
}
_ROLES = {"worker": ("网格员", "grid worker"), "leader": ("网格长", "grid leader")}


@dataclass(frozen=True)
class UnitPlan:
    """What an import of units would write."""

    source: Source
    rows: list[UnitFacts]
    report: Report


@dataclass(frozen=True)
class PostingPlan:
    """What an import of postings would write."""

    source: Source
    rows: list[PostingFacts]
    report: Report


def plan_units(source: Source) -> UnitPlan:
    """Read a table (code, names, kind, upper unit, division codes) and write nothing."""
    report, columns = Report(source.name), Columns()
    rows: dict[str, UnitFacts] = {}
    for record in read_records(source, columns.names("code"), report).rows:
        row = _unit(record, columns, report)
        if row is not None and row.code in rows:
            report.error(
                _("Code %(code)s stands here a second time.") % {"code": row.code}, record.where
            )
        elif row is not None:
            rows[row.code] = row
    return UnitPlan(source, list(rows.values()), report)


def import_units(plan: UnitPlan, *, by: Person | None, at: datetime, act_id: UUID) -> Outcome:
    """Write a plan in one transaction; raise ImportRefused (file and report kept) on any error."""
    if not plan.report.refused:
        units = Unit.objects.select_related("parent")
        known = {u.code: u for u in units.filter(code__in=[row.code for row in plan.rows])}
        day = timezone.localdate(at)
        if all(row.code in known and is_as(known[row.code], row, day) for row in plan.rows):
            return Outcome(plan.report, Tally(unchanged=len(plan.rows)))
        try:
            return Outcome(plan.report, save_units(rows=plan.rows, by=by, at=at, act_id=act_id))
        except Refused as refused:
            plan.report.error(str(refused))
    raise ImportRefused(plan.report, keep(plan.source, plan.report, timezone.localtime(at)))


def plan_postings(source: Source, day: date) -> PostingPlan:
    """Read a table: user name, grid code, role, first and last day; write nothing.

    A row without a first day begins on ``day``, unless the person holds the posting already.
    """
    report, columns = Report(source.name), Columns()
    drafts = []
    for record in read_records(source, columns.names("username"), report).rows:
        row = _posting(record, columns, day, report)
        if row is not None:
            drafts.append((record, row))
    _check_people_and_grids(drafts, report)
    rows = [row for _record, row in drafts]
    return PostingPlan(source, _since_as_held(drafts, columns, rows), report)


def import_postings(plan: PostingPlan, *, by: Person | None, at: datetime, act_id: UUID) -> Outcome:
    """Write a plan in one transaction; raise ImportRefused (file and report kept) on any error."""
    if not plan.report.refused:
        known = known_postings(plan.rows)
        held = [known.get((r.username, r.grid, r.role, r.since)) for r in plan.rows]
        same = [p is not None and p.until == r.until for p, r in zip(held, plan.rows, strict=True)]
        if all(same):
            return Outcome(plan.report, Tally(unchanged=len(plan.rows)))
        try:
            tally = save_postings(rows=plan.rows, by=by, at=at, act_id=act_id)
            return Outcome(plan.report, tally)
        except Refused as refused:
            plan.report.error(str(refused))
    raise ImportRefused(plan.report, keep(plan.source, plan.report, timezone.localtime(at)))


def _unit(record: Record, columns: Columns, report: Report) -> UnitFacts | None:
    code, name = columns.text(record, "code"), columns.text(record, "name")
    if not code or not name:
        report.error(_("Code and name are both needed."), record.where)
        return None
    kind = columns.text(record, "kind")
    areas = columns.text(record, "areas")
    for sign in "，、；;|":
        areas = areas.replace(sign, ",")
    return UnitFacts(
        code,
        name,
        columns.text(record, "name_en"),
        choice(record, kind, _UNIT_KINDS, report) if kind else "department",
        columns.text(record, "parent"),
        tuple(sorted({area.strip() for area in areas.split(",") if area.strip()})),
    )


def _posting(record: Record, columns: Columns, day: date, report: Report) -> PostingFacts | None:
    username, grid = columns.text(record, "username"), columns.text(record, "grid")
    if not username or not grid:
        report.error(_("User name and grid code are both needed."), record.where)
        return None
    role = columns.text(record, "role")
    return PostingFacts(
        username,
        grid,
        choice(record, role, _ROLES, report) if role else "worker",
        columns.day(record, "since", report) or day,
        columns.day(record, "until", report),
    )


def _check_people_and_grids(drafts: list[tuple[Record, PostingFacts]], report: Report) -> None:
    names = {row.username for _record, row in drafts}
    codes = {row.grid for _record, row in drafts}
    people = set(Person.objects.filter(username__in=names).values_list("username", flat=True))
    grids = set(Grid.objects.filter(code__in=codes).values_list("code", flat=True))
    seen: set[tuple[str, str, str, date]] = set()
    for record, row in drafts:
        if row.username not in people:
            report.error(
                _("Nobody has the user name %(name)s.") % {"name": row.username}, record.where
            )
        if row.grid not in grids:
            report.error(_("There is no grid %(code)s.") % {"code": row.grid}, record.where)
        key = (row.username, row.grid, row.role, row.since)
        if key in seen:
            report.error(_("This row stands here a second time."), record.where)
        seen.add(key)
    _warn_of_missing_roles(people, report)


def _warn_of_missing_roles(people: set[str], report: Report) -> None:
    """Say who would be posted and still can do nothing in a grid."""
    grants = grants_on(timezone.localdate()).filter(
        role=Role.GRID_WORKER.value, person__username__in=people
    )
    held = set(grants.values_list("person__username", flat=True))
    if without := sorted(people - held):
        report.warning(
            _("These people are no grid workers yet, so give them the role too: %(names)s.")
            % {"names": _(", ").join(without)}
        )


def _since_as_held(
    drafts: list[tuple[Record, PostingFacts]], columns: Columns, rows: list[PostingFacts]
) -> list[PostingFacts]:
    """Where a row gives no first day, take that of the open posting it repeats."""
    held = {
        (p.person.username, p.grid.code, p.role): p.since
        for p in known_postings(rows).values()
        if p.until is None
    }
    settled = []
    for record, row in drafts:
        since = row.since
        if not columns.text(record, "since"):
            since = held.get((row.username, row.grid, row.role), since)
        settled.append(PostingFacts(row.username, row.grid, row.role, since, row.until))
    return settled
