"""Pages of the divisions."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.territory.actions import close_division, save_divisions
from linli.territory.forms import DayForm, DivisionForm, NameForm
from linli.territory.models import Division
from linli.territory.policies import refuse_change_of_division
from linli.territory.queries import (
    divisions_under,
    grids_under,
    open_on,
    units_in_charge,
)
from linli.territory.rules.facts import DivisionFacts
from linli.territory.rules.geometry import surface_text
from linli.territory.views.frame import act_of, crumbs, done, form_page, refused
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


@needs(Permission.MANAGE_TERRITORY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the whole territory: what is in it, the tree of divisions, the map."""
    today = timezone.localdate()
    open_grid = open_on(today, "grids__")
    divisions = list(divisions_under().annotate(grid_count=Count("grids", filter=open_grid)))
    grids = grids_under()
    posted = open_on(today, "postings__") & Q(postings__isnull=False)
    tiles = {
        "townships": sum(d.level == "township" for d in divisions),
        "villages": sum(d.level == "village" for d in divisions),
        "grids": grids.count(),
        "undrawn": grids.filter(geometry__isnull=True, kind="base").count(),
        "unposted": grids.exclude(pk__in=grids.filter(posted).values("pk")).count(),
    }
    return render(
        request,
        "territory/overview.html",
        {"divisions": divisions, **tiles, "layer": reverse("layers:grids")},
    )


@needs(Permission.MANAGE_TERRITORY)
def division(request: HttpRequest, code: str) -> HttpResponse:
    """Show one division: its grids on map and list, what lies below, who is in charge."""
    found = get_object_or_404(Division.objects.defer("geometry"), code=code)
    day = timezone.localdate()
    below = divisions_under(code).filter(parent__code=code)
    grids = grids_under(code).annotate(
        people=Count("postings", filter=open_on(day, "postings__"), distinct=True)
    )
    left = below.count() + len(grids)
    context = {
        "division": found,
        "breadcrumbs": crumbs(code),
        "below": below,
        "grids": grids,
        "closed": Division.objects.filter(parent__code=code, until__lte=day).defer("geometry"),
        "units": units_in_charge(code),
        "facts": [
            (_("Code"), found.code),
            (_("Level"), found.get_level_display()),
            (_("Since"), found.since.isoformat()),
            (_("Until"), found.until.isoformat() if found.until else ""),
            (_("Surface of the outline"), surface_text(found.area_m2) if found.area_m2 else ""),
            (_("Grids"), len(grids)),
        ],
        "reshape_refusal": refuse_change_of_division(found, day, 0),
        "came_from": Division.objects.filter(became__new=found).defer("geometry"),
        "became": Division.objects.filter(came_from__old=found).defer("geometry"),
        "close_refusal": refuse_change_of_division(found, day, left),
        "layer": f"{reverse('layers:grids')}?under={code}",
    }
    return render(request, "territory/division.html", context)


@needs(Permission.MANAGE_TERRITORY)
def add_division(request: HttpRequest) -> HttpResponse:
    """Add a division by hand."""
    above = request.GET.get("above", "")
    initial = {"code": above, "since": timezone.localdate()}
    form = DivisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = DivisionFacts(given["code"], given["name"], given["name_en"], None, given["since"])
        if Division.objects.filter(code=row.code).exists():
            form.add_error("code", _("This code is in use or was; codes are never used again."))
        elif not refused(form, lambda: save_divisions(rows=[row], **act_of(request))):
            sentence = _("%(name)s was added.") % {"name": row.name}
            return done(request, sentence, "territory:division", row.code)
    context: dict[str, object] = {
        "title": _("New division"),
        "breadcrumbs": crumbs(above, Crumb(_("New division"))),
        "submit": _("Add"),
        "back": reverse("territory:overview"),
        "hint": _("Its code begins with the code of the division it belongs to."),
    }
    return form_page(request, form, context)


@needs(Permission.MANAGE_TERRITORY)
def rename_division(request: HttpRequest, code: str) -> HttpResponse:
    """Give a division other names."""
    found = get_object_or_404(Division, code=code)
    form = NameForm(request.POST or None, initial={"name": found.name, "name_en": found.name_en})
    if request.method == "POST" and form.is_valid():
        row = DivisionFacts(code, form.cleaned_data["name"], form.cleaned_data["name_en"])
        if not refused(form, lambda: save_divisions(rows=[row], **act_of(request))):
            return done(request, _("The name was changed."), "territory:division", code)
    context: dict[str, object] = {
        "title": _("Rename %(name)s") % {"name": found},
        "breadcrumbs": crumbs(code, Crumb(_("Rename"))),
        "submit": _("Rename"),
        "back": reverse("territory:division", args=[code]),
    }
    return form_page(request, form, context)


@needs(Permission.MANAGE_TERRITORY)
def end_division(request: HttpRequest, code: str) -> HttpResponse:
    """Close a division."""
    found = get_object_or_404(Division, code=code)
    form = DayForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        if not refused(form, lambda: close_division(code=code, day=day, **act_of(request))):
            sentence = _("%(name)s is dissolved from %(day)s on.") % {"name": found, "day": day}
            return done(request, sentence, "territory:overview")
    context: dict[str, object] = {
        "title": _("Dissolve %(name)s") % {"name": found},
        "breadcrumbs": crumbs(code, Crumb(_("Dissolve"))),
        "submit": _("Dissolve"),
        "back": reverse("territory:division", args=[code]),
        "hint": _("Its code is never used again; figures of earlier days do not change."),
    }
    return form_page(request, form, context)
