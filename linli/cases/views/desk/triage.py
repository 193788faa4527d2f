"""One case after another, by keyboard; colleagues get different ones."""

import uuid
from dataclasses import dataclass
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.claiming import claim_next
from linli.cases.models import Case
from linli.cases.models.choices import Channel, Kind, State, Verb
from linli.cases.policies import Facts, may_see, refuse
from linli.cases.queries.desk_triage import (
    COUNTED,
    TRIAGED,
    count_pending,
    held_by,
    is_pending,
    pending,
)
from linli.cases.queries.dispatching import propose
from linli.cases.queries.duplicates import alike_to, sketch_of
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.desk.buttons import Button, button_of
from linli.cases.views.desk.corrections import clashes_for
from linli.cases.views.desk.doors import Asking, asking, case_for
from linli.cases.views.desk.looks import STATE_LOOKS
from linli.cases.views.desk.parts import as_part
from linli.web.views.doors import needs

_SKIPPED = "triage_skipped"
_MOST_SKIPPED = 200
# Which verbs stand on the screen, and their keys; the policy greys what cannot be done.
_KEYS: dict[CaseState, dict[CaseVerb, str]] = {
    CaseState.REPORTED: {
        CaseVerb.ACCEPT: "a",
        CaseVerb.REFUSE: "r",
        CaseVerb.ANSWER: "w",
        CaseVerb.CORRECT: "c",
    },
    CaseState.ACCEPTED: {
        CaseVerb.REGISTER: "a",
        CaseVerb.REFUSE: "r",
        CaseVerb.ASK_VERIFICATION: "v",
        CaseVerb.CORRECT: "c",
    },
    CaseState.REGISTERED: {CaseVerb.DISPATCH: "u", CaseVerb.VOID: "x", CaseVerb.CORRECT: "c"},
}
# What can be taken back, and by which verb.
_UNDO = {CaseVerb.MERGE: CaseVerb.UNMERGE}


@dataclass(frozen=True)
class Did:
    """What was just done, and how it is taken back if the workflow allows that."""

    case: Case
    verb: str
    undo: str


def _asked_did(request: HttpRequest, asker: Asking) -> Did | None:
    """Read what was just done from the address that the verb led to."""
    try:
        verb = CaseVerb(request.GET.get("did", ""))
        case_id = uuid.UUID(request.GET.get("case", ""))
    except ValueError:
        return None
    return _did(verb, case_id, asker)


def _did(verb: CaseVerb, case_id: uuid.UUID, asker: Asking) -> Did | None:
    case = Case.objects.filter(pk=case_id).select_related("grid").defer("grid__geometry").first()
    if case is None or not may_see(asker.who, case):
        return None
    undo = _UNDO.get(verb)
    possible = undo is not None and refuse(undo, asker.who, Facts(case), asker.at) is None
    return Did(case, str(Verb(verb.value).label), undo.value if undo and possible else "")


def _skipped(request: HttpRequest) -> list[str]:
    return list(request.session.get(_SKIPPED, []))


def _next(request: HttpRequest, asker: Asking) -> tuple[uuid.UUID | None, int]:
    """Return the case for this screen, and how many wait (up to COUNTED)."""
    who, skipped = asker.who, _skipped(request)
    held = held_by(asker.person, asker.at)
    first = [held] if held is not None and is_pending(who, held, skipped) else []
    chosen = claim_next(
        candidates=chain(first, pending(who, skipped)), by=asker.person, at=asker.at
    )
    return chosen, count_pending(who, skipped)


def _buttons(case: Case, facts: Facts, asker: Asking) -> list[Button]:
    keys = _KEYS[CaseState(case.state)]
    return [
        button_of(verb, refuse(verb, asker.who, facts, asker.at), key)
        for verb, key in keys.items()
        if verb is not CaseVerb.CORRECT or asker.who.may(Permission.CORRECT_CASE)
    ]


def _screen(case: Case, asker: Asking) -> dict[str, object]:
    facts = Facts(case)
    tone, icon = STATE_LOOKS[case.state]
    may_merge = refuse(CaseVerb.MERGE, asker.who, facts, asker.at) is None
    to_dispatch = refuse(CaseVerb.DISPATCH, asker.who, facts, asker.at) is None
    return {
        "case": case,
        "point": None if case.lon is None else (case.lon, case.lat),
        "state": {"label": State(case.state).label, "tone": tone, "icon": icon},
        "kind": Kind(case.kind).label,
        "channel": Channel(case.channel).label,
        "buttons": _buttons(case, facts, asker),
        "clashes": clashes_for(case, asker),
        "alike": alike_to(sketch_of(case)) if may_merge else (),
        "proposal": propose(case, timezone.localdate(asker.at)) if to_dispatch else None,
        "steps": list(case.steps.exclude(verb="report").select_related("by")),
    }


def screen(request: HttpRequest, asker: Asking, did: Did | None = None) -> HttpResponse:
    """Answer with the next case: a whole page, or the part that htmx asked for."""
    context: dict[str, object] = {
        "may_triage": any(asker.who.may(needed) for needed in TRIAGED.values()),
        "did": did,
        "skipped": len(_skipped(request)),
    }
    chosen, waiting = _next(request, asker)
    context.update(waiting=waiting, more_wait=waiting >= COUNTED)
    if chosen is not None:
        context.update(_screen(case_for(asker.who, chosen), asker))
    if not request.headers.get("HX-Request"):
        return render(request, "cases/desk/triage.html", context)
    return as_part(request, render(request, "cases/desk/triage_body.html", context), "#ld-triage")


def after(request: HttpRequest, verb: CaseVerb, case: Case, asker: Asking) -> HttpResponse:
    """Answer a verb that was done here: say so, and show the next case."""
    if request.headers.get("HX-Request"):
        # A redirect would lose what htmx says of itself, and with it the part.
        return screen(request, asker, _did(verb, case.pk, asker))
    return redirect(f"{reverse('desk:triage')}?did={verb.value}&case={case.pk}")


@never_cache
@require_safe
@needs(Permission.SEE_DESK)
def triage(request: HttpRequest) -> HttpResponse:
    """Show the next case to be accepted, registered or dispatched."""
    asker = asking(request)
    return screen(request, asker, _asked_did(request, asker))


@require_POST
@needs(Permission.SEE_DESK)
def skip(request: HttpRequest) -> HttpResponse:
    """Leave a case for later, or take up those left before."""
    if "all" in request.POST:
        request.session[_SKIPPED] = []
    else:
        left = [*_skipped(request), request.POST.get("case", "")[:36]]
        request.session[_SKIPPED] = left[-_MOST_SKIPPED:]
    if request.headers.get("HX-Request"):
        return screen(request, asking(request))
    return redirect("desk:triage")


@require_safe
@needs(Permission.SEE_DESK)
def duplicates(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show which open cases may be the same matter as this one."""
    asker = asking(request)
    case = case_for(asker.who, case_id)
    context = {
        "case": case,
        "alike": alike_to(sketch_of(case)),
        "may_merge": refuse(CaseVerb.MERGE, asker.who, Facts(case), asker.at) is None,
        "title": _("Duplicates of %(number)s") % {"number": case.number},
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "cases/desk/duplicates.html" if is_part else "cases/desk/duplicates_page.html"
    return render(request, template, context)
