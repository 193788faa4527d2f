"""Dispatch rules from and to spreadsheets."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.forms.manage.files import TableForm
from linli.cases.imports.rule_tables import (
    RulePlan,
    import_rules,
    plan_rules,
    rule_csv,
    rule_workbook,
)
from linli.cases.imports.waiting import Waiting, find, forget, leave
from linli.cases.queries.manage import dispatch_rules
from linli.cases.views.manage.files import attachment, refused_page, source_of
from linli.cases.views.manage.frame import UNPROCESSABLE, done
from linli.cases.views.manage.rules import wanted_of, way
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

KIND = "rules"
_SHOWN = 300


@needs(Permission.MANAGE_RULES)
def import_rule_file(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet of rules; what it would save is shown first."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source = source_of(form)
        plan = plan_rules(source, timezone.localdate())
        if plan.refused:
            return _refused_page(request, plan)
        return redirect("manage:rule_preview", leave(KIND, source, {}, timezone.now()))
    context = {
        "form": form,
        "back": reverse("manage:rules"),
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/rules_import.html", context, status=status)


def _refused_page(request: HttpRequest, plan: RulePlan) -> HttpResponse:
    return refused_page(request, plan, "manage:rule_import", way(Crumb(_("Import"))))


@needs(Permission.MANAGE_RULES)
def rule_preview(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Show what a waiting file would save; a POST saves it."""
    waiting = find(KIND, upload)
    if waiting is None:
        if request.method == "POST":
            return redirect("manage:rules")
        raise Http404
    plan = plan_rules(waiting.source, timezone.localdate())
    if plan.refused:
        return _refused_page(request, plan)
    moved = request.method == "POST" and request.POST.get("seal") != plan.seal
    if request.method == "POST" and not moved:
        return _save(request, waiting, plan)
    changed = [(facts, what) for facts, what in plan.rules if what != "same"]
    context = {
        "waiting": waiting,
        "plan": plan,
        "changes": changed[:_SHOWN],
        "changes_title": _("What would change"),
        "may_confirm": bool(changed),
        "another": reverse("manage:rule_import"),
        "hidden": max(len(changed) - _SHOWN, 0),
        "counts": {what: plan.count(what) for what in ("new", "changed", "same")},
        "moved": moved,
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    return render(request, "cases/manage/rules_import_preview.html", context)


def _save(request: HttpRequest, waiting: Waiting, plan: RulePlan) -> HttpResponse:
    saved = import_rules(plan, by=person_of(request), at=timezone.now(), act_id=waiting.id)
    forget(waiting.id)
    said = _("Saved: %(added)d new rules, %(changed)d changed.")
    return done(request, said % {"added": saved.added, "changed": saved.changed}, "manage:rules")


@needs(Permission.MANAGE_RULES)
@require_safe
def rule_export(request: HttpRequest, ending: str) -> HttpResponse:
    """Give the rules that the filter keeps as .xlsx or .csv."""
    rules = dispatch_rules(wanted_of(request), timezone.localdate())
    name = f"rules-{timezone.localdate():%Y%m%d}.{ending}"
    if ending not in {"xlsx", "csv"}:
        raise Http404
    return attachment(rule_workbook(rules) if ending == "xlsx" else rule_csv(rules), name)
