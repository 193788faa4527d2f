"""The first page, what is kept and why, and what every browser may ask for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.cases.queries.portal_categories import tiles
from linli.territory.queries import divisions_layer
from linli.territory.rules.codes import Level

_ROBOTS = """User-agent: *
Disallow: /c/
Disallow: /follow/
Disallow: /known/
Disallow: /files/
Disallow: /report/
Disallow: /desk/
Disallow: /manage/
Disallow: /accounts/
Disallow: /registry/
Disallow: /my/
"""
TILE_ICONS = {
    "01": "bulb",
    "02": "trash",
    "03": "droplet",
    "04": "volume",
    "05": "alert-triangle",
    "06": "traffic-lights",
    "07": "building",
    "08": "heart-handshake",
    "09": "plant",
    "10": "users",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the ways in: report, follow, the board, and the emergency numbers."""
    shown = [(tile, TILE_ICONS.get(tile.category.code, "folder")) for tile in tiles()]
    return render(request, "cases/portal/home.html", {"tiles": shown})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, and who sees it."""
    return render(request, "cases/portal/privacy.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay on the public pages."""
    return HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Return the outlines of villages and communities as the base map of the report form."""
    layer = divisions_layer(Level.VILLAGE)
    if request.headers.get("If-None-Match") == layer.etag:
        return HttpResponse(status=304)
    response = HttpResponse(layer.body, content_type="application/geo+json")
    response["ETag"] = layer.etag
    response["Cache-Control"] = "public, max-age=3600"
    return response
