"""Reporting in under a minute: choose what it is about, say it, get a receipt."""

import base64
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.audit.actions import Clash
from linli.cases.actions.allowances import use_allowance
from linli.cases.actions.attachments import Ready, report_with_files, waiting_thumbnail
from linli.cases.actions.contacts import query_code
from linli.cases.forms.attachments import token_of
from linli.cases.forms.portal import ReportForm
from linli.cases.models import Case, Category, CategoryVersion
from linli.cases.policies import Facts, Who, refuse
from linli.cases.queries.categories import current_version
from linli.cases.queries.portal_categories import offered_category, suggested, tiles
from linli.cases.queries.portal_nearby import Known, known_matters
from linli.cases.queries.portal_progress import progress_of
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.cases.views.portal.access import address_of, has_opened, open_case
from linli.cases.views.portal.hints import WORDS_LENGTH, matters_of, sketch_of
from linli.cases.views.portal.pages import TILE_ICONS
from linli.cases.views.portal.wording import Words, next_words
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.territory.queries import lies_outside
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of


def pictures_of(files: Sequence[Ready]) -> list[dict[str, str]]:
    """Return waiting files for hidden fields, with their small pictures as data addresses."""
    shown = []
    for ready in files:
        small = waiting_thumbnail(ready)
        picture = ""
        if small.is_file():
            picture = "data:image/jpeg;base64," + base64.b64encode(small.read_bytes()).decode()
        shown.append(
            {"token": token_of(ready), "id": ready.id.hex, "name": ready.name, "picture": picture}
        )
    return shown


def limit_files(request: HttpRequest, at: datetime) -> str:
    """Count the files that a stranger sends; return a sentence and drop them when too many."""
    count = sum(len(request.FILES.getlist(name)) for name in request.FILES)
    if not count:
        return ""
    try:
        use_allowance(purpose="file", whose=address_of(request), at=at, count=count)
    except Refused as refused:
        request.FILES.clear()
        return str(refused.refusal)
    return ""


def _choose(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("words", "")[:WORDS_LENGTH]
    top = request.GET.get("top", "")
    shown = [(tile, TILE_ICONS.get(tile.category.code, "folder")) for tile in tiles()]
    context = {
        "words": words,
        "suggested": suggested(words),
        "searched": bool(words.strip()),
        "tiles": shown,
        "top": top,
    }
    return render(request, "cases/portal/choose.html", context)


def _form_page(
    request: HttpRequest, form: ReportForm, act_id: uuid.UUID, known: Sequence[Known] = ()
) -> HttpResponse:
    shown = sorted(set(form.errors) - {"__all__"})
    place = sketch_of(form.category, form.data)
    is_outside = lies_outside(place.lon, place.lat)
    context = {
        "form": form,
        "category": form.category,
        "version": form.version,
        "pictures": pictures_of(form.waiting if form.is_bound else ()),
        "act_id_value": act_id,
        "known": matters_of(known),
        "known_seen": form.data.get("known_seen"),
        "is_outside": is_outside,
        "contact_open": bool({"telephone", "name", "email"} & set(shown)),
        "breadcrumbs": [
            Crumb(_("Report a matter"), reverse("portal:report")),
            Crumb(str(form.category)),
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "cases/portal/report.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Choose a category, then fill in the form of that category; POST makes the case."""
    given = request.POST if request.method == "POST" else request.GET
    category = offered_category(given.get("category", ""))
    version = current_version(category, timezone.now()) if category is not None else None
    if category is None or version is None:
        return _choose(request)
    if request.method == "POST":
        return _sent(request, category, version)
    return _blank(request, category, version)


def _given_id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("act", ""))
    except ValueError:
        return None


def _blank(request: HttpRequest, category: Category, version: CategoryVersion) -> HttpResponse:
    """Show an empty form whose id stands in its address.

    So the browser's back button finds the same act: once it is sent, it shows the receipt.
    """
    act_id = _given_id(request)
    words = request.GET.get("words", "")[:WORDS_LENGTH]
    if act_id is None:
        query = {
            "category": category.code,
            "act": str(new_id()),
            **({"words": words} if words else {}),
        }
        return redirect(f"{reverse('portal:report')}?{urlencode(query)}")
    if has_opened(request, act_id, timezone.now()):
        sent = Case.objects.filter(pk=act_id).first()
        if sent is not None:
            return redirect("portal:receipt", number=sent.number)
    page = _form_page(request, ReportForm(category, version, initial={"title": words}), act_id)
    page["Cache-Control"] = "no-store"
    return page


def _sent(request: HttpRequest, category: Category, version: CategoryVersion) -> HttpResponse:
    now, act_id = timezone.now(), act_id_of(request)
    too_many = limit_files(request, now)
    form = ReportForm(category, version, data=request.POST, files=request.FILES)
    if not form.is_valid() or too_many or form.report is None:
        if too_many:
            form.add_error("photos", too_many)
        return _form_page(request, form, act_id)
    if Case.objects.filter(pk=act_id).exists():
        return _made(request, form, act_id, now)
    sketch = sketch_of(category, request.POST.dict())
    found = () if request.POST.get("known_seen") else known_matters(sketch, now)
    is_news = not request.POST.get("outside_seen") and lies_outside(sketch.lon, sketch.lat)
    if found or is_news:
        return _form_page(request, form, act_id, found)
    return _made(request, form, act_id, now)


def _made(request: HttpRequest, form: ReportForm, act_id: uuid.UUID, now: datetime) -> HttpResponse:
    if form.report is None:
        raise Http404
    try:
        if not Case.objects.filter(pk=act_id).exists():
            use_allowance(purpose="report", whose=address_of(request), at=now)
        case = report_with_files(report=form.report, files=form.waiting, at=now, act_id=act_id)
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return _form_page(request, form, act_id)
    except Clash:
        if not has_opened(request, act_id, now):
            raise
        case = Case.objects.get(pk=act_id)
        messages.warning(
            request, _("This form was sent before, and the first version counts. Add to it below.")
        )
        return redirect("portal:case", number=case.number)
    open_case(request, case.pk, now)
    return redirect("portal:receipt", number=case.number)


def _next_words(case: Case) -> Words:
    """Return what happens next; why a report was not taken stands on its page, not here."""
    main = progress_of(case).main
    if main.state in {CaseState.REFUSED.value, CaseState.VOIDED.value}:
        return ""
    rating = refuse(CaseVerb.RATE, Who.reporter(case.pk), Facts(case), timezone.now())
    return next_words(main.state, asks_rating=rating is None)


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Show number and query code once more, to be printed or written down."""
    found = Case.objects.select_related("category", "category_version")
    case = found.filter(number=number).first()
    if case is None or not has_opened(request, case.pk, timezone.now()):
        return redirect("portal:follow")
    code = query_code(case.pk)
    context = {
        "case": case,
        "code": code,
        "code_spaced": f"{code[:4]} {code[4:]}",
        "next": _next_words(case),
        "is_open": case.closed_at is None,
        "files": case.attachments.filter(is_public=True).count(),
        "emergency": case.category_version.emergency_number,
    }
    return render(request, "cases/portal/receipt.html", context)
