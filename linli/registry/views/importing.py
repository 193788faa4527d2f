"""The import centre: send a spreadsheet, look at it, map, check, import, take back."""

from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.audit.actions import record_read
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.actions.counting import recount
from linli.registry.actions.importing import control
from linli.registry.actions.importing.undoing import undo_import
from linli.registry.forms.imports import KIND_CHOICES, ReadingForm, UploadForm
from linli.registry.imports import open_refused, waiting
from linli.registry.imports.arriving import take_in
from linli.registry.imports.pipeline import why
from linli.registry.imports.previews import preview
from linli.registry.imports.standing import Standing, standing_of, try_again
from linli.registry.imports.waiting import Asked, Note
from linli.registry.models import ImportRun
from linli.registry.queries.runs import latest_runs
from linli.registry.views.choosing import choose
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _way(*last: Crumb) -> list[Crumb]:
    return [Crumb(_("Import centre"), reverse("registry:imports")), *last]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_REGISTRY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what was imported and what waits; take a new file."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        given, run = form.cleaned_data, act_id_of(request)
        asked = Asked(
            name=given["file"].name[:160],
            kind=given["kind"],
            sender=given["sender"].strip(),
            by=str(person_of(request).pk),
            sent_at=timezone.now().isoformat(),
            basis=given["basis"],
            crs=given["crs"],
            village=given["village"],
        )
        # A form that was sent twice finds the file there.
        if standing_of(run) is None:
            take_in(run, given["file"], asked)
        return redirect("registry:import", run)
    context = {
        "form": form,
        "runs": latest_runs(),
        "waiting": waiting.waiting_runs(),
    }
    status = 422 if form.errors else 200
    return render(request, "registry/imports.html", context, status=status)


def _standing_or_404(run: UUID) -> Standing:
    found = standing_of(run)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@needs(Permission.MANAGE_REGISTRY)
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show one import, whatever its state: to be mapped, running, done."""
    found = _standing_or_404(run_id)
    context: dict[str, Any] = {
        "id": run_id,
        "name": found.name,
        "standing": found,
        "run": found.run,
        "told": found.told,
        "breadcrumbs": _way(Crumb(found.name)),
    }
    if found.is_busy:
        context |= _progress(found)
        return render(request, "registry/import_running.html", context)
    if found.run is not None:
        context |= _outcome(found, found.run)
        return render(request, "registry/import_done.html", context)
    if found.told is not None:
        context |= _seen(found, found.told)
    return render(request, "registry/import_map.html", context)


def _progress(found: Standing) -> dict[str, Any]:
    done, total = found.progress
    return {"done": done, "total": total}


def _seen(found: Standing, told: Note) -> dict[str, Any]:
    """Return the preview of a waiting file, or the sentence why there is none."""
    data, seen, problem = waiting.file_of(found.id), None, ""
    if data is None:
        # Of what could not be read nothing was kept, but the reason.
        return {"problem": found.why or _("The file is gone; send it again.")}
    try:
        seen = preview(found.id, data, told.asked, timezone.now())
    except (Refused, BadTable) as error:
        problem = why(error)
    else:
        problem = seen.problem
    asked = told.asked
    reading = {"basis": asked.basis, "village": asked.village, "crs": asked.crs}
    form = ReadingForm(initial=reading)
    return {"preview": seen, "problem": problem, "kinds": KIND_CHOICES, "reading": form}


def _outcome(found: Standing, run: ImportRun) -> dict[str, Any]:
    counts = run.counts
    if found.is_gone:
        # What it counted before it ended was taken back.
        counts = {key: counts[key] for key in ("refused",) if counts.get(key)}
    order = (
        ("new", _("new")),
        ("changed", _("changed")),
        ("same", _("as they were")),
        ("waiting", _("wait for approval")),
        ("doubtful", _("perhaps doubles")),
        ("unplaced", _("in no grid")),
        ("refused", _("sent back")),
    )
    return {
        "counts": [(label, counts.get(key, 0)) for key, label in order] if counts else [],
        "undone": counts.get("undone"),
        "refused": counts.get("refused", 0),
        "has_workbook": bool(counts.get("refused"))
        and (control.folder_of(run.pk) / "refused.sealed").exists(),
    }


@never_cache
@require_POST
@needs(Permission.MANAGE_REGISTRY)
def act(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Map columns, check, import, cancel, try again or throw away a waiting file."""
    found, verb = _standing_or_404(run_id), request.POST.get("verb", "")
    if verb == "cancel":
        _cancel(request, found)
    elif verb == "again" and found.can_try_again:
        new = act_id_of(request)
        if try_again(found, new):
            return redirect("registry:import", new)
        messages.error(request, _("The file is gone; send it again."))
    elif verb == "forget" and not found.is_busy:
        waiting.forget(run_id)
        messages.success(request, _("The file was thrown away."))
        return redirect("registry:imports")
    elif verb in {"kinds", "check", "import"} and found.run is None and not found.is_busy:
        choose(request, run_id, found.told, verb)
    return redirect("registry:import", run_id)


def _cancel(request: HttpRequest, found: Standing) -> None:
    if found.is_busy:
        control.cancel(found.id)
        messages.info(request, _("It is asked to stop; what it wrote is taken back."))
    else:
        messages.info(request, _("It had come to its end already."))


@never_cache
@require_safe
@needs(Permission.MANAGE_REGISTRY)
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Return how far a running import is; when it is over the page is loaded anew."""
    found = _standing_or_404(run_id)
    if not request.headers.get("HX-Request"):
        return redirect("registry:import", run_id)
    if not found.is_busy:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context = {"id": run_id, **_progress(found)}
    return render(request, "registry/import_progress.html", context)


@never_cache
@require_safe
@needs(Permission.MANAGE_REGISTRY)
def refused(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Hand out the refused rows as a workbook; who took it is recorded first."""
    if not ImportRun.objects.filter(pk=run_id).exists():
        raise Http404
    person, now = person_of(request), timezone.now()
    record_read(by=person, subject=run_id, verb="refused_rows", at=now)
    data = open_refused(run_id)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type=_XLSX)
    name = f"refused-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@needs(Permission.MANAGE_REGISTRY)
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take a whole import back."""
    if not ImportRun.objects.filter(pk=run_id).exists():
        raise Http404
    act_id = uuid5(run_id, "undo")
    try:
        undo_import(run_id=run_id, by=person_of(request), at=timezone.now(), act_id=act_id)
    except Refused as error:
        messages.error(request, str(error.refusal))
    else:
        recount(at=timezone.now())
        messages.success(request, _("The import was taken back."))
    return redirect("registry:import", run_id)
