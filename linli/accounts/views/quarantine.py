"""Second bodies that came under a used id: a person looks at them, and says what was done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.forms import ReasonForm, SettleForm
from linli.accounts.rules.roles import Permission
from linli.accounts.views.doors import act_id_of, needs, person_of
from linli.accounts.views.people import Way
from linli.audit.actions import open_quarantined, settle_quarantined
from linli.audit.models import Quarantined
from linli.audit.queries import unsettled, words_of

_MOST = 100


@require_safe
@needs(Permission.SETTLE_QUARANTINE)
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits: when it came and what it was to do, never what it says."""
    rows = unsettled().defer("body", "wrapped_key")
    context = {
        "rows": [(row, words_of(row.verb)) for row in rows[:_MOST]],
        "count": rows.count(),
    }
    return render(request, "accounts/quarantine.html", context)


def _page(
    request: HttpRequest, kept: Quarantined, reason: ReasonForm, settle: SettleForm, body: str = ""
) -> HttpResponse:
    way = [Way(_("Kept for a person"), reverse("accounts:quarantine")), Way(words_of(kept.verb))]
    context = {
        "kept": kept,
        "what": words_of(kept.verb),
        "reason_form": reason,
        "settle_form": settle,
        "body": body,
        "breadcrumbs": way,
    }
    wrong = any(form.is_bound and not form.is_valid() for form in (reason, settle))
    response = render(request, "accounts/quarantined.html", context, status=422 if wrong else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs(Permission.SETTLE_QUARANTINE)
def one(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Show when and under which id a body came, still sealed."""
    return _page(request, get_object_or_404(Quarantined, pk=row_id), ReasonForm(), SettleForm())


@require_POST
@needs(Permission.SETTLE_QUARANTINE)
def unseal(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Open a body for one look, after the reason was recorded."""
    # What was settled long ago is erased: there is nothing to be opened.
    kept = get_object_or_404(Quarantined.objects.exclude(wrapped_key=b""), pk=row_id)
    form, body = ReasonForm(request.POST), ""
    if form.is_valid():
        body = open_quarantined(
            row_id=kept.pk,
            by=person_of(request),
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
    return _page(request, kept, form, SettleForm(), body)


@require_POST
@needs(Permission.SETTLE_QUARANTINE)
def settle(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Note what was done with a body."""
    kept = get_object_or_404(Quarantined, pk=row_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, kept, ReasonForm(), form)
    settle_quarantined(
        row_id=kept.pk,
        by=person_of(request),
        at=timezone.now(),
        act_id=act_id_of(request),
        note=form.cleaned_data["note"],
    )
    messages.success(request, _("Noted."))
    return redirect("accounts:quarantine")
