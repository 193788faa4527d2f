"""Exports of persons: asked for, decided by somebody else, taken once made, counted in public."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions import exporting
from linli.registry.forms.exporting import AskExportForm, RefuseForm
from linli.registry.models import Export
from linli.registry.policies.looking import refuse_export_decision, refuse_taking
from linli.registry.policies.scopes import Who
from linli.registry.queries import looked
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ASK_EXPORT)
def exports(request: HttpRequest) -> HttpResponse:
    """Show what somebody asked for and what waits for them; take a new request."""
    person, now, status = person_of(request), timezone.now(), 200
    who = Who.of(person, now)
    form = AskExportForm(request.POST if request.method == "POST" else None, who=who, at=now)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                exporting.ask_export(
                    asked=form.asked(), by=person, at=now, act_id=act_id_of(request)
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                messages.success(request, _("A second person decides about your export."))
                return redirect("guards:exports")
    mine = looked.exports_of(person)
    decides = who.may(Permission.APPROVE_EXPORT)
    waiting = looked.exports_to_decide(person) if decides else []
    areas = looked.area_names([*mine, *waiting])
    context = {
        "form": form,
        "mine": [(one, areas.get(one.area), refuse_taking(one, person, now)) for one in mine],
        "decides": decides,
        "waiting": [(one, areas.get(one.area)) for one in waiting],
    }
    return render(request, "registry/guards/exports.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_EXPORT)
def decide(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Show what another person wants to take along, and take yes or no."""
    person, now, status = person_of(request), timezone.now(), 200
    export = get_object_or_404(Export.objects.select_related("by", "decided_by"), pk=export_id)
    is_yes = request.POST.get("decision") == "yes"
    form = RefuseForm(request.POST if request.method == "POST" and not is_yes else None)
    if request.method == "POST":
        status = 422
        if is_yes or form.is_valid():
            words = "" if is_yes else form.cleaned_data["words"]
            try:
                exporting.decide_export(
                    export_id=export.pk,
                    decision=exporting.Decision(is_yes, words),
                    by=person,
                    at=now,
                    act_id=act_id_of(request),
                )
            except Refused as refused:
                messages.error(request, str(refused.refusal))
            else:
                messages.success(request, _("Your decision is recorded."))
                return redirect("guards:exports")
    context = {
        "export": export,
        "area": looked.area_names([export]).get(export.area, export.area),
        "columns": exporting.column_names(export),
        "refusal": refuse_export_decision(export, person, now),
        "form": form,
        "breadcrumbs": [Crumb(_("Exports"), reverse("guards:exports")), Crumb(_("Decide"))],
    }
    return render(request, "registry/guards/export.html", context, status=status)


@never_cache
@require_POST
@needs(Permission.ASK_EXPORT)
def take(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Make the file and send it; that it was taken is recorded before."""
    person, now = person_of(request), timezone.now()
    if not Export.objects.filter(pk=export_id, by=person).exists():
        raise Http404
    try:
        made = exporting.take_export(export_id=export_id, by=person, at=now)
    except Refused as refused:
        messages.error(request, str(refused.refusal))
        return redirect("guards:exports")
    response = HttpResponse(made, content_type=_XLSX)
    name = f"residents-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Show everybody how many exports left the house, and how many records in them."""
    months = looked.exports_by_month()
    context = {
        "months": months,
        "total": sum(month.exports for month in months),
        "least": looked.LEAST_SHOWN,
        "withheld": any(month.records is None for month in months),
        "now": timezone.now(),
    }
    return render(request, "registry/guards/public.html", context)
