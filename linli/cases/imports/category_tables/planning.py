"""Planning an import of categories: all that is wrong, and what publishing would change."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.accounts.models import Person
from linli.cases.actions.categories import (
    CategoryDraft,
    LimitDraft,
    Published,
    publish_categories,
)
from linli.cases.actions.category_drafts import (
    Difference,
    differences,
    draft_of,
    faults_of,
    fresh_rules,
    makes_new_version,
)
from linli.cases.imports.category_tables.codes import free_code, path_codes
from linli.cases.imports.category_tables.reading import (
    LONGEST_NAME_EN,
    CategoryRow,
    LevelRow,
    LimitRow,
    Sheets,
    read_sheets_of,
)
from linli.cases.imports.rows import Findings, Row
from linli.cases.policies.category_names import doubts_about
from linli.cases.queries.manage import branches
from linli.territory.imports.report import ImportRefused, Source, keep

_HIGHEST_POSITION = 100_000
_MOST_DEEP = 6


@dataclass(frozen=True)
class Change:
    """What becomes of one category: new, version (a new one), place (name, order) or same."""

    draft: CategoryDraft
    what: str
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class CategoryPlan:
    """What an import would publish; ``findings`` say whether it may."""

    source: Source
    changes: list[Change]
    findings: Findings

    @property
    def refused(self) -> bool:
        """Say whether anything refuses the file."""
        return bool(self.findings.faults)

    @property
    def drafts(self) -> list[CategoryDraft]:
        """Return what is to be published, parents before children."""
        return [change.draft for change in self.changes if change.what != "same"]

    def count(self, what: str) -> int:
        """Return how many categories become ``what``."""
        return sum(change.what == what for change in self.changes)

    @property
    def doubts(self) -> list[str]:
        """Say which names to be published seem to be about persons; they refuse nothing."""
        return doubts_about(name for draft in self.drafts for name in (draft.name, draft.name_en))

    @property
    def seal(self) -> str:
        """A short digest of what would be published, to notice that it changed meanwhile."""
        return hashlib.sha256(repr(self.drafts).encode()).hexdigest()[:16]


@dataclass
class _Planning:
    """The categories that are there, and the drafts made so far with the rows behind them."""

    held: dict[str, CategoryDraft]
    sheets: Sheets
    drafts: dict[str, CategoryDraft] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    limit_rows: dict[str, list[LimitRow]] = field(default_factory=dict)

    def next_position(self) -> int:
        every = [*self.held.values(), *self.drafts.values()]
        return max((draft.position for draft in every), default=-1) + 1

    def parents(self) -> set[str]:
        return {draft.parent for draft in (*self.held.values(), *self.drafts.values())}


def plan_categories(source: Source, limits_like: str = "") -> CategoryPlan:
    """Read a file of categories and limits beside what holds, and write nothing.

    ``limits_like`` is the code of a category whose limits new categories get when the file
    has no limits of its own.
    """
    held = {branch.category.code: branch for branch in branches()}
    drafts = {code: draft_of(found.category, found.version) for code, found in held.items()}
    stages = {
        limit.stage: (limit.name, limit.name_en)
        for draft in drafts.values()
        for limit in draft.limits
    }
    planning = _Planning(drafts, read_sheets_of(source, stages))
    _take_categories(planning)
    _take_levels(planning)
    like = drafts[limits_like].limits if limits_like in drafts else ()
    _take_limits(planning, like)
    _check_parents(planning)
    _check_drafts(planning)
    changes = list(_changes(planning))
    _remark(planning, changes)
    return CategoryPlan(source, changes, planning.sheets.findings)


def import_categories(
    plan: CategoryPlan, *, by: Person | None, at: datetime, act_id: UUID
) -> Published:
    """Publish a plan whole; raise ImportRefused (file and report kept) on any fault."""
    if plan.refused:
        report = plan.findings.report(plan.source.name)
        raise ImportRefused(report, keep(plan.source, report, timezone.localtime(at)))
    return publish_categories(drafts=plan.drafts, by=by, at=at, act_id=act_id)


def _blank(code: str, position: int) -> CategoryDraft:
    return CategoryDraft(code, "", position=position)


def _take_categories(planning: _Planning) -> None:
    # First the places, then the rules: whether a category is a leaf is known at the end.
    for code, row in planning.sheets.categories.items():
        planning.drafts[code] = _placed(planning, row)
        planning.rows[code] = row.row
    parents = planning.parents()
    for code, row in planning.sheets.categories.items():
        held = planning.held.get(code)
        versioned = bool(held and held.rules)
        is_new_leaf = held is None and code not in parents
        if versioned or is_new_leaf or row.describes_rules:
            base = {**fresh_rules(), **(held.rules if held else {})}
            planning.drafts[code] = replace(planning.drafts[code], rules=row.rules(base))


def _placed(planning: _Planning, found: CategoryRow) -> CategoryDraft:
    row = found.row
    held = planning.held.get(found.code) or _blank(found.code, planning.next_position())
    return replace(
        held,
        name=found.name,
        name_en=row.short("name_en", LONGEST_NAME_EN) if found.has("name_en") else held.name_en,
        parent=row.text("parent") if found.has("parent") else held.parent,
        position=row.number_of("position", _HIGHEST_POSITION, held.position),
        is_active=row.yes_or_no("is_active", held.is_active),
    )


def _take_levels(planning: _Planning) -> None:
    known = path_codes(planning.held)
    taken = {*planning.held, *planning.drafts}
    position = planning.next_position()
    leaves = _leaf_paths(planning.sheets.levels)
    for path, found in _with_uppers(planning.sheets.levels):
        if path in known:
            continue
        parent = known.get(path[:-1], "")
        code = free_code(parent, taken)
        known[path] = code
        taken.add(code)
        rules = fresh_rules() if path in leaves else {}
        draft = CategoryDraft(code, path[-1], parent=parent, position=position, rules=rules)
        planning.drafts[code], planning.rows[code] = draft, found.row
        position += 1
    for path in planning.sheets.levels:
        code = known[path]
        planning.drafts.setdefault(code, planning.held.get(code) or _blank(code, position))


def _leaf_paths(levels: Mapping[tuple[str, ...], LevelRow]) -> set[tuple[str, ...]]:
    uppers = {path[:depth] for path in levels for depth in range(1, len(path))}
    return set(levels) - uppers


def _with_uppers(
    levels: Mapping[tuple[str, ...], LevelRow],
) -> Iterator[tuple[tuple[str, ...], LevelRow]]:
    """Yield every path with those above it first, each once, and the row that names it."""
    seen: set[tuple[str, ...]] = set()
    for path, found in levels.items():
        for depth in range(1, len(path) + 1):
            if path[:depth] not in seen:
                seen.add(path[:depth])
                yield path[:depth], found


def _take_limits(planning: _Planning, like: tuple[LimitDraft, ...]) -> None:
    for found in planning.sheets.limits:
        if found.code not in planning.drafts and found.code not in planning.held:
            found.row.fault(
                "code",
                _("There is no category %(code)s here or in the file.") % {"code": found.code},
                _("Write the code of a category, or add the category to the file."),
            )
            continue
        planning.limit_rows.setdefault(found.code, []).append(found)
    listed = set(planning.limit_rows)
    if planning.sheets.has_limits:
        listed |= {code for code, draft in planning.drafts.items() if draft.rules}
    for code in listed:
        draft = planning.drafts.get(code) or planning.held[code]
        limits = tuple(found.limit for found in planning.limit_rows.get(code, ()))
        rules = draft.rules or (fresh_rules() if limits else {})
        planning.drafts[code] = replace(draft, limits=limits, rules=rules)
    for code, draft in planning.drafts.items():
        if code not in listed and code not in planning.held and draft.rules:
            planning.drafts[code] = replace(draft, limits=like)


def _check_parents(planning: _Planning) -> None:
    every = {**planning.held, **planning.drafts}
    for code, draft in planning.drafts.items():
        row = planning.rows.get(code)
        if row is None or not draft.parent:
            continue
        if draft.parent not in every:
            row.fault(
                "parent",
                _("There is no category %(code)s here or in the file.") % {"code": draft.parent},
                _("Write the code of the upper category, or leave the cell empty."),
            )
        elif len(list(_uppers(code, every))) > _MOST_DEEP:
            row.fault(
                "parent",
                _("The category lies under itself, or too deep."),
                _("Choose another upper category."),
            )


def _uppers(code: str, every: Mapping[str, CategoryDraft]) -> Iterator[str]:
    above = every[code].parent
    for _step in range(_MOST_DEEP + 1):
        if above not in every:
            return
        yield above
        above = every[above].parent


def _check_drafts(planning: _Planning) -> None:
    for code, draft in planning.drafts.items():
        limit_rows = planning.limit_rows.get(code, [])
        for fault in faults_of(draft):
            if fault.limit is None:
                row = planning.rows.get(code)
            else:
                row = limit_rows[fault.limit].row if fault.limit < len(limit_rows) else None
            if row is not None:
                row.fault(fault.field, fault.wrong, fault.advice)


def _ordered(drafts: Mapping[str, CategoryDraft]) -> Iterable[CategoryDraft]:
    """Parents before children; a circle was refused before."""

    def depth(draft: CategoryDraft) -> int:
        return len(list(_uppers(draft.code, drafts)))

    return sorted(drafts.values(), key=lambda draft: (depth(draft), draft.position))


def _changes(planning: _Planning) -> Iterator[Change]:
    for draft in _ordered(planning.drafts):
        held = planning.held.get(draft.code)
        if held is None:
            yield Change(draft, "new")
            continue
        changed = differences(held, draft)
        if makes_new_version(held, draft):
            yield Change(draft, "version", changed)
        else:
            yield Change(draft, "place" if changed else "same", changed)


def _remark(planning: _Planning, changes: list[Change]) -> None:
    remarks = planning.sheets.findings.remarks
    bare = sum(1 for c in changes if c.what == "new" and c.draft.rules and not c.draft.limits)
    if bare:
        remarks.append(
            ngettext(
                "%(n)d new category has no limits: its cases have no deadline until it gets some.",
                "%(n)d new categories have no limits: their cases have no deadline until then.",
                bare,
            )
            % {"n": bare}
        )
    absent = len(set(planning.held) - set(planning.drafts))
    if absent:
        remarks.append(
            ngettext(
                "%(n)d category is not in the file; it stays as it is.",
                "%(n)d categories are not in the file; they stay as they are.",
                absent,
            )
            % {"n": absent}
        )
