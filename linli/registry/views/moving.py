"""A resident moved house: where they live now is told, and goes to the grid of that place."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.drafts import Place
from linli.registry.actions.moving import move_resident
from linli.registry.forms.moving import MoveForm
from linli.registry.models import RecordKind
from linli.registry.policies import Who, refuse_change
from linli.registry.rules.addresses import parse
from linli.registry.views.frame import act_of, asking, crumbs
from linli.registry.views.records import record_or_404, title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


def _place(form: MoveForm, who: Who) -> Place:
    """Return where they live now; a worker's only grid in the village is the grid of a new home."""
    data = form.cleaned_data
    own = [code for code in who.grids if code.startswith(data["division"])]
    grid = own[0] if len(own) == 1 else ""
    return Place(data["division"], parse(data["address"]), data["address"], None, grid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def move(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Ask where a resident lives now; their record goes there."""
    kind = RecordKind.RESIDENT
    who, _now = asking(request)
    row = record_or_404(kind, record_id, who)
    if refuse_change(who, row) is not None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    village = (row.grid_id or "")[:12]
    form = MoveForm(given, initial={"division": village, "version": row.version})
    if request.method == "POST" and form.is_valid():
        version, place = form.cleaned_data["version"], _place(form, who)
        try:
            moved = move_resident(
                record_id=record_id, place=place, base_version=version, act=act_of(request)
            )
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            messages.success(request, _("The new home is noted."))
            if moved.grid_id in who.grids:
                return redirect("registry:record", kind.value, record_id)
            messages.info(request, _("It lies in another grid: its workers keep the record now."))
            return redirect("registry:home")
    back = reverse("registry:record", args=[kind.value, record_id])
    context = {
        "kind": kind.value,
        "form": form,
        "title": _("Moved house"),
        "subtitle": title_of(row),
        "submit": _("Note the new home"),
        "hint": _("Where they lived before is kept nowhere."),
        "back": back,
        "breadcrumbs": crumbs(
            row.grid_id or "", Crumb(title_of(row), back), Crumb(_("Moved house"))
        ),
    }
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)
