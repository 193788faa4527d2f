"""Writing down what somebody tells, and what a worker solved on the spot."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.accounts.rules.roles import Permission, Role
from linli.audit.actions import Clash
from linli.cases.actions import intake
from linli.cases.actions.contacts import query_code
from linli.cases.actions.steps import Order
from linli.cases.forms.desk_report import DeskReportForm, SpotForm
from linli.cases.models import Case, Category
from linli.cases.models.choices import Channel
from linli.cases.policies import Who
from linli.cases.queries.categories import current_version
from linli.cases.queries.duplicates import Alike, Sketch, alike_to
from linli.cases.rules.personal_numbers import personal_numbers
from linli.cases.views.desk.doors import Asking, asking
from linli.kernel.refusal import Refused
from linli.territory.queries import lies_in_no_grid, lies_outside
from linli.web.views.doors import act_id_of, needs


def _is_worker(who: Who) -> bool:
    return who.standing is not None and who.standing.roles == {Role.GRID_WORKER}


def _saved(request: HttpRequest, form: DeskReportForm, asker: Asking) -> Case | None:
    """Make the case, or leave the reason on the form."""
    if not form.is_valid():
        return None
    try:
        return intake.report(
            report=form.report(), by=asker.person, at=asker.at, act_id=act_id_of(request)
        )
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return None


@needs(Permission.REPORT_CASE)
def new(request: HttpRequest) -> HttpResponse:
    """Write down a report for somebody who calls, comes or writes."""
    asker = asking(request)
    context: dict[str, object] = {}
    if request.method == "POST":
        form = DeskReportForm(request.POST)
        case = _saved(request, form, asker)
        if case is not None:
            words = _("Case %(number)s is recorded. The reporter's query code is %(code)s.")
            messages.success(request, words % {"number": case.number, "code": query_code(case.pk)})
            return redirect("desk:case", case.pk)
        context["act"] = act_id_of(request)
    else:
        channel = Channel.GRID_WORKER if _is_worker(asker.who) else Channel.TELEPHONE
        form = DeskReportForm(initial={"channel": channel.value})
    context["form"] = form
    status = 422 if form.is_bound else 200
    return render(request, "cases/desk/new.html", context, status=status)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _chosen_category(text: str) -> Category | None:
    try:
        return Category.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None


@require_POST
@needs(Permission.REPORT_CASE)
def alike(request: HttpRequest) -> HttpResponse:
    """Show, while a report is typed, what is open already, and numbers that will be moved."""
    asker = asking(request)
    typed = request.POST
    texts = [typed.get(name, "")[:4000] for name in ("title", "description", "place")]
    category = _chosen_category(typed.get("category", ""))
    lon, lat = _number(typed.get("lon", "")), _number(typed.get("lat", ""))
    found: Sequence[Alike] = ()
    if category is not None and asker.who.may(Permission.SEE_ALL_CASES):
        found = alike_to(
            Sketch(
                category=category,
                at=asker.at,
                lon=lon,
                lat=lat,
                words=" ".join(texts),
            )
        )
    version = current_version(category, asker.at) if category is not None else None
    context = {
        "alike": found,
        "is_outside": lies_outside(lon, lat),
        "version": version,
        "numbers": sum(len(personal_numbers(text)) for text in texts),
    }
    return render(request, "cases/desk/alike.html", context)


def _solved(request: HttpRequest, form: SpotForm, asker: Asking) -> Case | None:
    if not form.is_valid():
        return None
    act_id = act_id_of(request)
    version = current_version(form.cleaned_data["category"], asker.at)
    report = form.report(version.kinds if version else [])
    try:
        # Reported and solved, or neither: a case left open by half would wait for nobody.
        with transaction.atomic():
            case = intake.report(report=report, by=asker.person, at=asker.at, act_id=act_id)
            order = Order(uuid.uuid5(act_id, "solved"), case.pk, asker.who, asker.at)
            return intake.solve_on_spot(order=order)
    except Clash:
        # The quarantined body was rolled back with the rest: ask alone, so that it is kept.
        intake.report(report=report, by=asker.person, at=asker.at, act_id=act_id)
        raise
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return None


def _mark(form: SpotForm) -> str:
    """Return a mark on the map that lies in no grid, as a word to be sent back; else ""."""
    lon, lat = form.cleaned_data.get("lon"), form.cleaned_data.get("lat")
    return f"{lon},{lat}" if lies_in_no_grid(lon, lat) else ""


@needs(Permission.VERIFY_CASE)
def spot(request: HttpRequest) -> HttpResponse:
    """Record what a worker settled there and then: three fields.

    A mark that lies in no grid is asked about once; the same mark sent again is meant.
    """
    asker = asking(request)
    form = SpotForm(request.POST or None)
    mark = _mark(form) if form.is_valid() else ""
    if request.method == "POST" and mark in {"", request.POST.get("mark_seen", "")}:
        case = _solved(request, form, asker)
        if case is not None:
            words = _("Recorded as solved: %(number)s") % {"number": case.number}
            messages.success(request, words)
            return redirect("desk:spot")
    context = {"form": form, "mark": mark, "act": act_id_of(request) if form.is_bound else None}
    return render(request, "cases/desk/spot.html", context, status=422 if form.is_bound else 200)
