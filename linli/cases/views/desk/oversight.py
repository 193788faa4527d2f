"""The supervisor's page: calls, requests for more time, raised cases, proposals."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.queries.called import called_cases, count_called, open_calls
from linli.cases.queries.desk import asked_extensions
from linli.cases.queries.desk_oversight import PERIOD_DAYS, raised_cases, recent_accuracy
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.lists import with_looks
from linli.web.views.doors import needs

_MOST = 50


def _share(part: int, whole: int) -> str:
    """Return a share in percent; a share of nothing is no number."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


@require_safe
@needs(Permission.SUPERVISE_CASE)
def oversight(request: HttpRequest) -> HttpResponse:
    """Show what needs a supervisor, and how good the proposals are."""
    asker = asking(request)
    found = recent_accuracy(timezone.localdate(asker.at))
    calls = called_cases(open_calls(), asker.who, _MOST)
    context = {
        "calls": [(one, one.calls(asker.person)) for one in calls],
        "calls_count": count_called(open_calls(), asker.who),
        "extensions": list(asked_extensions()[:_MOST]),
        "cases": with_looks(list(raised_cases(asker.who)[:_MOST]), asker.at),
        "accuracy": found,
        "taken": _share(found.taken, found.proposed),
        "proposed": _share(found.proposed, found.dispatched),
        "kept": _share(found.dispatched - found.sent_back, found.dispatched),
        "days": PERIOD_DAYS,
    }
    return render(request, "cases/desk/oversight.html", context)
