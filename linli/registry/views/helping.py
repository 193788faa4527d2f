"""Who works on assistance is changed by those who do."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.helping import hand_over
from linli.registry.forms.helping import HandOverForm
from linli.registry.models import RecordKind
from linli.registry.views.frame import act_of, asking
from linli.registry.views.grounds import helpers_of, named_with_units
from linli.registry.views.records import form_page, record_or_404, title_of
from linli.web.views.doors import needs


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_ASSISTANCE)
def workers(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Ask who works on assistance from now on."""
    who, now = asking(request)
    row = record_or_404(RecordKind.ASSISTANCE, record_id, who)
    helpers = helpers_of(row, now)
    given = request.POST if request.method == "POST" else None
    form = HandOverForm(
        given,
        helpers=helpers,
        names=named_with_units(helpers, now),
        initial={"workers": [str(one.pk) for one in row.workers.all()]},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        try:
            hand_over(record_id=record_id, workers=chosen, act=act_of(request))
        except Refused as refused:
            form.add_error("workers", str(refused.refusal))
        else:
            messages.success(request, _("The help is in these hands now."))
            if who.person in chosen:
                return redirect("registry:record", RecordKind.ASSISTANCE.value, record_id)
            return redirect("registry:home")
    context: dict[str, object] = {
        "kind": RecordKind.ASSISTANCE.value,
        "title": _("Hand it over"),
        "subtitle": title_of(row),
        "submit": _("Note who works on it"),
        "hint": _("Whoever is taken off sees the record no more."),
    }
    return form_page(request, row, form, context)
