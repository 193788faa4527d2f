"""Changes that wait for a second person."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

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
from linli.registry.actions.changing import approve, refuse
from linli.registry.actions.finding import SHOWABLE
from linli.registry.actions.history import history_of
from linli.registry.actions.relating import related_of
from linli.registry.actions.showing import facts_of, note_record, place_line
from linli.registry.models import Change, Errand, RecordKind, Resident
from linli.registry.policies import Who, refuse_decision
from linli.registry.policies.values import label_of
from linli.registry.queries.changes import newest_applied, waiting_changes
from linli.registry.queries.relatives import record_of
from linli.registry.queries.waiting import DECIDING
from linli.registry.rules.dictionary import dictionary
from linli.registry.views.frame import act_of, asking
from linli.registry.views.records import title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

_MOST = 100


def _label(change: Change) -> str:
    fact = dictionary().fields.get(f"{change.kind}.{change.field}")
    related = related_of(change.kind, change.field)
    if related is not None:
        fact = related.field
    return label_of(fact) if fact else change.field


def _deciding(request: HttpRequest) -> tuple[Who, datetime]:
    """Return who asks, and now; 404 for those who decide about no change at all."""
    who, now = asking(request)
    if not any(map(who.may, DECIDING)):
        raise Http404
    return who, now


def _now_says(row: Any, change: Change, today: date) -> str:
    """Return what the record says now of the fact of a change, masked where it is sealed."""
    place = place_line(row, today)
    is_whole = change.kind == RecordKind.ASSISTANCE
    lines = [*facts_of(row, today, in_full=is_whole), *([place] if place else [])]
    return next((one.value for one in lines if one.name == change.field), "")


def _unmask_url(row: Any, change: Change, who: Who) -> str:
    """Return the page that shows both values in full, for a reason; empty where there is none."""
    is_theirs = isinstance(row, Resident) and who.may(Permission.UNMASK)
    if not (is_theirs and change.field in SHOWABLE and getattr(row, change.field)):
        return ""
    return reverse("guards:unmask", args=[row.pk, change.field])


@require_safe
@needs(Permission.SEE_REGISTRY)
def waiting(request: HttpRequest) -> HttpResponse:
    """Show the changes that wait, the oldest first; values are on the page of each."""
    who, now = _deciding(request)
    found = list(waiting_changes(who, now)[: _MOST + 1])
    context = {
        "changes": [(change, _label(change)) for change in found[:_MOST]],
        "has_more": len(found) > _MOST,
        "most": _MOST,
        "approves": who.may(Permission.APPROVE_CHANGES),
        "breadcrumbs": [Crumb(_("Registry"), reverse("registry:home")), Crumb(_("Changes"))],
    }
    return render(request, "registry/changes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_REGISTRY)
def decide(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show one change beside what the record says now; approve it, or refuse it with a reason."""
    who, now = _deciding(request)
    change = waiting_changes(who, now).filter(pk=change_id).first()
    if change is None:
        raise Http404
    row = record_of(RecordKind(change.kind), change.record, who, now)
    if row is None:
        raise Http404
    if request.method == "POST" and _decided(request, change):
        return redirect("registry:changes")
    by = person_of(request)
    note_record(row=row, by=by, at=now, errand=Errand.DECIDES)
    lines = history_of(record=row, by=by, at=now, errand=Errand.DECIDES)
    line = next((one for one in lines if one.change.pk == change.pk), None)
    context = {
        "change": change,
        "line": line,
        "now_says": _now_says(row, change, timezone.localdate(now)),
        "unmask_url": _unmask_url(row, change, who),
        "newest": newest_applied(change.record, change.field),
        "label": _label(change),
        "row": row,
        "title": title_of(row),
        "refusal": refuse_decision(who, row, change.by_id),
        "breadcrumbs": [
            Crumb(_("Registry"), reverse("registry:home")),
            Crumb(_("Changes"), reverse("registry:changes")),
            Crumb(_label(change)),
        ],
    }
    return render(request, "registry/change.html", context)


def _decided(request: HttpRequest, change: Change) -> bool:
    """Take a decision; say what came of it, or why it was not taken."""
    act, given = act_of(request), request.POST
    seen = given.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    choices: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (
            lambda: approve(change_id=change.pk, seen_version=version, act=act),
            _("The change was applied."),
        ),
        "refuse": (
            lambda: refuse(change_id=change.pk, reason=given.get("reason", "")[:200], act=act),
            _("The change was refused."),
        ),
    }
    chosen = choices.get(given.get("verb", ""))
    if chosen is None:
        return False
    try:
        chosen[0]()
    except Refused as refused:
        messages.error(request, str(refused.refusal))
        return False
    messages.success(request, chosen[1])
    return True
