"""The map of open cases, and the list that says the same."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.forms.filters import asked
from linli.cases.queries.desk_map import MOST_POINTS, is_beyond_map, newest_on_map, points_of
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.lists import filter_choices, with_looks
from linli.web.views.doors import needs

_LISTED = 30


@require_safe
@needs(Permission.SEE_DESK)
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the open cases on the ground of the grids."""
    asker = asking(request)
    who, wanted = asker.who, asked(request.GET)
    context = {
        "cases": with_looks(newest_on_map(who, wanted.filters, _LISTED), asker.at),
        "points_url": reverse("desk:map_cases") + wanted.address(),
        "list_url": reverse("desk:cases") + wanted.address(),
        "wanted": wanted.shown,
        "active": wanted.active,
        "choices": filter_choices(),
        "on_map": True,
        "is_capped": is_beyond_map(who, wanted.filters),
        "most": MOST_POINTS,
    }
    return render(request, "cases/desk/map.html", context)


@require_safe
@needs(Permission.SEE_DESK)
def map_cases(request: HttpRequest) -> HttpResponse:
    """Answer the points of the map as GeoJSON; ``capped`` says that there are more."""
    points = points_of(asking(request).who, asked(request.GET).filters)
    body = {"type": "FeatureCollection", "features": points.features, "capped": points.is_capped}
    response = HttpResponse(orjson.dumps(body), content_type="application/geo+json")
    response["Cache-Control"] = "private, no-store"
    return response
