"""What the pages of records share: who asks, the way to a page, acts with their refusals."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.refusal import Refused
from linli.registry.actions.writing import Act
from linli.registry.policies import Who
from linli.registry.policies.places import opens_grid
from linli.territory.models import Division, Grid
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, person_of

_LEVELS = (6, 9, 12)


def asking(request: HttpRequest) -> tuple[Who, datetime]:
    """Return whose rights count, and now."""
    now = timezone.now()
    return Who.of(person_of(request), now), now


def act_of(request: HttpRequest) -> Act:
    """Return the act that a form carries."""
    return Act(act_id_of(request), person_of(request), timezone.now())


def done(request: HttpRequest, act: Callable[[], object], sentence: str) -> bool:
    """Run an act; say that it was done, or why it was not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused.refusal))
        return False
    messages.success(request, sentence)
    return True


def crumbs(code: str, *last: Crumb, opens: bool = True) -> list[Crumb]:
    """Return the way from the registry through the areas above a code of a division or grid.

    ``opens``: whether the grid's own page exists for whoever asks.
    """
    way = [Crumb(_("Registry"), reverse("registry:home"))]
    above = [code[:digits] for digits in _LEVELS[1:] if digits <= len(code)]
    named = {one.code: one for one in Division.objects.filter(code__in=above).defer("geometry")}
    way += [
        Crumb(named[each], reverse("registry:area", args=[each])) for each in above if each in named
    ]
    if len(code) > _LEVELS[-1]:
        grid = Grid.objects.filter(code=code).only("code", "name", "name_en").first()
        if grid is not None:
            way.append(Crumb(grid, reverse("registry:grid", args=[code]) if opens else ""))
    return [*way, *last]


def grid_or_404(who: Who, code: str) -> Grid:
    """Return a grid whose records exist for somebody, without its boundary."""
    grids = Grid.objects.select_related("division").defer("geometry", "division__geometry")
    grid = grids.filter(code=code).first()
    if grid is None or not opens_grid(who, code):
        raise Http404
    return grid
