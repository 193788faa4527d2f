"""Corrections that met: the list of what waits for a person, and deciding it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.settling import settle_clash
from linli.cases.actions.steps import Order
from linli.cases.forms.clashes import ClashForm
from linli.cases.models import CorrectionClash
from linli.cases.models.choices import ClashDecision
from linli.cases.queries.desk_clashes import open_clashes
from linli.cases.views.desk.corrections import label_of, shown
from linli.cases.views.desk.doors import asking, case_for
from linli.cases.views.desk.page import case_part
from linli.kernel.refusal import Refused
from linli.web.views.doors import act_id_of, needs

_MOST = 50


@never_cache
@require_safe
@needs(Permission.CORRECT_CASE)
def clashes(request: HttpRequest) -> HttpResponse:
    """Show the oldest of what waits for a decision, both values side by side."""
    asker = asking(request)
    rows = list(open_clashes(asker.who)[: _MOST + 1])
    context = {"clashes": shown(rows[:_MOST], asker), "most": _MOST, "more": len(rows) > _MOST}
    return render(request, "cases/desk/clashes.html", context)


@require_POST
@needs(Permission.CORRECT_CASE)
def settle(request: HttpRequest, case_id: UUID, clash_id: UUID) -> HttpResponse:
    """Keep what stands or take what was proposed; a refusal shows what stands there now."""
    asker = asking(request)
    case = case_for(asker.who, case_id)
    clash = CorrectionClash.objects.filter(pk=clash_id, case=case).first()
    if clash is None:
        raise Http404
    form = ClashForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    decision = ClashDecision(form.cleaned_data["decision"])
    try:
        settle_clash(
            order=Order(act_id_of(request), case.pk, asker.who, asker.at),
            clash_id=clash.pk,
            decision=decision,
            seen_version=form.cleaned_data["seen_version"],
        )
    except Refused as refused:
        messages.error(request, str(refused.refusal))
    else:
        said = _("%(field)s: what stands was kept.")
        if decision is ClashDecision.TAKE:
            said = _("%(field)s: the proposed was taken.")
        messages.success(request, said % {"field": label_of(clash.field)})
    if request.POST.get("back") == "clashes":
        return redirect("desk:clashes")
    if request.headers.get("HX-Request"):
        return case_part(request, case.pk, asker)
    return redirect("desk:case", case.pk)
