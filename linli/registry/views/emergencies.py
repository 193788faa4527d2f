"""Emergencies: open one subject for an hour, read it, and review what others opened."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions import emergencies
from linli.registry.forms.finding import EmergencyForm, ReviewForm
from linli.registry.models import BreakGlass
from linli.registry.policies.looking import refuse_review
from linli.registry.policies.scopes import Who
from linli.registry.queries import looked
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of


def _way(last: object) -> list[Crumb]:
    return [Crumb(_("Emergencies"), reverse("guards:emergencies")), Crumb(last)]


@never_cache
@require_safe
@needs(Permission.BREAK_GLASS)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what somebody has open, and what others opened and nobody reviewed yet."""
    person, now = person_of(request), timezone.now()
    reviews = Who.of(person, now).may(Permission.REVIEW_EMERGENCY)
    context = {
        "running": looked.emergencies_running(person, now),
        "reviews": reviews,
        "waiting": looked.emergencies_to_review(person) if reviews else [],
        "reviewed": looked.emergencies_reviewed() if reviews else [],
        "today": timezone.localdate(now),
    }
    return render(request, "registry/guards/emergencies.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.BREAK_GLASS)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for two facts and the emergency, and open the one subject."""
    form, status = EmergencyForm(), 200
    if request.method == "POST":
        form, status = EmergencyForm(request.POST), 422
        if form.is_valid():
            try:
                opened = emergencies.open_emergency(
                    facts=form.facts(),
                    reason=form.cleaned_data["reason"],
                    by=person_of(request),
                    at=timezone.now(),
                    act_id=act_id_of(request),
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                return redirect("guards:emergency", emergency_id=opened.pk)
    context = {"form": form, "breadcrumbs": _way(_("Open a record"))}
    return render(request, "registry/guards/emergency_new.html", context, status=status)


@never_cache
@require_safe
@needs(Permission.BREAK_GLASS)
def emergency(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Show the subject to whoever opened it, while the hour runs; absent for all others."""
    person, now = person_of(request), timezone.now()
    mine = get_object_or_404(BreakGlass, pk=emergency_id, by=person)
    if now >= mine.until:
        messages.info(request, _("The hour is over, and the record is closed again."))
        return redirect("guards:emergencies")
    seen = emergencies.look(emergency_id=emergency_id, by=person, at=now)
    context = {
        "emergency": seen.emergency,
        "row": seen.resident,
        "plain": seen.plain,
        "told": seen.emergency.told.all(),
        "breadcrumbs": _way(_("Open until its hour is over")),
    }
    response = render(request, "registry/guards/emergency.html", context)
    left = int((mine.until - now).total_seconds()) + 1
    response["Refresh"] = f"{left}; url={reverse('guards:emergencies')}"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_EMERGENCY)
def review(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Show who opened what for which reason, without the subject, and take the finding."""
    person, now, status = person_of(request), timezone.now(), 200
    found = BreakGlass.objects.select_related("by", "reviewed_by").filter(pk=emergency_id).first()
    if found is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            judgement = emergencies.Judgement(data["was_right"], data["words"])
            try:
                emergencies.review(
                    emergency_id=found.pk,
                    judgement=judgement,
                    by=person,
                    at=now,
                    act_id=act_id_of(request),
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                messages.success(request, _("The review is recorded."))
                return redirect("guards:emergencies")
    context = {
        "emergency": found,
        "told": found.told.all(),
        "times": looked.times_looked(found),
        "refusal": refuse_review(found, person, now),
        "form": form,
        "breadcrumbs": _way(_("Review")),
    }
    return render(request, "registry/guards/review.html", context, status=status)
