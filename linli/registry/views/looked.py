"""Who looked: counts by person and day, one person's day, tellings, wishes and budgets."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.queries import has_older_reads
from linli.kernel.refusal import Refused
from linli.registry.actions import own
from linli.registry.actions.budgets import set_budgets
from linli.registry.actions.telling import mark_seen
from linli.registry.forms.exporting import BudgetsForm
from linli.registry.forms.own import WishAnswerForm
from linli.registry.models import Wish
from linli.registry.policies.own import refuse_wish_decision
from linli.registry.queries import looked
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

_MOST_DIGITS = 5


def _way(last: object) -> list[Crumb]:
    return [Crumb(_("Who looked"), reverse("guards:looked")), Crumb(last)]


def _back(request: HttpRequest) -> int:
    given = request.GET.get("back", "0")
    return int(given) if given.isdecimal() and len(given) <= _MOST_DIGITS else 0


@never_cache
@require_safe
@needs(Permission.REVIEW_EMERGENCY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what was told to somebody, and counts of looks by person and day."""
    back, now = _back(request), timezone.now()
    tellings = looked.tellings_of(person_of(request))
    context = {
        "days": looked.looks_by_day(back, now),
        "back": back,
        "newer": f"?back={back - 1}" if back else "",
        "older": f"?back={back + 1}" if has_older_reads(looked.STRETCH, back) else "",
        "tellings": tellings,
        "reviewed": looked.reviewed_among(tellings),
        "wishes": len(looked.wishes_open()),
    }
    return render(request, "registry/guards/looked.html", context)


@require_POST
@needs(Permission.REVIEW_EMERGENCY)
def seen(request: HttpRequest) -> HttpResponse:
    """Note that somebody read what they were told."""
    mark_seen(by=person_of(request), at=timezone.now())
    return redirect("guards:looked")


@never_cache
@require_safe
@needs(Permission.REVIEW_EMERGENCY)
def day(request: HttpRequest, person_id: UUID, day: str) -> HttpResponse:
    """Show the looks of one account on one day: what and why, and nobody's data."""
    try:
        meant = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    person = get_object_or_404(Person, pk=person_id)
    context = {
        "person": person,
        "day": meant,
        "looks": looked.looks_of_person(person.pk, meant, _back(request)),
        "breadcrumbs": _way(person.name),
    }
    return render(request, "registry/guards/looked_day.html", context)


@never_cache
@require_safe
@needs(Permission.APPROVE_CHANGES)
def wishes(request: HttpRequest) -> HttpResponse:
    """Show the objections of residents that wait for a decision."""
    person, now = person_of(request), timezone.now()
    waiting = [
        one for one in looked.wishes_open() if refuse_wish_decision(one, person, now) is None
    ]
    context = {"wishes": waiting, "breadcrumbs": _way(_("Objections"))}
    return render(request, "registry/guards/wishes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_CHANGES)
def wish(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Show what a resident wrote, and take the decision."""
    person, now, status = person_of(request), timezone.now(), 200
    found = get_object_or_404(Wish, pk=wish_id)
    refusal = refuse_wish_decision(found, person, now)
    if refusal is not None and refusal.code != "decided":
        raise Http404
    form = WishAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            answer = own.WishAnswer(data["granted"], data["words"])
            try:
                own.decide_wish(
                    wish_id=found.pk, answer=answer, by=person, at=now, act_id=act_id_of(request)
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                messages.success(request, _("The resident reads your answer on their page."))
                return redirect("guards:wishes")
    context = {
        "wish": found,
        "words": own.words_of(wish_id=found.pk, by=person, at=now),
        "refusal": refusal,
        "form": form,
        "breadcrumbs": _way(_("Objection")),
    }
    return render(request, "registry/guards/wish.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_REGISTRY)
def budgets(request: HttpRequest) -> HttpResponse:
    """Show and set how many fields a day each role may have shown."""
    form, status = BudgetsForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            set_budgets(
                a_day=form.cleaned_data,
                by=person_of(request),
                at=timezone.now(),
                act_id=act_id_of(request),
            )
            messages.success(request, _("The budgets hold from now on."))
            return redirect("guards:budgets")
    return render(request, "registry/guards/budgets.html", {"form": form}, status=status)
