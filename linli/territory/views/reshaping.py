"""Splitting and merging grids from the pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.territory.actions import merge_grids, split_grid
from linli.territory.forms import MergeForm, SplitForm
from linli.territory.imports.parts import read_parts
from linli.territory.models import Grid
from linli.territory.rules.facts import Cut, Union
from linli.territory.views.frame import act_of, crumbs, done, form_page, refused
from linli.territory.views.grids import grid_or_404
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


@needs(Permission.MANAGE_TERRITORY)
def split(request: HttpRequest, code: str) -> HttpResponse:
    """Split a grid by a file of its parts."""
    found = grid_or_404(code)
    form = SplitForm(
        request.POST or None, request.FILES or None, initial={"day": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        parts, report = read_parts(form.source(), given["crs"])
        for finding in report.errors:
            form.add_error("file", str(finding))
        cut = Cut(given["day"], parts, given["keep_people"])
        if not report.refused and not refused(
            form, lambda: split_grid(code=code, cut=cut, **act_of(request))
        ):
            sentence = _("%(name)s was split into %(number)d grids.")
            facts = {"name": found, "number": len(parts)}
            return done(request, sentence % facts, "territory:division", found.division_id)
    hint = _(
        "A file with the parts and their names. Together they must cover the grid once. The parts "
        "get new codes; before the day nothing changes."
    )
    return form_page(request, form, {**_context(found, _("Split")), "hint": hint})


@needs(Permission.MANAGE_TERRITORY)
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Merge a grid with others of its community."""
    found = grid_or_404(code)
    form = MergeForm(
        request.POST or None,
        grid=found,
        initial={"day": timezone.localdate(), "name": found.name, "name_en": found.name_en},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        union = Union(given["day"], given["name"], given["name_en"], given["keep_people"])
        codes = [code, *given["others"]]
        if not refused(form, lambda: merge_grids(codes=codes, union=union, **act_of(request))):
            sentence = _("%(number)d grids were merged into %(name)s.")
            facts = {"number": len(codes), "name": given["name"]}
            return done(request, sentence % facts, "territory:division", found.division_id)
    hint = _("The new grid gets a new code; before the day nothing changes.")
    return form_page(request, form, {**_context(found, _("Merge")), "hint": hint})


def _context(found: Grid, verb: str) -> dict[str, object]:
    back = reverse("territory:grid", args=[found.code])
    return {
        "title": f"{verb}{_(': ')}{found}",
        "breadcrumbs": crumbs(found.division_id, Crumb(found, back), Crumb(verb)),
        "submit": verb,
        "back": back,
    }
