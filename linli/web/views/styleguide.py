"""The style guide: every component on one page, with invented content."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.kernel.refusal import Refusal
from linli.web.forms import SampleForm
from linli.web.rules.components import Crumb, TimelineEntry

_CENTRE = (112.734, 27.232)


def _only_here() -> None:
    if not (settings.DEBUG or getattr(settings, "LINLI_DEMO", False)):
        raise Http404


def _events(now: datetime) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            now - timedelta(hours=2), _("Dispatched"), "send", "派小双（演示）",
            _("Water office is responsible for pipes under public roads."), tone="progress",
        ),
        TimelineEntry(
            now - timedelta(hours=5), _("Note"), "note", "受小理（演示）",
            _("The reporter called again; the water reaches the shop now."), internal=True,
            tone="warning",
        ),
        TimelineEntry(
            now - timedelta(hours=7), _("Accepted"), "check", "受小理（演示）", tone="success",
            details=[(_("Category"), _("Water pipe burst")), (_("Limit"), _("2 working days"))],
        ),
        TimelineEntry(now - timedelta(hours=8), _("Reported"), "message-plus", _("A resident")),
    ]  # fmt: skip


def _rows(now: datetime) -> list[dict[str, object]]:
    lines = (
        ("20261123-7KMQ2X", _("Water runs over the road at the market gate"), "red", -30),
        ("20261122-4HTPX9", _("Street lamp out for three nights"), "yellow", 5),
        ("20261122-9WEJ3C", _("Rubbish beside the stairs not collected"), "blue", 20),
        ("20261121-PQ37FA", _("How to apply for a home visit by the doctor"), "", 96),
    )
    return [
        {"number": number, "title": title, "colour": colour, "due": now + timedelta(hours=hours)}
        for number, title, colour, hours in lines
    ]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component on one page, in the demo and while developing only."""
    _only_here()
    now = timezone.now()
    if "toasts" in request.GET:
        messages.success(request, _("Saved."))
        messages.error(request, _("The file could not be read."))
    data = {"title": "", "answer": "sms", "lon": "112.73", "lat": "x"}
    context = {
        "breadcrumbs": [Crumb(_("Start"), "/"), Crumb(_("Style guide"))],
        "form": SampleForm(),
        "filter_form": SampleForm(auto_id="filter_%s"),
        "wrong_form": SampleForm(data, auto_id="wrong_%s"),
        "events": _events(now),
        "rows": _rows(now),
        "pairs": [
            (_("Category"), _("Water pipe burst")),
            (_("Grid"), "430412001001003"),
            ("–", ""),
        ],
        "refusal": Refusal("own_case", _("You handled this case, so somebody else checks it.")),
        "grids": reverse("web:styleguide_grids"),
        "cases": reverse("web:styleguide_cases"),
        "point": _CENTRE,
        "unread_notifications": 3,
    }
    template = "web/styleguide_portal.html" if "portal" in request.GET else "web/styleguide.html"
    return render(request, template, context)


@require_safe
def styleguide_grids(request: HttpRequest) -> JsonResponse:
    """Return sixteen invented squares as a base map."""
    _only_here()
    step = 0.006
    features = []
    for index in range(16):
        west = _CENTRE[0] + (index % 4 - 2) * step
        south = _CENTRE[1] + (index // 4 - 2) * step
        ring = [(west, south), (west + step, south), (west + step, south + step)]
        ring += [(west, south + step), (west, south)]
        features.append(
            {
                "type": "Feature",
                "properties": {"label": f"第{index + 1}网格"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_safe
def styleguide_cases(request: HttpRequest) -> JsonResponse:
    """Return sixty invented points in a fixed pattern."""
    _only_here()
    features = [
        {
            "type": "Feature",
            "properties": {
                "label": f"演示案件 {index + 1}",
                "url": "#",
                "colour": ("", "blue", "yellow", "red")[index % 4],
            },
            "geometry": {
                "type": "Point",
                "coordinates": [
                    _CENTRE[0] + ((index * 37) % 60 - 30) * 0.00036,
                    _CENTRE[1] + ((index * 23) % 60 - 30) * 0.00034,
                ],
            },
        }
        for index in range(60)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
