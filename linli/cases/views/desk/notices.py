"""Notices: what happened to cases that concern me."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission
from linli.cases.actions.reading import mark_read
from linli.cases.queries.desk import notices_of
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.looks import VERB_LOOKS
from linli.registry.actions.telling import mark_seen
from linli.registry.queries.waiting import Waits, decisions_for, unseen_tellings
from linli.web.views.doors import needs

_MOST = 100
# What waits for a decision: its page, its words, its icon.
_DECIDES: Mapping[Waits, tuple[str, Promise, str]] = {
    Waits.CHANGES: ("registry:changes", _("Changes to approve"), "checks"),
    Waits.WISHES: ("guards:wishes", _("Objections of residents"), "hand-stop"),
    Waits.FORMS: ("registry:forms", _("Forms to decide about"), "clipboard-list"),
    Waits.EXPORTS: ("guards:exports", _("Exports to decide about"), "file-export"),
    Waits.EMERGENCIES: ("guards:emergencies", _("Emergencies to review"), "urgent"),
}


@require_safe
@needs(Permission.SEE_DESK)
def notices(request: HttpRequest) -> HttpResponse:
    """Show the newest notices, unread ones or read ones."""
    read = request.GET.get("read") == "1"
    found = list(notices_of(asking(request).who, unread=not read)[:_MOST])
    for notice in found:
        vars(notice)["icon"] = VERB_LOOKS.get(notice.what, ("bell", ""))[0]
    person, at = asking(request).person, asking(request).at
    context = {
        "notices": found,
        "read": read,
        "tellings": [] if read else list(unseen_tellings(person)[:_MOST]),
        "decisions": []
        if read
        else [(*_DECIDES[one.what], one.count) for one in decisions_for(person, at)],
        "may_review": Permission.REVIEW_EMERGENCY in permissions_of(person, timezone.localdate(at)),
    }
    return render(request, "cases/desk/notices.html", context)


@require_POST
@needs(Permission.SEE_DESK)
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read and go to its case, or mark all that were shown."""
    asker = asking(request)
    chosen: list[uuid.UUID] = []
    for text in request.POST.getlist("notice")[:_MOST]:
        try:
            chosen.append(uuid.UUID(text))
        except ValueError:
            continue
    count = mark_read(by=asker.person, at=asker.at, notices=chosen)
    if "tellings" in request.POST:
        count += mark_seen(by=asker.person, at=asker.at)
    if "open" in request.POST and len(chosen) == 1:
        found = asker.person.notices.filter(pk=chosen[0]).first()
        if found is not None:
            return redirect("desk:case", found.case_id)
    words = ngettext("%(n)d notice marked as read", "%(n)d notices marked as read", count)
    messages.success(request, words % {"n": count})
    return redirect("desk:notices")
