"""How complete and how fresh the registry is by area, and the places of one grid."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.registry.models import RecordKind
from linli.registry.policies import Who
from linli.registry.policies.places import opens_grid
from linli.registry.queries import coverage, places
from linli.registry.rules.coverage import Share
from linli.registry.views.frame import asking, crumbs, grid_or_404
from linli.territory.models import Division, Grid
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

_DISTRICT_DIGITS, _VILLAGE_DIGITS = 6, 12
_MOST_WORDS = 60


def _tiles(code: str) -> list[tuple[str, int, Share, Share]]:
    """Return kind, how many, complete and fresh, for each kind that is counted."""
    found = coverage.totals(code)
    return [
        (
            kind.value,
            found[kind.value].records,
            Share(found[kind.value].complete, found[kind.value].records),
            Share(found[kind.value].fresh, found[kind.value].records),
        )
        for kind in (
            RecordKind.DWELLING,
            RecordKind.RESIDENT,
            RecordKind.TENANCY,
            RecordKind.ORGANISATION,
            RecordKind.SCHOOL,
        )
    ]


def _leads_to(who: Who, row: coverage.AreaRow) -> str:
    """Return the name of the page of an area; of a grid that is not theirs it has numbers only."""
    if not row.is_grid:
        return "area"
    return "grid" if opens_grid(who, row.code) else "homes"


def _page(request: HttpRequest, division: Division | None) -> HttpResponse:
    who, _now = asking(request)
    code = division.code if division else ""
    rows = coverage.area_rows(code)
    links = {row.code: reverse(f"registry:{_leads_to(who, row)}", args=[row.code]) for row in rows}
    own = Grid.objects.filter(code__in=who.grids).order_by("code").defer("geometry")
    context = {
        "division": division,
        "rows": [(row, links[row.code]) for row in rows],
        "tiles": _tiles(code),
        "counted_at": coverage.counted_at(),
        "own": own if division is None or len(code) == _DISTRICT_DIGITS else (),
        "layer": f"{reverse('layers:grids')}?under={code}" if len(code) > _DISTRICT_DIGITS else "",
        "grid_page": reverse("registry:homes", args=["CODE"]),
        "perms_keep": bool(who.grids) and who.may(Permission.KEEP_REGISTRY),
        "withheld": any(cell.records is None for row in rows for cell in row.cells),
        "breadcrumbs": crumbs(code) if len(code) > _DISTRICT_DIGITS else [],
    }
    return render(request, "registry/home.html", context)


@require_safe
@needs(Permission.SEE_REGISTRY)
def home(request: HttpRequest) -> HttpResponse:
    """Show the district: how complete and how fresh its records are, by township."""
    return _page(request, Division.objects.filter(level="district").defer("geometry").first())


@require_safe
@needs(Permission.SEE_REGISTRY)
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show a township or a village with what lies below it."""
    division = get_object_or_404(Division.objects.defer("geometry"), code=code)
    return _page(request, division)


@require_safe
@needs(Permission.SEE_REGISTRY)
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Show the places of one grid, a kind at a time."""
    who, now = asking(request)
    found = grid_or_404(who, code)
    kind = request.GET.get("kind", RecordKind.DWELLING.value)
    if kind not in places.LISTED:
        raise Http404
    words = request.GET.get("q", "").strip()[:_MOST_WORDS]
    before, is_old = places.old_before(kind, timezone.localdate(now)), "old" in request.GET
    wanted = places.Wanted(
        kind, code, words, request.GET.get("after", ""), before if is_old else None
    )
    page = places.places_of(wanted, who, now)
    here = reverse("registry:grid", args=[code])
    asked = {"kind": kind, **({"q": words} if words else {}), **({"old": "1"} if is_old else {})}
    tally = coverage.counts_under(code).get(code, {}).get(kind)
    context = {
        "grid": found,
        "kind": kind,
        "kinds": [(one, RecordKind(one).label) for one in places.LISTED],
        "before": before,
        "is_old": is_old,
        "old": places.count_old(kind, code, who, now),
        "complete": Share(tally.complete, tally.records) if tally else None,
        "fresh": Share(tally.fresh, tally.records) if tally else None,
        "rows": page.rows,
        "words": words,
        "here": here,
        "first": f"{here}?{urlencode(asked)}" if wanted.after else "",
        "next": f"{here}?{urlencode({**asked, 'after': page.after})}" if page.after else "",
        "layer": f"{reverse('layers:grids')}?under={code}",
        "breadcrumbs": crumbs(found.division_id, Crumb(found)),
        "is_own": code in who.grids and who.may(Permission.KEEP_REGISTRY),
        "empty": _("Nothing here waits to be confirmed")
        if is_old
        else _("Nothing of this kind is kept here"),
    }
    return render(request, "registry/grid.html", context)
