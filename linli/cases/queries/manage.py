"""What the administration asks: the tree of categories as drafts, rules, who uses what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet

from linli.cases.models import (
    Case,
    Category,
    CategoryVersion,
    DispatchRule,
    ReplyTemplate,
    StageLimit,
)


@dataclass(frozen=True)
class Branch:
    """A category in the tree: how deep it stands, and its newest version if it has one."""

    category: Category
    depth: int
    version: CategoryVersion | None
    children: int


def with_newest_version(categories: QuerySet[Category]) -> QuerySet[Category]:
    """Load all versions with their limits, the newest first."""
    versions = CategoryVersion.objects.order_by("-number").prefetch_related(
        Prefetch("limits", StageLimit.objects.order_by("position"))
    )
    return categories.prefetch_related(Prefetch("versions", versions))


def newest_version(category: Category) -> CategoryVersion | None:
    """Return the version that holds for new cases."""
    versions = list(category.versions.all())
    return max(versions, key=lambda version: version.number, default=None)


def branches() -> list[Branch]:
    """Return the whole tree, parents before children, in the order of the pages."""
    below: dict[UUID | None, list[Category]] = {}
    for category in with_newest_version(
        Category.objects.select_related("parent").order_by("position", "code")
    ):
        below.setdefault(category.parent_id, []).append(category)
    found: list[Branch] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for category in below.get(parent, ()):
            children = len(below.get(category.pk, ()))
            found.append(Branch(category, depth, newest_version(category), children))
            walk(category.pk, depth + 1)

    walk(None, 0)
    return found


def matching(tree: Iterable[Branch], words: str) -> list[Branch]:
    """Return the branches whose name or code holds the words, with all above them."""
    wanted = words.strip().lower()
    kept: list[Branch] = []
    above: list[Branch] = []
    for branch in tree:
        above = [*above[: branch.depth], branch]
        category = branch.category
        texts = (category.name, category.name_en, category.code)
        if any(wanted in text.lower() for text in texts):
            known = {one.category.pk for one in kept}
            kept += [one for one in above if one.category.pk not in known]
    return kept


def cases_by_version(category: Category) -> dict[UUID, int]:
    """Return how many cases stand under each version of a category."""
    counted = Case.objects.filter(category=category).values("category_version_id")
    rows = counted.annotate(number=Count("pk")).order_by()
    return {row["category_version_id"]: row["number"] for row in rows}


@dataclass(frozen=True)
class RuleFilter:
    """Which rules to list; empty means all. ``state``: now, later, ended or empty."""

    category: str = ""
    unit: str = ""
    area: str = ""
    state: str = ""


def dispatch_rules(wanted: RuleFilter, on: date) -> QuerySet[DispatchRule]:
    """Return the rules that fit, those that hold on the day first by category and area."""
    rules = DispatchRule.objects.select_related("category", "division", "grid", "unit")
    if wanted.category:
        rules = rules.filter(category__code=wanted.category)
    if wanted.unit:
        rules = rules.filter(unit__code=wanted.unit)
    if wanted.area:
        rules = rules.filter(
            Q(division__code__startswith=wanted.area) | Q(grid__code__startswith=wanted.area)
        )
    ended = Q(until__isnull=False, until__lte=on)
    later = Q(since__gt=on)
    by_state = {"now": ~ended & ~later, "later": later, "ended": ended}
    if wanted.state in by_state:
        rules = rules.filter(by_state[wanted.state])
    # Databases differ in where they put what is empty: here the widest rules come first.
    wide_first = ("category__position", "category__code", "division__code", "grid__code")
    order = [F(name).asc(nulls_first=True) for name in wide_first]
    return rules.order_by(*order, "-since", "pk").defer("grid__geometry", "division__geometry")


def reply_templates() -> QuerySet[ReplyTemplate]:
    """Return all reply templates, those for every category last."""
    return ReplyTemplate.objects.select_related("category").order_by(
        "-is_active", "category__position", "category__code", "name", "pk"
    )
