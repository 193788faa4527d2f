"""The homes of a grid on the map: from a house to its homes to how many live in each."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.registry.models import Building, Dwelling
from linli.registry.policies.places import opens_grid
from linli.registry.queries import coverage, homes
from linli.registry.views.frame import asking, crumbs, grid_or_404
from linli.territory.models import Grid
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

Point = dict[str, object]


def _pages(here: str, asked: dict[str, str], after: str, cursor: str) -> dict[str, str]:
    """Return the addresses of the first and the next page; empty where there is none."""
    kept = urlencode(asked)
    first = f"{here}?{kept}" if kept else here
    more = f"{here}?{urlencode({**asked, 'after': after})}" if after else ""
    return {"first": first if cursor else "", "next": more}


@never_cache
@require_safe
@needs(Permission.SEE_REGISTRY)
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Show the houses of a grid beside their map; to others than its own, counts and no more."""
    who, now = asking(request)
    if not opens_grid(who, code):
        return _counts_only(request, code)
    found = grid_or_404(who, code)
    shown = request.GET.get("of", homes.HOUSES)
    if shown not in {homes.HOUSES, homes.ALONE}:
        raise Http404
    cursor = request.GET.get("after", "")
    listed = homes.houses_of if shown == homes.HOUSES else homes.alone_in
    page, here = listed(code, who, now, cursor), reverse("registry:homes", args=[code])
    context = {
        "grid": found,
        "shown": shown,
        "rows": page.rows,
        "heads": homes.heads_in(code, who, now),
        "is_own": code in who.grids and who.may(Permission.KEEP_REGISTRY),
        "layer": f"{reverse('layers:grids')}?under={code}",
        "points": reverse("registry:houses", args=[code]),
        "here": here,
        "breadcrumbs": crumbs(code, Crumb(_("Homes on the map"))),
        **_pages(here, {"of": shown}, page.after, cursor),
    }
    return render(request, "registry/homes.html", context)


def _counts_only(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a grid has in numbers, the small ones withheld."""
    grids = Grid.objects.select_related("division").defer("geometry", "division__geometry")
    found = get_object_or_404(grids, code=code)
    rows = coverage.area_rows(found.division_id)
    row = next((one for one in rows if one.code == code), None)
    context = {
        "grid": found,
        "cells": row.cells if row is not None and coverage.counted_at() else (),
        "layer": f"{reverse('layers:grids')}?under={code}",
        "breadcrumbs": crumbs(found.division_id, Crumb(found)),
    }
    return render(request, "registry/homes_counts.html", context)


@never_cache
@require_safe
@needs(Permission.SEE_REGISTRY)
def house(request: HttpRequest, code: str, house_id: UUID) -> HttpResponse:
    """Show the homes of one house with their head-counts, beside its place on the map."""
    who, now = asking(request)
    found = grid_or_404(who, code)
    row = homes.house_of(code, house_id, who, now)
    if row is None:
        raise Http404
    cursor, here = request.GET.get("after", ""), reverse("registry:house", args=[code, house_id])
    page, above = homes.homes_of(row, who, now, cursor), reverse("registry:homes", args=[code])
    address = row.address
    context = {
        "grid": found,
        "house": row,
        "rows": page.rows,
        "heads": homes.heads_of(row, who, now),
        "is_own": code in who.grids and who.may(Permission.KEEP_REGISTRY),
        "layer": f"{reverse('layers:grids')}?under={code}",
        "point": (address.lon, address.lat) if address.lon is not None else None,
        "breadcrumbs": crumbs(code, Crumb(_("Homes on the map"), above), Crumb(row)),
        **_pages(here, {}, page.after, cursor),
    }
    return render(request, "registry/house.html", context)


def _people(people: int | None) -> str:
    if people is None:
        return _("not counted")
    return ngettext("%(n)d person", "%(n)d people", people) % {"n": people}


def _point(row: Building | Dwelling, url: str, words: list[str]) -> Point:
    at = [row.address.lon, row.address.lat]
    told = {"url": url, "label": " · ".join([str(row), *words]), "colour": "home"}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at},
        "properties": told,
    }


@never_cache
@require_safe
@needs(Permission.SEE_REGISTRY)
def houses_json(request: HttpRequest, code: str) -> JsonResponse:
    """Return the houses of a grid, and its homes without one, as points of a map."""
    who, now = asking(request)
    grid_or_404(who, code)
    houses, alone = homes.points_of(code, who, now)
    features = []
    for one in houses:
        count = ngettext("%(n)d home", "%(n)d homes", one.homes) % {"n": one.homes}
        url = reverse("registry:house", args=[code, one.pk])
        features.append(_point(one, url, [count, _people(one.people)] if one.homes else [count]))
    for home in alone:
        url = reverse("registry:record", args=["dwelling", home.pk])
        features.append(_point(home, url, [_people(home.heads)]))
    layer = {"type": "FeatureCollection", "features": features}
    return JsonResponse(layer, content_type="application/geo+json")
