"""Categories from and to spreadsheets: upload, look at what would change, publish; export."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.forms.manage.files import CategoryTableForm
from linli.cases.imports.category_tables import (
    CategoryPlan,
    as_csv,
    category_rows,
    import_categories,
    plan_categories,
    workbook,
)
from linli.cases.imports.waiting import Waiting, find, forget, leave
from linli.cases.views.manage.categories import way
from linli.cases.views.manage.files import attachment, refused_page, source_of
from linli.cases.views.manage.frame import UNPROCESSABLE, done
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

KIND = "categories"
_SHOWN = 300


@needs(Permission.MANAGE_CATEGORIES)
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet; what it would publish is shown before anything is written."""
    form = CategoryTableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source = source_of(form)
        like = form.cleaned_data["limits_like"]
        plan = plan_categories(source, like)
        if plan.refused:
            return _refused_page(request, plan)
        upload = leave(KIND, source, {"limits_like": like}, timezone.now())
        return redirect("manage:category_preview", upload)
    context = {
        "form": form,
        "back": reverse("manage:categories"),
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/category_import.html", context, status=status)


def _refused_page(request: HttpRequest, plan: CategoryPlan) -> HttpResponse:
    return refused_page(request, plan, "manage:category_import", way(Crumb(_("Import"))))


@needs(Permission.MANAGE_CATEGORIES)
def preview(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Show what a waiting file would publish; a POST publishes it."""
    waiting = find(KIND, upload)
    if waiting is None:
        if request.method == "POST":
            # The same confirmation a second time: it is done already.
            return redirect("manage:categories")
        raise Http404
    plan = plan_categories(waiting.source, waiting.said["limits_like"])
    if plan.refused:
        return _refused_page(request, plan)
    moved = request.method == "POST" and request.POST.get("seal") != plan.seal
    if request.method == "POST" and not moved:
        return _publish(request, waiting, plan)
    changed = [change for change in plan.changes if change.what != "same"]
    context = {
        "waiting": waiting,
        "plan": plan,
        "changes": changed[:_SHOWN],
        "changes_title": _("What would change"),
        "may_confirm": bool(changed),
        "another": reverse("manage:category_import"),
        "hidden": max(len(changed) - _SHOWN, 0),
        "counts": {what: plan.count(what) for what in ("new", "version", "place", "same")},
        "moved": moved,
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    return render(request, "cases/manage/category_import_preview.html", context)


def _publish(request: HttpRequest, waiting: Waiting, plan: CategoryPlan) -> HttpResponse:
    count = import_categories(plan, by=person_of(request), at=timezone.now(), act_id=waiting.id)
    forget(waiting.id)
    said = _("Published: %(made)d new, %(changed)d with a new version.")
    facts = {"made": count.made, "changed": count.changed}
    return done(request, said % facts, "manage:categories")


@needs(Permission.MANAGE_CATEGORIES)
@require_safe
def export_workbook(request: HttpRequest) -> HttpResponse:
    """Give all categories and limits as one .xlsx file."""
    return attachment(workbook(), f"categories-{timezone.localdate():%Y%m%d}.xlsx")


@needs(Permission.MANAGE_CATEGORIES)
@require_safe
def export_csv(request: HttpRequest, sheet: str) -> HttpResponse:
    """Give one of the two sheets as .csv in UTF-8, or in GB 18030 with ``?encoding=gb18030``."""
    rows = dict(zip(("categories", "limits"), category_rows(), strict=True)).get(sheet)
    if rows is None:
        raise Http404
    encoding = "gb18030" if request.GET.get("encoding") == "gb18030" else "utf-8-sig"
    return attachment(as_csv(rows, encoding), f"{sheet}-{timezone.localdate():%Y%m%d}.csv")
