"""Notices: what happened to cases that concern me."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.reading import mark_read
from linli.cases.queries.desk import notices_of
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.looks import VERB_LOOKS
from linli.web.views.doors import needs

_MOST = 100


@require_safe
@needs(Permission.SEE_DESK)
def notices(request: HttpRequest) -> HttpResponse:
    """Show the newest notices, unread ones or read ones."""
    read = request.GET.get("read") == "1"
    found = list(notices_of(asking(request).who, unread=not read)[:_MOST])
    for notice in found:
        vars(notice)["icon"] = VERB_LOOKS.get(notice.what, ("bell", ""))[0]
    return render(request, "cases/desk/notices.html", {"notices": found, "read": read})


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
    if "open" in request.POST and len(chosen) == 1:
        found = asker.person.notices.filter(pk=chosen[0]).first()
        if found is not None:
            return redirect("desk:case", found.case_id)
    words = ngettext("%(n)d notice marked as read", "%(n)d notices marked as read", count)
    messages.success(request, words % {"n": count})
    return redirect("desk:notices")
