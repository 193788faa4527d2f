"""Pages of the units."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actions.units import save_unit
from linli.accounts.forms import EdgeForm, SearchForm, UnitForm
from linli.accounts.models import Unit
from linli.accounts.rules.roles import Permission
from linli.accounts.views.doors import needs
from linli.accounts.views.people import Way, act_of
from linli.kernel.refusal import Refused

_PAGE = 50


@require_safe
@needs(Permission.MANAGE_PEOPLE)
def units(request: HttpRequest) -> HttpResponse:
    """List units by code, page by page; those that ended on request."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    after, _before = EdgeForm(request.GET).edges()
    everything = "all" in request.GET
    found = Unit.objects.select_related("parent").order_by("code")
    if not everything:
        found = found.filter(Q(until__isnull=True) | Q(until__gt=timezone.localdate()))
    if words:
        found = found.filter(Q(code=words) | Q(name__contains=words) | Q(name_en__icontains=words))
    rows = list(found.filter(code__gt=after)[: _PAGE + 1])
    kept = {"q": words, **({"all": "1"} if everything else {})}
    context = {
        "units": rows[:_PAGE],
        "words": words,
        "everything": everything,
        "first": "?" + urlencode(kept) if after else "",
        "older": "?" + urlencode({**kept, "after": rows[_PAGE - 1].code})
        if len(rows) > _PAGE
        else "",
    }
    return render(request, "accounts/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def new_unit(request: HttpRequest) -> HttpResponse:
    """Make a unit."""
    return _form_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Change a unit: names, kind, dates and the unit above."""
    return _form_page(request, get_object_or_404(Unit, pk=unit_id))


_COLUMNS = ("code", "kind", "name", "name_en", "parent", "since", "until")


def _form_page(request: HttpRequest, unit: Unit | None) -> HttpResponse:
    now = (
        {name: getattr(unit, name) for name in _COLUMNS}
        if unit
        else {"since": timezone.localdate()}
    )
    form = UnitForm(request.POST if request.method == "POST" else None, initial=now, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            save_unit(unit=unit, facts=form.facts(), act=act_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:units")
    way = [Way(_("Units"), reverse("accounts:units")), Way(unit.name if unit else _("New unit"))]
    context = {"form": form, "unit": unit, "breadcrumbs": way}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "accounts/unit.html", context, status=status)
