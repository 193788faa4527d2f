"""One record: its facts with where they came from, its history, what hangs on it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.columns import field_of, own_fields
from linli.registry.actions.records import confirm
from linli.registry.actions.relating import place_of
from linli.registry.actions.showing import FactLine, facts_of, note_record, place_line
from linli.registry.forms.records import ChangeForm
from linli.registry.models import (
    Assistance,
    Building,
    Change,
    ChangeState,
    Dwelling,
    Organisation,
    RecordKind,
    Resident,
    School,
    Sealed,
    kind_of,
)
from linli.registry.policies import Who, decides_about, refuse_change, refuse_end, refuse_take_up
from linli.registry.policies.errands import errand_of
from linli.registry.policies.places import opens_grid
from linli.registry.policies.values import label_of, sentence_of
from linli.registry.queries import relatives
from linli.registry.queries.forms import forms_here
from linli.registry.rules.values import Unfit
from linli.registry.views.beside import BESIDE
from linli.registry.views.frame import act_of, asking, crumbs, done
from linli.registry.views.history import entries_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

_READ_WHOLE = frozenset({RecordKind.ASSISTANCE})


def kind_or_404(kind: str) -> RecordKind:
    """Return the kind that an address names, else 404."""
    if kind not in RecordKind.values:
        raise Http404
    return RecordKind(kind)


def record_or_404(kind: RecordKind, record_id: UUID, who: Who) -> Any:
    """Return a record that exists for somebody, else 404."""
    row = relatives.record_of(kind, record_id, who, timezone.now())
    if row is None:
        raise Http404
    return row


def title_of(row: Any) -> str:
    """Return what a record is called on a page; of persons nothing is said."""
    if isinstance(row, Resident | Assistance):
        return str(_("One resident") if isinstance(row, Resident) else _("One assistance"))
    return str(row)


def _way(row: Any, who: Who, *last: Crumb) -> list[Crumb]:
    code = row.grid_id or getattr(row, "division_id", "")
    return crumbs(code, *last, opens=opens_grid(who, code))


def _with_place(row: Any, facts: Sequence[FactLine], today: date) -> list[FactLine]:
    """Put before the facts of a record where it lies, which is a fact like others.

    An identity number that is not kept is not asked for where the legal basis needs none.
    """
    place = place_line(row, today)
    shown = [
        one for one in facts if one.name != "identity" or one.value or row.basis.needs_identity
    ]
    return [*([place] if place else []), *shown]


def _place_url(row: Any) -> str:
    """Return the page on which another place of a record is told; empty where there is none."""
    if isinstance(row, Resident):
        return reverse("registry:move", args=[row.pk])
    owner = row.organisation if isinstance(row, School) else row
    kind = kind_of(type(owner))
    is_own = isinstance(owner, Building | Dwelling | Organisation)
    return reverse("registry:address", args=[kind.value, owner.pk]) if is_own else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_REGISTRY)
def record(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Show one record; a POST shows its contact too, after that was recorded."""
    chosen, (who, now) = kind_or_404(kind), asking(request)
    row = record_or_404(chosen, record_id, who)
    if row.merged_into is not None:
        return redirect("registry:record", kind, row.merged_into)
    # Whoever works on assistance reads it whole; a contact is shown when it is asked for.
    in_full = isinstance(row, Sealed) and (request.method == "POST" or chosen in _READ_WHOLE)
    errand = errand_of(who, row, now)
    note_record(row=row, by=person_of(request), at=now, errand=errand, in_full=in_full)
    today, address = timezone.localdate(now), relatives.address_of(row)
    facts = _with_place(row, facts_of(row, today, in_full=in_full), today)
    beside = BESIDE.get(type(row))
    context = {
        "row": row,
        "kind": chosen.value,
        "kind_label": chosen.label,
        "title": title_of(row),
        "facts": facts,
        "place_url": _place_url(row),
        "decides": decides_about(who, chosen),
        "stale": sum(fact.is_stale for fact in facts),
        "has_contact": any(fact.is_masked for fact in facts) and not isinstance(row, Resident),
        "address": address,
        "point": (address.lon, address.lat) if address and address.lon is not None else None,
        "layer": f"{reverse('layers:grids')}?under={(row.grid_id or '')[:12]}",
        "perms_keep": who.may(Permission.KEEP_REGISTRY),
        "refusal": refuse_change(who, row),
        "end_refusal": refuse_end(who, row),
        "may_take_up": refuse_take_up(who, row) is None,
        "entries": entries_of(row, request, errand),
        "today": today,
        "forms_here": [] if row.ended_on else forms_here(chosen, who, now),
        "breadcrumbs": _way(row, who, Crumb(title_of(row))),
        **(beside(row, who, request) if beside else {}),
    }
    return render(request, "registry/record.html", context)


@require_POST
@needs(Permission.KEEP_REGISTRY)
def confirm_record(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Note that facts of a record are still right: those that were named, or all."""
    chosen, (who, _now) = kind_or_404(kind), asking(request)
    record_or_404(chosen, record_id, who)
    place = place_of(chosen)
    every = [fact.name for fact in own_fields(chosen)] + ([place.field.name] if place else [])
    names = request.POST.getlist("field") or every
    act = act_of(request)
    done(
        request,
        lambda: confirm(kind=chosen, record_id=record_id, fields=names, act=act),
        _("Noted as still right today."),
    )
    return redirect("registry:record", kind, record_id)


def _outcome(made: Change | None) -> str:
    """Say what became of a change that was just proposed."""
    if made is None:
        return _("It says so already: noted as still right today.")
    if made.state == ChangeState.PROPOSED:
        return _("The change waits for a second person.")
    return _("The fact was changed.")


def form_page(
    request: HttpRequest, row: Any, form: Any, context: dict[str, object]
) -> HttpResponse:
    """Return the page of a form about one record; ``context`` names its kind, title and submit."""
    kind, who = context["kind"], asking(request)[0]
    back = reverse("registry:record", args=[kind, row.pk])
    way = _way(row, who, Crumb(title_of(row), back), Crumb(context["title"]))
    page = {"form": form, "back": back, "breadcrumbs": way, **context}
    return render(request, "registry/form.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def change(request: HttpRequest, kind: str, record_id: UUID, field: str) -> HttpResponse:
    """Ask for one fact anew; it is changed at once, or waits for a second person."""
    chosen, (who, _now) = kind_or_404(kind), asking(request)
    row, fact = record_or_404(chosen, record_id, who), field_of(chosen, field)
    if fact is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    form = ChangeForm(given, row=row, fact=fact)
    if request.method == "POST" and form.is_valid():
        told, act = form.cleaned_data, act_of(request)
        proposal = Proposal(chosen, record_id, field, told["value"], told["version"])
        try:
            made = propose_change(proposal=proposal, act=act)
        except Refused as refused:
            unfit = refused.__cause__
            # The name of the fact stands beside its input.
            words = sentence_of(unfit) if isinstance(unfit, Unfit) else str(refused.refusal)
            form.add_error("value", words)
        else:
            messages.success(request, _outcome(made))
            return redirect("registry:record", kind, record_id)
    hint = _("This fact is changed only after a second person approved it.")
    context: dict[str, object] = {
        "kind": kind,
        "title": _("Change: %(field)s") % {"field": label_of(fact)},
        "subtitle": title_of(row),
        "submit": _("Propose the change") if fact.needs_approval else _("Save the change"),
        "hint": hint if fact.needs_approval else "",
    }
    return form_page(request, row, form, context)
