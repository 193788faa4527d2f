"""What a reporter is told while writing: categories, known matters, and what a place is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from linli.cases.models import Case, Category
from linli.cases.queries.portal_categories import offered_category, suggested
from linli.cases.queries.portal_nearby import Known, Sketch, known_matters
from linli.cases.views.portal.wording import standing_of
from linli.territory.queries import lies_outside

_KNOWN_SALT = "known-matter"
_KNOWN_FOR = 90 * 86_400
WORDS_LENGTH = 120


def _whole_page(request: HttpRequest, *names: str) -> HttpResponse | None:
    """Lead whoever opens the address of a fragment to the page it belongs to."""
    if request.headers.get("HX-Request"):
        return None
    given = {name: request.GET[name] for name in names if request.GET.get(name)}
    query = f"?{urlencode(given)}" if given else ""
    return redirect(reverse("portal:report") + query)


@require_safe
@vary_on_headers("HX-Request")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return the categories that a few words may mean, as a fragment."""
    if (page := _whole_page(request, "words")) is not None:
        return page
    words = request.GET.get("words", "")[:WORDS_LENGTH]
    context = {"words": words, "suggested": suggested(words)}
    return render(request, "cases/portal/suggestions.html", context)


def sketch_of(category: Category, values: Mapping[str, Any]) -> Sketch:
    """Return what was typed so far, as far as it can be read."""

    def degrees(name: str, most: float) -> float | None:
        try:
            number = float(values.get(name, ""))
        except ValueError:
            return None
        return number if abs(number) <= most else None

    return Sketch(
        category,
        degrees("lon", 180),
        degrees("lat", 90),
        values.get("title", "")[:WORDS_LENGTH],
        values.get("place", "")[:200],
    )


def matters_of(known: Sequence[Known]) -> list[dict[str, object]]:
    """Return known matters as the page shows them: how they stand, and no words."""
    return [
        {
            "standing": standing_of(one.case.state),
            "since": one.case.reported_at,
            "due_at": one.case.due_at,
            "metres": one.metres,
            "reports": one.reports,
            "url": reverse("portal:known", args=[signing.dumps(one.case.number, salt=_KNOWN_SALT)]),
        }
        for one in known
    ]


@require_safe
@vary_on_headers("HX-Request")
def nearby(request: HttpRequest) -> HttpResponse:
    """Return what there is to know of a place, as a fragment.

    Matters that are known already near it (totals only), and whether it lies outside.
    """
    category = offered_category(request.GET.get("category", ""))
    if category is None:
        raise Http404
    if (page := _whole_page(request, "category")) is not None:
        return page
    sketch = sketch_of(category, request.GET.dict())
    known_seen = bool(request.GET.get("known_seen"))
    known = () if known_seen else known_matters(sketch, timezone.now())
    context = {
        "known": matters_of(known),
        "known_seen": known_seen,
        "is_outside": lies_outside(sketch.lon, sketch.lat),
    }
    return render(request, "cases/portal/nearby.html", context)


@require_safe
def known(request: HttpRequest, token: str) -> HttpResponse:
    """Show how a known matter stands: kind, place by village, state, deadline; no words."""
    try:
        number = signing.loads(token, salt=_KNOWN_SALT, max_age=_KNOWN_FOR)
    except signing.BadSignature as error:
        raise Http404 from error
    found = Case.objects.select_related("category", "grid__division", "merged_into")
    case = found.defer("grid__geometry", "grid__division__geometry").filter(number=number).first()
    if case is None:
        raise Http404
    main = case.merged_into or case
    context = {
        "case": case,
        "main": main,
        "standing": standing_of(main.state),
        "reports": 1 + Case.objects.filter(merged_into=main.pk, state="merged").count(),
    }
    return render(request, "cases/portal/known.html", context)
