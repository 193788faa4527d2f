"""Importing from the pages: upload, look at the preview, confirm."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.territory.forms import ImportForm
from linli.territory.imports import (
    ImportRefused,
    Outcome,
    import_divisions,
    import_grids,
    import_postings,
    import_units,
)
from linli.territory.imports.waiting import Request, Waiting, find, foreseen, forget, leave, plan_of
from linli.territory.queries.maps import feature
from linli.territory.rules.facts import DivisionFacts, GridFacts
from linli.territory.rules.geometry import from_wkb
from linli.territory.views.frame import UNPROCESSABLE
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

_SHOWN = 200
_WRITERS: dict[str, Callable[..., Outcome]] = {
    "divisions": import_divisions,
    "grids": import_grids,
    "units": import_units,
    "postings": import_postings,
}


@needs(Permission.MANAGE_TERRITORY)
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a file; what it would do is shown before anything is written."""
    wanted = {"kind": request.GET.get("kind", "")}
    form = ImportForm(request.POST or None, request.FILES or None, initial=wanted)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = Request(
            given["kind"],
            given["day"],
            given["crs"],
            given["code_column"],
            given["name_column"],
            given["village"],
            given["grid_kind"],
        )
        return redirect("territory:preview", leave(form.source(), asked))
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "breadcrumbs": _way(Crumb(_("Import")))}
    return render(request, "territory/import.html", context, status=status)


@needs(Permission.MANAGE_TERRITORY)
def preview(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Show what a waiting file would do; a POST does it."""
    waiting = find(upload)
    if waiting is None:
        if request.method == "POST":
            # The same confirmation a second time: it is done already.
            return redirect("territory:overview")
        raise Http404
    plan = plan_of(waiting)
    status = 200
    if request.method == "POST":
        try:
            outcome = _write(request, waiting, plan)
            messages.success(request, _tally_sentence(outcome))
            return redirect("territory:overview")
        except ImportRefused:
            status = UNPROCESSABLE
    drawn = any(getattr(row, "shape", None) is not None for row in plan.rows)
    context = {
        "waiting": waiting,
        "report": plan.report,
        "tally": foreseen(plan),
        "rows": plan.rows[:_SHOWN],
        "total": len(plan.rows),
        "layer": reverse("territory:preview_map", args=[upload]) if drawn else "",
        "breadcrumbs": _way(
            Crumb(_("Import"), reverse("territory:import")), Crumb(waiting.source.name)
        ),
    }
    return render(request, "territory/preview.html", context, status=status)


@needs(Permission.MANAGE_TERRITORY)
def preview_map(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Return the shapes of a waiting file, already converted and repaired."""
    waiting = find(upload)
    if waiting is None:
        raise Http404
    features = [
        feature(from_wkb(row.shape), {"code": row.code, "label": row.name})
        for row in plan_of(waiting).rows
        if isinstance(row, DivisionFacts | GridFacts) and row.shape is not None
    ]
    body = orjson.dumps({"type": "FeatureCollection", "features": features})
    return HttpResponse(body, content_type="application/geo+json")


def _write(request: HttpRequest, waiting: Waiting, plan: Any) -> Outcome:
    # The upload's id is the act's: confirming twice imports once.
    writer = _WRITERS[waiting.request.kind]
    outcome = writer(plan, by=person_of(request), at=timezone.now(), act_id=waiting.id)
    forget(waiting.id)
    return outcome


def _tally_sentence(outcome: Outcome) -> str:
    tally = outcome.tally
    sentence = _(
        "%(added)d added, %(changed)d changed, %(redrawn)d redrawn, %(same)d as they were."
    )
    return sentence % {
        "added": tally.added,
        "changed": tally.changed,
        "redrawn": tally.redrawn,
        "same": tally.unchanged,
    }


def _way(*last: Crumb) -> list[Crumb]:
    return [Crumb(_("Territory"), reverse("territory:overview")), *last]
