"""Villages that become one, or one that becomes several, from the pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.territory.actions import succeed_villages
from linli.territory.forms import MergeVillagesForm, SplitVillageForm
from linli.territory.models import Division
from linli.territory.rules.codes import Level, next_village_codes
from linli.territory.rules.facts import DivisionFacts, Succession
from linli.territory.views.frame import UNPROCESSABLE, act_of, crumbs, done, form_page, refused
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

_FEWEST, _MOST = 2, 6


def _village_or_404(code: str) -> Division:
    found = get_object_or_404(Division.objects.defer("geometry"), code=code)
    if found.level != Level.VILLAGE:
        raise Http404
    return found


def _free_codes(village: Division, count: int) -> list[str]:
    township = village.code[:-3]
    taken = Division.objects.filter(parent__code=township).values_list("code", flat=True)
    return next_village_codes(township, taken, count)


def _context(found: Division, verb: str) -> dict[str, object]:
    return {
        "title": f"{verb}{_(': ')}{found}",
        "breadcrumbs": crumbs(found.code, Crumb(verb)),
        "submit": verb,
        "back": reverse("territory:division", args=[found.code]),
    }


@needs(Permission.MANAGE_TERRITORY)
def merge_villages(request: HttpRequest, code: str) -> HttpResponse:
    """Merge a village with others of its township or street."""
    found = _village_or_404(code)
    initial = {
        "day": timezone.localdate(),
        "code": next(iter(_free_codes(found, 1)), ""),
        "name": found.name,
        "name_en": found.name_en,
    }
    form = MergeVillagesForm(request.POST or None, village=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = DivisionFacts(given["code"], given["name"], given["name_en"])
        change = Succession(given["day"], (code, *given["others"]), (new,))
        if not refused(form, lambda: succeed_villages(change=change, **act_of(request))):
            sentence = _("%(number)d villages or communities were merged into %(name)s.")
            facts = {"number": len(change.old), "name": new.name}
            return done(request, sentence % facts, "territory:division", new.code)
    hint = _(
        "The new village and all its grids get new codes; people and units in charge stay. Before "
        "the day nothing changes."
    )
    return form_page(request, form, {**_context(found, _("Merge")), "hint": hint})


def _parts(request: HttpRequest) -> int:
    given = request.GET.get("parts", "")
    wanted = int(given) if given.isascii() and given.isdecimal() and len(given) == 1 else _FEWEST
    return min(max(wanted, _FEWEST), _MOST)


@needs(Permission.MANAGE_TERRITORY)
def split_village(request: HttpRequest, code: str) -> HttpResponse:
    """Split a village; it is said of every grid into which part it goes."""
    found, parts = _village_or_404(code), _parts(request)
    initial: dict[str, object] = {"day": timezone.localdate()}
    initial |= {f"code_{n}": free for n, free in enumerate(_free_codes(found, parts), start=1)}
    form = SplitVillageForm(request.POST or None, village=found, parts=parts, initial=initial)
    if request.method == "POST" and form.is_valid():
        change = form.succession(found)
        if not refused(form, lambda: succeed_villages(change=change, **act_of(request))):
            sentence = _("%(name)s was split into %(number)d villages or communities.")
            facts = {"name": found, "number": parts}
            return done(request, sentence % facts, "territory:division", found.parent_id)
    hint = _(
        "Each part is a new village or community with a new code, and the grids in it get new "
        "codes. People and units in charge stay. Before the day nothing changes."
    )
    more = f"?parts={parts + 1}" if parts < _MOST else ""
    page = {"form": form, "hint": hint, "more": more, **_context(found, _("Split"))}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "territory/split_village.html", page, status=status)
