"""My work: what waits for me by colour, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.policies import Who
from linli.cases.queries.called import called_cases, calls_to, count_called
from linli.cases.queries.desk import (
    CALLED,
    COUNTED,
    Load,
    asked_extensions,
    loads_of,
    most_pressing,
    queues_of,
)
from linli.cases.queries.desk_clashes import open_clashes
from linli.cases.queries.setting_up import standing
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.lists import with_looks
from linli.cases.views.desk.looks import QUEUE_LOOKS
from linli.web.views.doors import needs

_SHOWN = 8
_WORKPLACES = (
    (Permission.MANAGE_CATEGORIES, "manage:categories"),
    (Permission.SEE_AUDIT, "accounts:audit"),
)
_CALLS_SHOWN = 5


@dataclass(frozen=True)
class Tile:
    """A queue as a tile: how much of which colour."""

    label: object
    icon: str
    url: str
    load: Load

    @property
    def value(self) -> str:
        """The number, or "500+"."""
        return f"{COUNTED}+" if self.load.is_capped else str(self.load.total)

    @property
    def colours(self) -> list[tuple[str, str]]:
        """How much of each colour, the worst first."""
        counts = [(colour, self.load.by_colour[colour]) for colour in ("red", "yellow", "blue")]
        return [
            (colour, f"{COUNTED}+" if count >= COUNTED else str(count))
            for colour, count in counts
            if count
        ]

    @property
    def tone(self) -> str:
        """The tone of the worst colour in it."""
        if self.load.red:
            return "danger"
        if self.load.yellow:
            return "warning"
        return "info" if self.load.total else "neutral"


def _tile(load: Load) -> Tile:
    label, icon = QUEUE_LOOKS[load.queue.key]
    return Tile(label, icon, f"{reverse('desk:cases')}?queue={load.queue.key}", load)


def _greeting(loads: list[Load], clashes: int, below: Mapping[str, object]) -> str:
    red = sum(load.red for load in loads if load.queue.is_turn)
    total = sum(load.total for load in loads)
    if any(load.red >= COUNTED for load in loads if load.queue.is_turn):
        return _("%(n)d or more overdue: begin with these.") % {"n": red}
    if red:
        return _("%(n)d overdue: begin with these.") % {"n": red}
    if below.get("calls") or below.get("extensions") or any(load.red for load in loads):
        # The queues do not count these, and some of them may well be overdue; or others are
        # late with what this person reported, which their tile says.
        return ""
    return _("Nothing is overdue.") if total or clashes else _("Nothing waits for you.")


def _calls(who: Who) -> dict[str, object]:
    calls = called_cases(calls_to(who), who, _CALLS_SHOWN)
    count = count_called(calls_to(who), who)
    rest = f"{reverse('desk:cases')}?queue={CALLED.key}" if count > len(calls) else ""
    return {
        "calls": [(one, True) for one in calls],
        "calls_url": rest,
        "calls_label": _("All %(count)d") % {"count": count},
    }


def _for_supervisors(who: Who) -> dict[str, object]:
    if not who.may(Permission.DECIDE_EXTENSION):
        return {}
    return {"extensions": list(asked_extensions(who)[:_CALLS_SHOWN])}


def _is_set_up(permission: Permission) -> bool:
    """Say whether the district is; only who can set it up is asked to."""
    asked = permission is Permission.MANAGE_CATEGORIES
    return not asked or standing(timezone.localdate()).is_ready


@require_safe
@needs(Permission.SEE_DESK)
def work(request: HttpRequest) -> HttpResponse:
    """Show the queues of the person's roles and the cases to begin with.

    Who has no queue (an administrator, an auditor) is led to where their work is.
    """
    asker = asking(request)
    who = asker.who
    if not queues_of(who):
        for permission, url_name in _WORKPLACES:
            if who.may(permission):
                return redirect(url_name if _is_set_up(permission) else "manage:start")
    loads = loads_of(queues_of(who), who)
    clashes = open_clashes(who)[:COUNTED].count()
    below = {**_calls(who), **_for_supervisors(who)}
    context = {
        "tiles": [_tile(load) for load in loads],
        "cases": with_looks(most_pressing(who, loads, _SHOWN), asker.at),
        "greeting": _greeting(loads, clashes, below),
        "clashes": clashes,
        **below,
        "may_report": who.may(Permission.REPORT_CASE),
        "may_triage": who.may(Permission.ACCEPT_CASE) or who.may(Permission.DISPATCH_CASE),
        "works_outside": any(load.queue.key == "verify" for load in loads),
    }
    return render(request, "cases/desk/work.html", context)
