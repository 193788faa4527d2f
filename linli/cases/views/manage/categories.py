"""Pages of the categories: the tree, and one category with its versions side by side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.categories import publish_categories
from linli.cases.actions.category_drafts import (
    RULE_LABELS,
    draft_of,
    limit_in_words,
    limits_as_drafts,
    promise_in_words,
    rule_in_words,
    rules_of,
)
from linli.cases.models import Category, CategoryVersion
from linli.cases.queries.manage import (
    Branch,
    branches,
    cases_by_version,
    matching,
    newest_version,
    with_newest_version,
)
from linli.cases.views.manage.frame import act_of, done
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

_SHOWN_VERSIONS = 4


@dataclass(frozen=True)
class Column:
    """One version in the table of versions."""

    number: int
    since: datetime
    cases: int


@dataclass(frozen=True)
class Cell:
    """What a version says, and whether the version before it said otherwise."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """One rule in all versions that are shown."""

    label: object
    cells: list[Cell]

    @property
    def is_empty(self) -> bool:
        """Whether no version says anything."""
        return not any(cell.text for cell in self.cells)


def way(*last: Crumb) -> list[Crumb]:
    """Return the way from the tree to a page."""
    return [Crumb(_("Categories"), reverse("manage:categories")), *last]


def crumb_of(category: Category) -> Crumb:
    """Return the step that leads to a category."""
    return Crumb(category, reverse("manage:category", args=[category.pk]))


def found_or_404(category_id: UUID) -> Category:
    """Return a category with its versions, or answer 404."""
    categories = with_newest_version(Category.objects.select_related("parent"))
    return get_object_or_404(categories, pk=category_id)


def _promise(branch: Branch) -> str:
    limits = limits_as_drafts(branch.version) if branch.version else ()
    return promise_in_words(limits) or (_("no promise") if limits else "")


@needs(Permission.MANAGE_CATEGORIES)
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Show the tree; ``q`` keeps what matches, with all above it."""
    words = request.GET.get("q", "").strip()[:100]
    tree = branches()
    shown = matching(tree, words) if words else tree
    context = {
        "branches": [(one, _promise(one)) for one in shown],
        "words": words,
        "total": len(tree),
        "offered": sum(
            1 for one in tree if one.version and one.category.is_active and not one.children
        ),
        "without_limits": sum(
            1 for one in tree if one.version and not one.children and not one.version.limits.all()
        ),
    }
    return render(request, "cases/manage/categories.html", context)


def _texts(version: CategoryVersion) -> dict[object, str]:
    rules = rules_of(version)
    texts = {label: rule_in_words(name, rules[name]) for name, label in RULE_LABELS.items()}
    lines = [limit_in_words(limit) for limit in limits_as_drafts(version)]
    return {**texts, _("Staged limits"): "\n".join(lines)}


def _lines(versions: list[CategoryVersion]) -> list[Line]:
    """Return the rules as lines; ``versions`` are newest first, the last only compares."""
    said = [_texts(version) for version in versions]
    shown = said[:_SHOWN_VERSIONS]
    lines = [
        Line(
            label,
            [
                Cell(text[label], place + 1 < len(said) and said[place + 1][label] != text[label])
                for place, text in enumerate(shown)
            ],
        )
        for label in (shown[0] if shown else {})
    ]
    return [line for line in lines if not line.is_empty]


@needs(Permission.MANAGE_CATEGORIES)
@require_safe
def category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Show one category: its versions side by side, and what changed from one to the next."""
    found = found_or_404(category_id)
    versions = sorted(found.versions.all(), key=lambda one: -one.number)
    counts = cases_by_version(found)
    columns = [
        Column(one.number, one.since, counts.get(one.pk, 0)) for one in versions[:_SHOWN_VERSIONS]
    ]
    upper = [crumb_of(found.parent)] if found.parent else []
    context = {
        "category": found,
        "columns": columns,
        "lines": _lines(versions[: _SHOWN_VERSIONS + 1]),
        "older": max(len(versions) - _SHOWN_VERSIONS, 0),
        "below": Category.objects.filter(parent=found),
        "cases": sum(counts.values()),
        "breadcrumbs": way(*upper, Crumb(found)),
    }
    return render(request, "cases/manage/category.html", context)


@needs(Permission.MANAGE_CATEGORIES)
@require_POST
def offer(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Stop offering a category for new cases, or offer it again; its cases stay."""
    found = found_or_404(category_id)
    wanted = request.POST.get("offer") == "yes"
    held = draft_of(found, newest_version(found))
    draft = type(held)(**{**vars(held), "is_active": wanted})
    publish_categories(drafts=[draft], **act_of(request))
    said = _("Offered for new cases again.") if wanted else _("No longer offered for new cases.")
    return done(request, said, "manage:category", found.pk)
