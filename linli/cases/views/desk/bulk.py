"""One verb for many cases: each is done or says why not, and a repeat does nothing twice."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.accounts.rules.roles import Permission
from linli.audit.actions import Clash
from linli.cases.actions.steps import Order
from linli.cases.forms import deeds as forms
from linli.cases.models import Case
from linli.cases.policies import Who, may_ever
from linli.cases.queries.desk import CALLED
from linli.cases.queries.dispatching import propose
from linli.cases.queries.lists import cases_of
from linli.cases.rules.workflow import CaseVerb
from linli.cases.views.desk.deeds import DEEDS, do
from linli.cases.views.desk.doors import Asking, asking
from linli.cases.views.desk.looks import VERB_LOOKS
from linli.kernel.refusal import Refusal, Refused
from linli.web.views.doors import act_id_of, needs

MOST = 200


@dataclass(frozen=True)
class BulkDeed:
    """A verb that is offered for many cases at a time."""

    verb: CaseVerb
    label: Promise
    form: type[forms.DeedForm]

    @property
    def icon(self) -> str:
        """The picture of the verb."""
        return VERB_LOOKS[self.verb][0]

    @property
    def at_once(self) -> bool:
        """Whether nothing has to be typed."""
        return DEEDS[self.verb].at_once


BULK: tuple[BulkDeed, ...] = (
    BulkDeed(CaseVerb.ACCEPT, gettext_lazy("Accept"), forms.DeedForm),
    BulkDeed(CaseVerb.REGISTER, gettext_lazy("Register"), forms.DeedForm),
    BulkDeed(CaseVerb.DISPATCH, gettext_lazy("Dispatch"), forms.BulkDispatchForm),
    BulkDeed(CaseVerb.SIGN, gettext_lazy("Sign for it"), forms.DeedForm),
    BulkDeed(CaseVerb.URGE, gettext_lazy("Urge"), forms.DeedForm),
    BulkDeed(CaseVerb.NOTE, gettext_lazy("Internal note"), forms.NoteForm),
    BulkDeed(CaseVerb.ACKNOWLEDGE, gettext_lazy("Acknowledge"), forms.DeedForm),
)
_BY_VERB = {deed.verb.value: deed for deed in BULK}


def bulk_deeds(who: Who, queue: str) -> list[BulkDeed]:
    """Return the verbs a list offers to somebody: those they may do to some case.

    Calls are acknowledged where they are listed, and nowhere else.
    """
    return [
        deed
        for deed in BULK
        if may_ever(deed.verb, who)
        and (deed.verb is not CaseVerb.ACKNOWLEDGE or queue == CALLED.key)
    ]


@dataclass(frozen=True)
class Outcome:
    """What became of one case; ``refusal`` is None where the verb was done."""

    case: Case
    refusal: object = None


def _chosen(request: HttpRequest, asker: Asking) -> list[Case]:
    """Return the ticked cases that are there for this person, in the order of the list."""
    wanted: list[uuid.UUID] = []
    for text in request.POST.getlist("case")[:MOST]:
        try:
            wanted.append(uuid.UUID(text))
        except ValueError:
            continue
    found = cases_of(asker.who).in_bulk(list(dict.fromkeys(wanted)))
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


def _settle_unit(form: forms.DeedForm, case: Case) -> None:
    """Without a unit of the form, the case goes to the one proposed for it."""
    if not isinstance(form, forms.BulkDispatchForm):
        return
    if form.is_by_proposal or forms.chosen_unit(form) is None:
        form.is_by_proposal = True
        proposal = propose(case, timezone.localdate())
        if proposal is None:
            raise Refused(Refusal("no_proposal", _("No rule proposes a unit for this case.")))
        form.cleaned_data["unit"] = proposal.unit


def _outcome(case: Case, form: forms.DeedForm, order: Order, deed: BulkDeed) -> Outcome:
    try:
        _settle_unit(form, case)
        do(deed.verb, order, form)
    except Refused as refused:
        return Outcome(case, refused.refusal)
    except Clash:
        return Outcome(case, _("Something else was already sent under this number"))
    return Outcome(case)


def _outcomes(
    chosen: Sequence[Case], form: forms.DeedForm, act_id: uuid.UUID, asker: Asking, deed: BulkDeed
) -> list[Outcome]:
    found = []
    for case in chosen:
        # The id of each act follows from the form's, so sending the form twice does each once.
        own_act = uuid.uuid5(act_id, str(case.pk))
        order = form.order(own_act, case.pk, asker.who, asker.at)
        found.append(_outcome(case, form, order, deed))
    return found


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else ""


@require_POST
@needs(Permission.SEE_DESK)
def bulk(request: HttpRequest) -> HttpResponse:
    """Do a verb to all ticked cases, after asking for what the verb needs."""
    deed = _BY_VERB.get(request.POST.get("verb", ""))
    if deed is None:
        return HttpResponseBadRequest(_("Choose what shall be done."))
    asker = asking(request)
    chosen = _chosen(request, asker)
    said = "said" in request.POST
    form = deed.form(request.POST if said or deed.at_once else None)
    context = {"deed": deed, "cases": chosen, "form": form, "back": _back(request)}
    context["too_many"] = MOST if len(request.POST.getlist("case")) > MOST else 0
    act_id = act_id_of(request)
    if not chosen or not form.is_bound or not form.is_valid():
        context["act"] = act_id
        status = 422 if form.errors else 200
        return render(request, "cases/desk/bulk_ask.html", context, status=status)
    outcomes = _outcomes(chosen, form, act_id, asker, deed)
    context["outcomes"] = outcomes
    context["done"] = sum(outcome.refusal is None for outcome in outcomes)
    return render(request, "cases/desk/bulk_done.html", context)
