"""Layers of the map as GeoJSON, with an ETag: a browser fetches them once per change."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from linli.territory.queries import MapLayer, divisions_layer, grids_layer
from linli.territory.rules.codes import Level


@require_safe
def grids_json(request: HttpRequest) -> HttpResponse:
    """Return the grids of a day (``on``) under a division (``under``); boundaries are public."""
    under = request.GET.get("under", "")
    if under and not under.isdigit():
        raise Http404
    return answer(request, grids_layer(under, _day(request)))


@require_safe
def divisions_json(request: HttpRequest, level: str) -> HttpResponse:
    """Return the outlines of the divisions of a level."""
    if level not in set(Level):
        raise Http404
    return answer(request, divisions_layer(Level(level), _day(request)))


def answer(request: HttpRequest, layer: MapLayer) -> HttpResponse:
    """Send a layer, or 304 to those who have it."""
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    if layer.etag in known or f"W/{layer.etag}" in known:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(layer.body, content_type="application/geo+json")
    response["ETag"] = layer.etag
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept-Language, Cookie"
    return response


def _day(request: HttpRequest) -> date | None:
    given = request.GET.get("on", "")
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Http404 from error
