"""Calling reporters back: who waits, how often it was tried, what came of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.policies.facts import TRIES_BEFORE_GIVING_UP
from linli.cases.queries.desk_calls import waiting_calls
from linli.cases.views.desk.doors import asking
from linli.web.views.doors import needs


@require_safe
@needs(Permission.CALL_BACK)
def calls(request: HttpRequest) -> HttpResponse:
    """Show the checked cases, the longest waiting first, a page at a time."""
    asker = asking(request)
    page = waiting_calls(asker.who, request.GET.get("after", ""))
    context = {
        "waiting": page.waiting,
        "older": f"{reverse('desk:calls')}?after={page.after}" if page.after else "",
        "newer": reverse("desk:calls") if request.GET.get("after") else "",
        "most_tries": TRIES_BEFORE_GIVING_UP,
    }
    return render(request, "cases/desk/calls.html", context)
