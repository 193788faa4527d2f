"""Making a record: its place once, its facts, why it is kept; what looks the same comes first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.alike import Alike, alike_of, create_beside
from linli.registry.actions.chats import ChatCount, count_chats
from linli.registry.actions.drafts import Draft
from linli.registry.actions.writing import Act
from linli.registry.forms.creating import ChatForm, CreateForm, Ground
from linli.registry.models import MODELS, Address, Assistance, Dwelling, RecordKind
from linli.registry.policies import opens_kind
from linli.registry.queries import alike as known
from linli.registry.queries import chats as counts
from linli.registry.rules.addresses import ABSENT, line_of
from linli.registry.views.frame import act_of, asking, crumbs, grid_or_404
from linli.registry.views.grounds import ground_of
from linli.registry.views.records import kind_or_404
from linli.territory.models import Grid
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

# Beside which input a refusal of the action belongs; others stand above the form.
_BESIDE: Mapping[str, str] = {
    "basis": "basis",
    "identity": "identity",
    "place": "address",
    "grid": "address",
    "registry_assistance_dates": "review_on",
    "registry_building_once": "address",
    "registry_credit_code_once": "credit_code",
    "registry_dwelling_once": "address",
    "registry_team_once": "name",
    "registry_tenancy_dates": "until",
}
_IN_HOMES = frozenset({RecordKind.RESIDENT, RecordKind.TENANCY})
_FEWEST_SIGNS, _MOST_SIGNS = 2, 60


@dataclass(frozen=True)
class Doubt:
    """What a person decides before a record is made: which home is meant, who is alike."""

    homes: tuple[Dwelling, ...] = ()
    alike: Alike = field(default_factory=Alike)


@require_safe
@needs(Permission.KEEP_REGISTRY)
def choose(request: HttpRequest) -> HttpResponse:
    """Show what kinds of records there are to make."""
    who, _now = asking(request)
    grid = request.GET.get("grid", "")
    offered = [kind for kind in RecordKind if opens_kind(who, MODELS[kind])]
    context = {
        "kinds": [(kind.value, kind.label) for kind in offered],
        "grid": grid if grid in who.grids else "",
        "chats": Grid.objects.filter(code__in=[grid] if grid in who.grids else who.grids)
        .order_by("code")
        .defer("geometry"),
        "breadcrumbs": crumbs("", Crumb(_("New record"))),
    }
    return render(request, "registry/new_kinds.html", context)


@require_safe
@needs(Permission.KEEP_REGISTRY)
def lines(request: HttpRequest) -> HttpResponse:
    """Offer the addresses that are known already while one is typed."""
    who, _now = asking(request)
    words, grid = request.GET.get("address", "").strip()[:_MOST_SIGNS], request.GET.get("grid", "")
    grids = [grid] if grid in who.grids else list(who.grids)
    found = known.lines_like(grids, words) if len(words) >= _FEWEST_SIGNS else []
    return render(request, "registry/new_lines.html", {"lines": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def create(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for a new record; show what may be the same, then make it."""
    chosen, (who, now) = kind_or_404(kind), asking(request)
    if not opens_kind(who, MODELS[chosen]):
        raise Http404
    if chosen is RecordKind.ASSISTANCE and not request.GET.get("resident"):
        messages.info(request, _("Find the person first: help begins on their record."))
        return redirect("guards:find")
    ground = ground_of(request, chosen, who, now)
    given = request.POST if request.method == "POST" else None
    form, doubt = CreateForm(given, ground=ground), Doubt()
    if request.method == "POST" and form.is_valid():
        act = act_of(request)
        made = MODELS[chosen]._default_manager.filter(pk=act.id).first()
        if made is None:
            made, doubt = _made(request, form, act)
        if made is not None:
            return _seen(request, made, act)
    label = RecordKind(chosen).label
    context = {
        "kind": kind,
        "label": label,
        "form": form,
        "ground": ground,
        "doubt": doubt,
        "back": _back(ground),
        "layer": f"{reverse('layers:grids')}?under={ground.grids[0].code[:12]}",
        "breadcrumbs": crumbs("", Crumb(_("New record"), reverse("registry:new")), Crumb(label)),
    }
    is_kept_back = form.is_bound
    return render(request, "registry/new.html", context, status=422 if is_kept_back else 200)


def _back(ground: Ground) -> str:
    """Return where a record that is not made after all was begun."""
    begun_on = next(iter(ground.related.items()), None)
    if begun_on is None:
        return reverse("registry:new")
    return reverse("registry:record", args=[begun_on[0], begun_on[1].pk])


def _seen(request: HttpRequest, made: Any, act: Act) -> HttpResponse:
    """Lead to what was made, where whoever made it may see it."""
    messages.success(request, _("The record was made."))
    if isinstance(made, Assistance) and act.by not in made.workers.all():
        return redirect("registry:record", RecordKind.RESIDENT.value, made.resident_id)
    kind = next(kind for kind, model in MODELS.items() if isinstance(made, model))
    return redirect("registry:record", kind.value, made.pk)


def _made(request: HttpRequest, form: CreateForm, act: Act) -> tuple[Any, Doubt]:
    """Make the record, or return what has to be decided first."""
    draft, homes = _at_home(request, form, act)
    if homes:
        return None, Doubt(homes=homes)
    alike = alike_of(draft, act)
    if alike.is_known or (alike.shown and "is_another" not in request.POST):
        return None, Doubt(alike=alike)
    try:
        made = create_beside(draft=draft, alike=alike, sender=form.sender_told(), act=act)
    except Refused as refused:
        name = _BESIDE.get(refused.refusal.code)
        form.add_error(name if name in form.fields else None, str(refused.refusal))
        return None, Doubt()
    return made, Doubt()


def _at_home(
    request: HttpRequest, form: CreateForm, act: Act
) -> tuple[Draft, tuple[Dwelling, ...]]:
    """Return the draft, and the homes of the same house where it is not said which is meant."""
    draft = form.draft()
    place = draft.place
    if draft.kind not in _IN_HOMES or place is None:
        return draft, ()
    line = line_of(place.parts)
    if known.address_known(place.division, line) is not None:
        return draft, ()
    parts = place.parts
    wanted = Address(
        division_id=place.division,
        street=parts.street,
        number=parts.number,
        building=parts.building,
        unit="" if parts.unit == ABSENT else parts.unit,
    )
    beside = known.dwellings_beside(wanted, act.who.grids)
    chosen = request.POST.get("home")
    meant = next((one for one in beside if str(one.pk) == chosen), None)
    if meant is not None:
        return form.draft_at(meant), ()
    return draft, () if chosen == "new" else tuple(beside)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def chats(request: HttpRequest, code: str) -> HttpResponse:
    """Show how many households the group chats of a grid reach; take a new count."""
    who, now = asking(request)
    grid = grid_or_404(who, code)
    if code not in who.grids:
        raise Http404
    given = request.POST if request.method == "POST" else None
    form = ChatForm(given, initial={"day": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        count = ChatCount(code, told["day"], told["reached"])
        try:
            count_chats(count=count, act=act_of(request))
        except Refused as refused:
            name = refused.refusal.code
            form.add_error(name if name in form.fields else None, str(refused.refusal))
        else:
            messages.success(request, _("The count was noted."))
            return redirect("registry:chats", code)
    context = {
        "grid": grid,
        "form": form,
        "households": counts.households_in(code),
        "counts": counts.counts_of(code),
        "breadcrumbs": crumbs(code, Crumb(_("Group chats"))),
    }
    return render(request, "registry/chats.html", context, status=422 if form.errors else 200)
