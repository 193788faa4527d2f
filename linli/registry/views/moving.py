"""Another place: a resident moved house, an organisation moved, a house has another address."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.moving import move_resident, propose_address
from linli.registry.forms.moving import MoveForm
from linli.registry.models import RecordKind
from linli.registry.policies import Who, refuse_change
from linli.registry.views.frame import act_of, asking, crumbs
from linli.registry.views.records import record_or_404, title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

# Which kinds lie at an address of their own, and what the page of another one is called.
TITLES: Mapping[RecordKind, Promise] = {
    RecordKind.ORGANISATION: gettext_lazy("Moved to another address"),
    RecordKind.BUILDING: gettext_lazy("Another address"),
    RecordKind.DWELLING: gettext_lazy("Another address"),
}


def _row(kind: RecordKind, record_id: UUID, who: Who) -> Any:
    row = record_or_404(kind, record_id, who)
    if refuse_change(who, row) is not None:
        raise Http404
    return row


def _form(request: HttpRequest, row: Any, who: Who) -> MoveForm:
    given = request.POST if request.method == "POST" else None
    village = (row.grid_id or "")[:12]
    return MoveForm(given, who=who, initial={"division": village, "version": row.version})


def _taken(form: MoveForm, take: Callable[[], Any]) -> tuple[bool, Any]:
    """Take what the form tells; say above it why that was not possible."""
    if not (form.is_bound and form.is_valid()):
        return False, None
    try:
        return True, take()
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return False, None


def _page(
    request: HttpRequest, row: Any, form: MoveForm, context: dict[str, object]
) -> HttpResponse:
    back = reverse("registry:record", args=[context["kind"], row.pk])
    way = (Crumb(title_of(row), back), Crumb(context["title"]))
    page = {
        "form": form,
        "subtitle": title_of(row),
        "back": back,
        "breadcrumbs": crumbs(row.grid_id or "", *way),
        **context,
    }
    return render(request, "registry/form.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def move(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Ask where a resident lives now; their record goes there."""
    who, _now = asking(request)
    row = _row(RecordKind.RESIDENT, record_id, who)
    form = _form(request, row, who)
    is_done, moved = _taken(
        form,
        lambda: move_resident(
            record_id=record_id,
            place=form.place(),
            base_version=form.cleaned_data["version"],
            act=act_of(request),
        ),
    )
    if is_done:
        messages.success(request, _("The new home is noted."))
        if moved.grid_id in who.grids:
            return redirect("registry:record", RecordKind.RESIDENT.value, record_id)
        messages.info(request, _("It lies in another grid: its workers keep the record now."))
        return redirect("registry:home")
    context: dict[str, object] = {
        "kind": RecordKind.RESIDENT.value,
        "title": _("Moved house"),
        "submit": _("Note the new home"),
        "hint": _("Where they lived before is kept nowhere."),
    }
    return _page(request, row, form, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def address(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Ask for the address at which a house or an organisation is now; a second person approves."""
    if kind not in TITLES:
        raise Http404
    chosen, (who, _now) = RecordKind(kind), asking(request)
    row = _row(chosen, record_id, who)
    form = _form(request, row, who)
    is_done, change = _taken(
        form,
        lambda: propose_address(
            kind=chosen,
            record_id=record_id,
            place=form.place(),
            base_version=form.cleaned_data["version"],
            act=act_of(request),
        ),
    )
    if is_done:
        waits = _("The change waits for a second person.")
        same = _("It says so already: noted as still right today.")
        messages.success(request, same if change is None else waits)
        return redirect("registry:record", kind, record_id)
    context: dict[str, object] = {
        "kind": kind,
        "title": TITLES[chosen],
        "submit": _("Propose the change"),
        "hint": _(
            "A second person approves it. The record then goes to the grid of the new address, "
            "and its history names both addresses."
        ),
    }
    return _page(request, row, form, context)
