"""Pages of the grids and of the people in them."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.territory.actions import close_grid, end_posting, save_grids, save_postings
from linli.territory.forms import DayForm, NameForm, PostingForm
from linli.territory.models import Grid, GridPosting
from linli.territory.policies import refuse_change_of_grid
from linli.territory.queries import lineage_of, postings_of, successors_of
from linli.territory.rules.facts import GridFacts, PostingFacts
from linli.territory.views.frame import act_of, crumbs, done, form_page, refused
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


def grid_or_404(code: str) -> Grid:
    """Return a grid without its boundary."""
    return get_object_or_404(
        Grid.objects.select_related("division").defer("geometry", "division__geometry"), code=code
    )


@needs(Permission.MANAGE_TERRITORY)
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Show one grid: boundary, people, where it came from and what became of it."""
    found = grid_or_404(code)
    day = timezone.localdate()
    shown_on = day if found.until is None or found.until > day else found.since
    past = GridPosting.objects.filter(grid=found, until__lte=day).select_related("person")
    context = {
        "grid": found,
        "breadcrumbs": crumbs(found.division_id, Crumb(found)),
        "postings": postings_of(grid=found),
        "past_postings": past.order_by("-until")[:20],
        "former": found.former_boundaries.defer("geometry").order_by("-until"),
        "came_from": lineage_of(found),
        "became": successors_of(found),
        "facts": [
            (_("Code"), found.code),
            (_("Kind"), found.get_kind_display()),
            (_("Village or community"), found.division),
            (_("Surface"), found.surface),
            (_("Reference in the source"), found.reference),
            (_("Since"), found.since.isoformat()),
            (_("Until"), found.until.isoformat() if found.until else ""),
        ],
        "post_refusal": refuse_change_of_grid(found, date.max) if found.until else None,
        "refusal": refuse_change_of_grid(found, day),
        "layer": f"{reverse('layers:grids')}?under={code}&on={shown_on:%Y-%m-%d}",
    }
    return render(request, "territory/grid.html", context)


@needs(Permission.MANAGE_TERRITORY)
def rename_grid(request: HttpRequest, code: str) -> HttpResponse:
    """Give a grid other names."""
    found = grid_or_404(code)
    form = NameForm(request.POST or None, initial={"name": found.name, "name_en": found.name_en})
    if request.method == "POST" and form.is_valid():
        names = form.cleaned_data
        row = GridFacts(code, names["name"], names["name_en"], found.kind)
        day = timezone.localdate()
        if not refused(form, lambda: save_grids(rows=[row], day=day, **act_of(request))):
            return done(request, _("The name was changed."), "territory:grid", code)
    return form_page(request, form, _context(found, _("Rename")))


@needs(Permission.MANAGE_TERRITORY)
def end_grid(request: HttpRequest, code: str) -> HttpResponse:
    """Close a grid; its postings end with it."""
    found = grid_or_404(code)
    form = DayForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        if not refused(form, lambda: close_grid(code=code, day=day, **act_of(request))):
            sentence = _("%(name)s is dissolved from %(day)s on.") % {"name": found, "day": day}
            return done(request, sentence, "territory:division", found.division_id)
    hint = _("Its postings end with it; its code is never used again.")
    return form_page(request, form, {**_context(found, _("Dissolve")), "hint": hint})


@needs(Permission.MANAGE_TERRITORY)
def post_person(request: HttpRequest, code: str) -> HttpResponse:
    """Post a person to a grid."""
    found = grid_or_404(code)
    form = PostingForm(request.POST or None, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = PostingFacts(
            given["person"].username, code, given["role"], given["since"], given["until"]
        )
        held = postings_of(person=given["person"], grid=found, on=given["since"])
        if held.filter(role=given["role"]).exists():
            form.add_error("person", _("This person holds this posting already."))
        elif not refused(form, lambda: save_postings(rows=[row], **act_of(request))):
            sentence = _("%(name)s is posted to %(grid)s.")
            facts = {"name": given["person"], "grid": found}
            return done(request, sentence % facts, "territory:grid", code)
    return form_page(request, form, _context(found, _("Post a person")))


@needs(Permission.MANAGE_TERRITORY)
def end_post(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """End a posting."""
    posting = get_object_or_404(
        GridPosting.objects.select_related("person", "grid").defer("grid__geometry"), pk=posting_id
    )
    form = DayForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        act = act_of(request)
        if not refused(form, lambda: end_posting(posting_id=posting_id, day=day, **act)):
            sentence = _("The posting of %(name)s was ended.") % {"name": posting.person}
            return done(request, sentence, "territory:grid", posting.grid.code)
    title = _("End the posting of %(name)s") % {"name": posting.person}
    return form_page(
        request, form, {**_context(posting.grid, title), "submit": _("End the posting")}
    )


def _context(found: Grid, verb: str) -> dict[str, object]:
    return {
        "title": f"{verb}{_(': ')}{found}",
        "breadcrumbs": crumbs(
            found.division_id,
            Crumb(found, reverse("territory:grid", args=[found.code])),
            Crumb(verb),
        ),
        "submit": verb,
        "back": reverse("territory:grid", args=[found.code]),
    }
