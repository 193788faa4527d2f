"""Looking a person up by two facts, and having one field shown for a minute."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.rules.roles import Permission
from linli.audit.actions import record_read
from linli.kernel.refusal import Refused
from linli.registry.actions import finding
from linli.registry.forms.finding import FindForm, UnmaskForm
from linli.registry.models import Purpose, Resident, Unmasking
from linli.registry.policies.looking import (
    LEAST_WORDS,
    SHOWN_FOR,
    budget_of,
    refuse_over_budget,
    used_today,
)
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.queries.finding import MOST_ROWS
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

FIELD_WORDS: dict[str, Promise] = {
    "name": gettext_lazy("Full name"),
    "telephone": gettext_lazy("Telephone"),
    "id_tail": gettext_lazy("Last four signs of the identity number"),
}

# What the last search was for; it holds for the rows that it found.
_PURPOSE = "registry_purpose"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FIND_PERSON)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for two facts, and show at most ten masked rows."""
    form, rows, status = FindForm(), None, 200
    if request.method == "POST":
        form, status = FindForm(request.POST), 422
        if form.is_valid():
            try:
                rows = finding.find(
                    facts=form.facts(),
                    purpose=Purpose(form.cleaned_data["purpose"]),
                    by=person_of(request),
                    at=timezone.now(),
                )
                status = 200
                request.session[_PURPOSE] = form.cleaned_data["purpose"]
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
    context = {"form": form, "rows": rows, "most": MOST_ROWS}
    return render(request, "registry/guards/find.html", context, status=status)


def _theirs(request: HttpRequest, resident_id: UUID) -> Resident:
    """Return a resident who exists for whoever asks, else 404."""
    now = timezone.now()
    who = Who.of(person_of(request), now)
    found = visible_records(Resident, who, now).filter(pk=resident_id)
    row = found.select_related("dwelling__address__division", "grid").first()
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
@needs(Permission.FIND_PERSON)
def found(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Show one resident masked, with a way to each field in full."""
    row, person, now = _theirs(request, resident_id), person_of(request), timezone.now()
    purpose = request.session.get(_PURPOSE)
    if purpose not in Purpose.values:
        return redirect("guards:find")
    record_read(by=person, subject=row.pk, verb="found", at=now, reason=purpose)
    shows = [name for name in finding.SHOWABLE if getattr(row, name)]
    context = {
        "row": row,
        "masked": finding.masked(row),
        "fields": [(name, FIELD_WORDS[name]) for name in shows],
        "left": max(0, budget_of(person, now) - used_today(person, now)),
        "may_unmask": Who.of(person, now).may(Permission.UNMASK),
        "breadcrumbs": _way(_("One person")),
    }
    return render(request, "registry/guards/found.html", context)


def _way(last: object) -> list[Crumb]:
    return [Crumb(_("Find a person"), reverse("guards:find")), Crumb(last)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.UNMASK)
def unmask(request: HttpRequest, resident_id: UUID, field: str) -> HttpResponse:
    """Ask why a field is needed; the reason is recorded, then a page shows the field."""
    row, person = _theirs(request, resident_id), person_of(request)
    if field not in FIELD_WORDS or not getattr(row, field):
        raise Http404
    now, status = timezone.now(), 200
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    refusal = refuse_over_budget(person, now)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            wanted = finding.Wanted(row.pk, field, Purpose(data["purpose"]), data["words"])
            try:
                noted = finding.unmask(wanted=wanted, by=person, at=now, act_id=act_id_of(request))
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                return redirect("guards:shown", unmasking_id=noted.pk)
    context = {
        "row": row,
        "field": FIELD_WORDS[field],
        "form": form,
        "refusal": refusal,
        "least": LEAST_WORDS,
        "left": max(0, budget_of(person, now) - used_today(person, now)),
        "seconds": int(SHOWN_FOR.total_seconds()),
        "breadcrumbs": _way(FIELD_WORDS[field]),
    }
    return render(request, "registry/guards/unmask.html", context, status=status)


@never_cache
@require_safe
@needs(Permission.UNMASK)
def shown(request: HttpRequest, unmasking_id: UUID) -> HttpResponse:
    """Show one field for the rest of its minute, to whoever gave the reason; then lead back."""
    now = timezone.now()
    noted = Unmasking.objects.filter(pk=unmasking_id, by=person_of(request)).first()
    if noted is None:
        raise Http404
    row = _theirs(request, noted.resident_id)
    left = int((noted.at + SHOWN_FOR - now).total_seconds())
    back = reverse("guards:found", kwargs={"resident_id": row.pk})
    if left <= 0:
        return redirect(back)
    context = {
        "row": row,
        "field": FIELD_WORDS[noted.field],
        "is_telephone": noted.field == "telephone",
        "value": finding.shown(noted),
        "proposed": finding.proposed(noted, Who.of(person_of(request), now)),
        "left": left,
        "back": back,
        "breadcrumbs": _way(FIELD_WORDS[noted.field]),
    }
    response = render(request, "registry/guards/shown.html", context)
    # Without a script too, the value leaves the page when its minute is over.
    response["Refresh"] = f"{left}; url={back}"
    return response
