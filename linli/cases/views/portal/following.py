"""Following a report with number and query code: how it stands, more words, rating, reopening."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases.actions import checking, conversing
from linli.cases.actions.allowances import check_allowance, use_allowance
from linli.cases.actions.attachments import attach_ready
from linli.cases.actions.contacts import is_query_code
from linli.cases.actions.steps import Order
from linli.cases.forms.following import AddForm, FollowForm, RateForm, ReopenForm
from linli.cases.models import Case
from linli.cases.models.choices import Satisfaction, Solved
from linli.cases.policies import Facts, Who, refuse
from linli.cases.queries.portal_progress import progress_of, reporters_case
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.portal import wording
from linli.cases.views.portal.access import address_of, close_cases, has_opened, open_case
from linli.cases.views.portal.reporting import limit_files, pictures_of
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.web.views.doors import act_id_of

# An unknown number takes the same way, and as long, as a wrong code.
_NOBODY = uuid.UUID(int=0)


def _opened_with(request: HttpRequest, form: FollowForm, at: datetime) -> Case | None:
    """Return the case whose number and code were given; Refused when too many tries were made."""
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    use_allowance(purpose="code", whose=address_of(request), at=at)
    check_allowance(purpose="number", whose=number, at=at)
    case = Case.objects.filter(number=number).only("id", "number").first()
    fits = is_query_code(case.pk if case is not None else _NOBODY, code)
    if fits and case is not None:
        return case
    use_allowance(purpose="number", whose=number, at=at)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and query code, and open the case for this browser."""
    status = 200
    form = FollowForm(initial={"number": request.GET.get("number", "")[:40]})
    if request.method == "POST":
        form, now, status = FollowForm(request.POST), timezone.now(), 422
        if form.is_valid():
            try:
                case = _opened_with(request, form, now)
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
                status = 429
            else:
                if case is not None:
                    open_case(request, case.pk, now)
                    return redirect("portal:case", number=case.number)
                form.add_error(
                    None,
                    _(
                        "Number and query code do not fit together. Please compare both with your"
                        " receipt."
                    ),
                )
    return render(request, "cases/portal/follow.html", {"form": form}, status=status)


def _their_case(request: HttpRequest, number: str, at: datetime) -> Case | None:
    case = reporters_case(number)
    return case if case is not None and has_opened(request, case.pk, at) else None


def _to_follow(number: str) -> HttpResponse:
    response = redirect("portal:follow")
    response["Location"] += f"?number={number}"
    return response


def _case_page(request: HttpRequest, case: Case, at: datetime, **forms: Form) -> HttpResponse:
    progress = progress_of(case)
    facts, who = Facts(case), Who.reporter(case.pk)
    may = {
        verb.value: refuse(verb, who, facts, at) is None
        for verb in (CaseVerb.ADD_WORDS, CaseVerb.RATE, CaseVerb.REOPEN)
    }
    standing = wording.standing_of(progress.main.state)
    add = forms.get("add_form")
    context = {
        "case": case,
        "main": progress.main,
        "joined": progress.is_joined,
        "standing": standing,
        "next": wording.next_words(progress.main.state, asks_rating=may[CaseVerb.RATE.value]),
        "stages": wording.STAGES,
        "with_stages": progress.main.state not in {CaseState.REFUSED.value, CaseState.VOIDED.value},
        "refusal": wording.refusal_words(progress.main.refusal_reason),
        "entries": wording.timeline_of(list(progress.steps)),
        "files": progress.files,
        "may": may,
        "is_rated": facts.is_rated,
        "reopens_until": facts.reopens_until if case.state == CaseState.CLOSED.value else None,
        "running": progress.main.closed_at is None and progress.main.due_at is not None,
        "add_form": AddForm(),
        "rate_form": RateForm(),
        "reopen_form": ReopenForm(),
        "pictures": pictures_of(add.waiting) if isinstance(add, AddForm) else [],
        "add_act": request.POST.get("act_id") if add else new_id(),
        **forms,
    }
    return render(request, "cases/portal/case.html", context, status=422 if forms else 200)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case to its reporter; everybody else is asked for number and code."""
    now = timezone.now()
    found = _their_case(request, number, now)
    return _case_page(request, found, now) if found is not None else _to_follow(number)


def _do(
    request: HttpRequest, number: str, name: str, form: Form, act: Callable[[Order], str]
) -> HttpResponse:
    """Check a form of the reporter's page, do what it asks, and come back with a sentence."""
    now = timezone.now()
    found = _their_case(request, number, now)
    if found is None:
        return _to_follow(number)
    if form.is_valid():
        try:
            said = act(Order(act_id_of(request), found.pk, Who.reporter(found.pk), now))
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            messages.success(request, said)
            return redirect("portal:case", number=number)
    return _case_page(request, found, now, **{name: form})


@require_POST
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Add words and photos to a report."""
    too_many = limit_files(request, timezone.now())
    form = AddForm(request.POST, files=request.FILES)
    if too_many:
        form.add_error("photos", too_many)

    def act(order: Order) -> str:
        if words := form.cleaned_data["words"].strip():
            said = replace(order, words=words, moved_numbers=form.moved_numbers)
            conversing.add_words(order=said)
        for ready in form.waiting:
            file_order = replace(order, act_id=uuid.uuid5(order.act_id, ready.given))
            attach_ready(order=file_order, ready=ready, public=True)
        return _("Thank you, it was added.")

    return _do(request, number, "add_form", form, act)


@require_POST
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Record whether it is solved and how satisfied the reporter is."""
    form = RateForm(request.POST)

    def act(order: Order) -> str:
        solved = Solved(form.cleaned_data["solved"])
        satisfaction = Satisfaction(form.cleaned_data["satisfaction"])
        checking.rate(order=order, solved=solved, satisfaction=satisfaction)
        if solved is Solved.NOT_SOLVED:
            return _("Thank you. If it is not solved you can reopen it below.")
        return _("Thank you for telling us.")

    return _do(request, number, "rate_form", form, act)


@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Take a closed case up again, with the reason."""
    form = ReopenForm(request.POST)

    def act(order: Order) -> str:
        reason = form.cleaned_data["reason"]
        checking.reopen(order=replace(order, words=reason, moved_numbers=form.moved_numbers))
        return _("It is open again; the unit responsible is told why.")

    return _do(request, number, "reopen_form", form, act)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the opened cases in this browser, for a shared computer."""
    close_cases(request)
    messages.success(request, _("This browser no longer shows your reports."))
    return redirect("portal:home")
