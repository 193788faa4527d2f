"""Changing a category: edit, look at what would change, publish as a new version.

The draft lives in the form alone: each step posts all of it again, so nothing is stored before
it is published, and the act's id makes publishing happen once.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.audit.queries import was_done
from linli.cases.actions.categories import CategoryDraft, publish_categories
from linli.cases.actions.category_drafts import (
    differences,
    draft_of,
    faults_of,
    fresh_rules,
    makes_new_version,
)
from linli.cases.forms.manage.categories import (
    LimitForms,
    LimitRows,
    PlaceForm,
    RulesForm,
    hidden_copy,
    initial_limits,
    initial_place,
    show_faults,
)
from linli.cases.models import Category
from linli.cases.policies.category_names import doubts_about
from linli.cases.queries.manage import branches, newest_version
from linli.cases.views.manage.categories import crumb_of, found_or_404, way
from linli.cases.views.manage.frame import act_of, done, status_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs

_PREFIX = "limit"


@dataclass
class _Editing:
    """The forms of one category; rules and limits only where it has cases of its own."""

    held: CategoryDraft
    category: Category | None
    place: PlaceForm
    rules: RulesForm | None
    limits: LimitForms | None
    version: int

    def is_valid(self) -> bool:
        """Judge all forms, so that every error is shown at once."""
        judged = [form.is_valid() for form in (self.place, self.rules, self.limits) if form]
        if not all(judged):
            return False
        if self.rules is None or self.limits is None:
            return True
        faults = faults_of(self.draft())
        show_faults(faults, self.rules, self.limits)
        return not faults

    def draft(self) -> CategoryDraft:
        """Return what the forms say."""
        draft = replace(self.held, **self.place.place())
        if self.rules is None or self.limits is None:
            return draft
        return replace(draft, rules=self.rules.rules(), limits=self.limits.drafts())

    def context(self) -> dict[str, object]:
        """Return what the page shows."""
        found = self.category
        end = [crumb_of(found), Crumb(_("Edit"))] if found else [Crumb(_("New category"))]
        back = reverse("manage:category", args=[found.pk]) if found else ""
        return {
            "place": self.place,
            "rules": self.rules,
            "limits": self.limits,
            "category": found,
            "version": self.version,
            "back": back or reverse("manage:categories"),
            "breadcrumbs": way(*end),
        }


def _parents(category: Category | None) -> list[Category]:
    """Every category that this one may lie under: not itself, nor what lies below it."""
    allowed, within = [], 10_000
    for branch in branches():
        if branch.depth <= within:
            within = 10_000
        if category is not None and branch.category.pk == category.pk:
            within = branch.depth
        if within == 10_000:
            allowed.append(branch.category)
    return allowed


def _limits(data: QueryDict | None, held: CategoryDraft) -> LimitForms:
    if data is None:
        return LimitRows(initial=initial_limits(held), prefix=_PREFIX)  # type: ignore[return-value]
    return LimitRows(data, prefix=_PREFIX)  # type: ignore[return-value]


def _editing(
    data: QueryDict | None, category: Category | None, held: CategoryDraft, version: int
) -> _Editing:
    is_upper = category is not None and not version and category.category_set.exists()
    place = PlaceForm(data, held=held, parents=_parents(category), initial=initial_place(held))
    if is_upper:
        return _Editing(held, category, place, None, None, version)
    rules = RulesForm(data, initial={**fresh_rules(), **held.rules})
    return _Editing(held, category, place, rules, _limits(data, held), version)


def _with_a_row(data: QueryDict) -> QueryDict:
    """Return the same input with an empty limit more: the button without a script."""
    copy = data.copy()
    name = f"{_PREFIX}-TOTAL_FORMS"
    total = copy.get(name, "0")
    copy[name] = str(int(total) + 1 if total.isdigit() else 1)
    return copy


@needs(Permission.MANAGE_CATEGORIES)
def edit_category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Change a category in three steps: edit, preview, publish."""
    found = found_or_404(category_id)
    version = newest_version(found)
    held = draft_of(found, version)
    return _step(request, found, held, version.number if version else 0)


@needs(Permission.MANAGE_CATEGORIES)
def new_category(request: HttpRequest) -> HttpResponse:
    """Make a category in the same three steps."""
    upper = request.GET.get("parent", "")
    parent = get_object_or_404(Category, code=upper).code if upper else ""
    position = max((one.category.position for one in branches()), default=-1) + 1
    return _step(request, None, CategoryDraft("", "", parent=parent, position=position), 0)


def _step(
    request: HttpRequest, category: Category | None, held: CategoryDraft, version: int
) -> HttpResponse:
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "publish" and was_done(act_id_of(request)):
        # The answer to the first try was lost: it is published, and so it is said again.
        return done(request, _("Published."), "manage:categories")
    data = _with_a_row(request.POST) if step == "add" else request.POST if step else None
    editing = _editing(data, category, held, version)
    if step in {"preview", "publish"} and editing.is_valid():
        return _previewed(request, editing, step)
    status = status_of(*(f for f in (editing.place, editing.rules, editing.limits) if f))
    judged = step not in {"add", "edit"}
    context = {**editing.context(), "judged": judged}
    status = status if judged else 200
    return render(request, "cases/manage/category_edit.html", context, status=status)


def _previewed(request: HttpRequest, editing: _Editing, step: str) -> HttpResponse:
    draft, held = editing.draft(), editing.held
    seen = request.POST.get("version", "")
    overtaken = seen != str(editing.version)
    changed = differences(held, draft)
    if step == "publish" and not overtaken:
        publish_categories(drafts=[draft], **act_of(request))
        category = Category.objects.get(code=draft.code)
        return done(request, _("Published."), "manage:category", category.pk)
    context = {
        **editing.context(),
        "differences": changed,
        "draft": draft,
        "doubts": doubts_about((draft.name, draft.name_en)),
        "new_version": makes_new_version(held, draft),
        "overtaken": overtaken,
        "hidden": hidden_copy(request.POST, ("csrfmiddlewaretoken", "step", "version", "act_id")),
        "act": request.POST.get("act_id", ""),
    }
    return render(request, "cases/manage/category_preview.html", context)
