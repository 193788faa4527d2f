"""The page of one case, and doing a verb to it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from linli.accounts.rules.roles import Permission
from linli.cases.actions.contacts import Moved, reveal_contact
from linli.cases.forms.deeds import ContactForm, DeedForm
from linli.cases.models import Case, CaseStep
from linli.cases.models.choices import Channel, Kind, State, Verb
from linli.cases.policies import Facts, may_see, refuse
from linli.cases.policies.contacts import hides_complainant, refuse_contact
from linli.cases.queries.clock import explained, steps_of
from linli.cases.queries.desk_page import contact_kinds, joined_to, proposal_for
from linli.cases.queries.next_people import next_people
from linli.cases.queries.standing_still import words_of_still
from linli.cases.rules.workflow import CASE_WORKFLOW, ENDED, CaseState, CaseVerb
from linli.cases.views.desk import triage
from linli.cases.views.desk.buttons import buttons_for
from linli.cases.views.desk.corrections import clashes_for, outcome_of
from linli.cases.views.desk.deeds import DEEDS, do
from linli.cases.views.desk.doors import Asking, asking, case_for
from linli.cases.views.desk.looks import STATE_LOOKS, VERB_LOOKS
from linli.cases.views.desk.parts import as_part
from linli.cases.views.desk.story import story_of
from linli.kernel.refusal import Refused
from linli.territory.queries import lies_outside
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs

# Where a verb leads back to, if not to the case; no address is taken from the form.
_PLACES = {"work": "desk:work", "calls": "desk:calls", "oversight": "desk:oversight"}
_DISPATCHABLE = CASE_WORKFLOW.step(CaseVerb.DISPATCH).sources
_MERGEABLE = CASE_WORKFLOW.step(CaseVerb.MERGE).sources


def _contact(case: Case, facts: Facts, asker: Asking) -> dict[str, object]:
    kinds = contact_kinds(case)
    return {"kinds": kinds, "refusal": refuse_contact(asker.who, case) if kinds else None}


def _had_clash(steps: Sequence[CaseStep]) -> bool:
    return any("waiting" in step.facts for step in steps)


def body_of(case: Case, asker: Asking) -> dict[str, object]:
    """Return what the body of the page shows; after a verb it is drawn anew."""
    facts, today = Facts(case), timezone.localdate(asker.at)
    steps = steps_of(case)
    state, is_hidden = CaseState(case.state), hides_complainant(asker.who, case)
    buttons = buttons_for(facts, asker)
    tone, icon = STATE_LOOKS[case.state]
    to_dispatch = state in _DISPATCHABLE and asker.who.may(Permission.DISPATCH_CASE)
    return {
        "case": case,
        "point": None if case.lon is None else (case.lon, case.lat),
        "state": {"label": State(case.state).label, "tone": tone, "icon": icon},
        "kind": Kind(case.kind).label,
        "channel": Channel(case.channel).label,
        "buttons": buttons,
        "clashes": clashes_for(case, asker) if _had_clash(steps) else (),
        "story": story_of(case, steps, case.reported_by_id if is_hidden else None),
        "reported_by": None if is_hidden else case.reported_by,
        "attachments": list(case.attachments.order_by("at")),
        "contact": _contact(case, facts, asker),
        "proposal": proposal_for(case, today) if to_dispatch else None,
        "to_dispatch": to_dispatch,
        "looks_for_duplicates": state in _MERGEABLE and asker.who.may(Permission.MERGE_CASE),
        "still": words_of_still([case], asker.at).get(case.pk, ""),
        "is_ended": state in ENDED,
        "joined": [one for one in joined_to(case) if may_see(asker.who, one)],
        "stages": explained(case, asker.at, steps),
        "next_people": next_people(case, today) if settings.LINLI_DEMO else (),
        "is_outside": case.grid is None and lies_outside(case.lon, case.lat, on=today),
    }


def _frame(case: Case) -> dict[str, object]:
    return {"breadcrumbs": [Crumb(_("Cases"), "/desk/cases/"), Crumb(case.number)]}


def case_part(request: HttpRequest, case_id: UUID, asker: Asking) -> HttpResponse:
    """Answer with the body of the page as it is now."""
    part = render(
        request, "cases/desk/case_body.html", body_of(case_for(asker.who, case_id), asker)
    )
    return as_part(request, part, "#ld-case")


@require_safe
@needs(Permission.SEE_DESK)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show all that is known of a case and all that can be done with it."""
    asker = asking(request)
    if request.headers.get("HX-Request"):
        return case_part(request, case_id, asker)
    found = case_for(asker.who, case_id)
    return render(request, "cases/desk/case.html", {**body_of(found, asker), **_frame(found)})


def _form(request: HttpRequest, verb: CaseVerb, found: Case) -> DeedForm:
    deed = DEEDS[verb]
    if request.method == "POST":
        return deed.form(request.POST, request.FILES, case=found)
    given = {name: value for name, value in request.GET.items() if name in deed.form.base_fields}
    return deed.form(initial=given, case=found)


def _show_form(
    request: HttpRequest, verb: CaseVerb, found: Case, more: Mapping[str, Any]
) -> HttpResponse:
    context = {
        **_frame(found),
        "case": found,
        "verb": verb.value,
        "label": Verb(verb.value).label,
        "icon": VERB_LOOKS[verb][0],
        "tone": DEEDS[verb].tone,
        "back": request.POST.get("back", request.GET.get("back", "")),
        **more,
    }
    if request.headers.get("HX-Request"):
        # With errors too: what is no success would not be swapped in.
        part = render(request, "cases/desk/deed_form.html", context)
        return as_part(request, part, "#ld-deed-box", "innerHTML")
    status = 422 if more["form"].is_bound else 200
    return render(request, "cases/desk/deed.html", context, status=status)


def _done(
    request: HttpRequest, verb: CaseVerb, changed: Case, act: UUID, asker: Asking
) -> HttpResponse:
    wanted = request.POST.get("back", "")
    on_page = wanted != "triage" and wanted not in _PLACES
    waits = outcome_of(act, on_its_page=on_page) if verb is CaseVerb.CORRECT else ""
    if waits:
        messages.warning(request, waits)
    if wanted == "triage":
        return triage.after(request, verb, changed, asker)
    if not waits:
        messages.success(request, _("Done: %(verb)s") % {"verb": Verb(verb.value).label})
    if wanted not in _PLACES and not may_see(asker.who, changed):
        # It was sent back or given away, and is another's now.
        wanted = "work"
    address = reverse(_PLACES[wanted]) if wanted in _PLACES else ""
    if not request.headers.get("HX-Request"):
        return redirect(address or reverse("desk:case", args=[changed.pk]))
    if address:
        return HttpResponseClientRedirect(address)
    return case_part(request, changed.pk, asker)


def _try(verb: CaseVerb, form: DeedForm, act: UUID, asker: Asking) -> Case | None:
    """Do the verb; None with the reason on the form where it cannot be done."""
    if form.case is None or not form.is_valid():
        return None
    order = form.order(act, form.case.pk, asker.who, asker.at)
    try:
        return do(verb, order, form)
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return None


@needs(Permission.SEE_DESK)
def deed(request: HttpRequest, case_id: UUID, verb: str) -> HttpResponse:
    """Ask for what a verb needs (GET), and do it (POST)."""
    try:
        wanted = CaseVerb(verb)
    except ValueError as error:
        raise Http404 from error
    if wanted not in DEEDS:
        raise Http404
    asker = asking(request)
    found = case_for(asker.who, case_id)
    form = _form(request, wanted, found)
    if request.method == "POST":
        act = act_id_of(request)
        changed = _try(wanted, form, act, asker)
        if changed is not None:
            return _done(request, wanted, changed, act, asker)
        return _show_form(request, wanted, found, {"form": form, "act": act})
    refusal = refuse(wanted, asker.who, Facts(found), asker.at)
    return _show_form(request, wanted, found, {"form": form, "refusal": refusal})


@require_POST
@needs(Permission.SEE_DESK)
def contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show how the reporter can be reached, after the reason was recorded."""
    asker = asking(request)
    found = case_for(asker.who, case_id)
    form = ContactForm(request.POST)
    context: dict[str, object] = {"case": found, "form": form, **_frame(found)}
    if form.is_valid():
        numbers = form.moved_numbers
        try:
            context["shown"] = reveal_contact(
                case=found,
                who=asker.who,
                by=asker.person,
                at=asker.at,
                reason=form.cleaned_data["reason"],
                moved=Moved(act_id_of(request), numbers) if numbers else None,
            )
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
    is_part = bool(request.headers.get("HX-Request"))
    template = "cases/desk/contact_shown.html" if is_part else "cases/desk/contact.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response
