"""Pages of the people who log in: found by who they are, never listed by what they are."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actions import people as acts
from linli.accounts.forms import (
    EdgeForm,
    EditPersonForm,
    EndForm,
    HoldingForm,
    PersonForm,
    SearchForm,
)
from linli.accounts.models import Person
from linli.accounts.policies.people import refuse_deactivate, refuse_own
from linli.accounts.policies.second_factor import has_second_factor
from linli.accounts.queries import people_page
from linli.accounts.rules.roles import Permission
from linli.accounts.views.doors import act_id_of, needs, person_of
from linli.kernel.refusal import Refused

_PAGE = 50


@dataclass(frozen=True)
class Way:
    """One step of the way to a page."""

    label: object
    url: str = ""


def act_of(request: HttpRequest) -> acts.Act:
    """Return who acts now, under the id that the form carries."""
    return acts.Act(act_id_of(request), person_of(request), timezone.now())


def way_to(person: Person | None = None) -> list[Way]:
    """Return the way to a page of people."""
    start = [Way(_("People"), reverse("accounts:people"))]
    if person is None:
        return start
    return [*start, Way(person.name, reverse("accounts:person", args=[person.pk]))]


@require_safe
@needs(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Find people by user name or by how the name begins, page by page."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    after, before = EdgeForm(request.GET).edges()
    rows = people_page(words=words, after=after, before=before, most=_PAGE)
    more = len(rows) > _PAGE
    shown = (rows[-_PAGE:] if before else rows[:_PAGE]) if more else rows

    def page(**edge: str) -> str:
        return "?" + urlencode({"q": words, **edge})

    context = {
        "form": SearchForm({"q": words}),
        "words": words,
        "people": shown,
        "newer": page(before=shown[0].username) if shown and (after or (before and more)) else "",
        "older": page(after=shown[-1].username) if shown and (before or more) else "",
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a person and show their first password once."""
    form = PersonForm(
        request.POST if request.method == "POST" else None, initial={"language": "zh-hans"}
    )
    if request.method == "POST" and form.is_valid():
        act = act_of(request)
        try:
            facts = form.facts(form.cleaned_data["username"])
            made, password = acts.create_person(facts=facts, act=act)
        except Refused as refused:
            form.add_error("username", str(refused))
        else:
            return _password_page(request, made, password)
    context = {"form": form, "breadcrumbs": [*way_to(), Way(_("New person"))]}
    return render(request, "accounts/new_person.html", context, status=_status(form))


def _status(form: PersonForm | EditPersonForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200


def _password_page(request: HttpRequest, person: Person, password: str) -> HttpResponse:
    """Show a first password, on a page that no cache and no history keeps."""
    context = {"person": person, "password": password, "breadcrumbs": way_to(person)}
    response = render(request, "accounts/password_once.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs(Permission.MANAGE_PEOPLE)
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show one person: roles with their dates, and what can be done."""
    found = get_object_or_404(Person, pk=person_id)
    me, today = person_of(request), timezone.localdate()
    context = {
        "person": found,
        "grants": found.grants.select_related("unit").order_by("-since", "role"),
        "today": today,
        "holding_form": HoldingForm(),
        "end_form": EndForm(initial={"until": today}),
        "has_factor": has_second_factor(found),
        "refuse_active": refuse_deactivate(found, me, today) if found.is_active else None,
        "refuse_own": refuse_own(found, me),
        "breadcrumbs": [*way_to(), Way(found.name)],
    }
    return render(request, "accounts/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def edit_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change name, e-mail and language."""
    found = get_object_or_404(Person, pk=person_id)
    now = {"name": found.name, "email": found.email, "language": found.language}
    form = EditPersonForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        acts.edit_person(person=found, facts=form.facts(found.username), act=act_of(request))
        messages.success(request, _("Saved."))
        return redirect("accounts:person", person_id)
    context = {"form": form, "person": found, "breadcrumbs": [*way_to(found), Way(_("Edit"))]}
    return render(request, "accounts/edit_person.html", context, status=_status(form))


@require_POST
@needs(Permission.MANAGE_PEOPLE)
def active(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Keep a person out, or let them in again."""
    found = get_object_or_404(Person, pk=person_id)
    wanted = request.POST.get("active") == "yes"
    acts.set_active(person=found, active=wanted, act=act_of(request))
    messages.success(
        request,
        _("This person can log in again.") if wanted else _("This person can no longer log in."),
    )
    return redirect("accounts:person", person_id)


@require_POST
@needs(Permission.MANAGE_PEOPLE)
def password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a new first password and show it once."""
    found = get_object_or_404(Person, pk=person_id)
    return _password_page(request, found, acts.give_password(person=found, act=act_of(request)))


@require_POST
@needs(Permission.MANAGE_PEOPLE)
def factors(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Take the second factors of somebody who lost them."""
    found = get_object_or_404(Person, pk=person_id)
    acts.reset_factors(person=found, act=act_of(request))
    messages.success(request, _("The second factors are gone; they are asked for a new one."))
    return redirect("accounts:person", person_id)
