"""Setting up: what an administrator brings in first, in the order in which it is needed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from linli.accounts.models import RoleChoice
from linli.accounts.rules.roles import Permission
from linli.cases.queries.setting_up import Standing, standing
from linli.web.views.doors import needs

# Name, what it is for, icon, address, and the command that brings in what comes with linli.
_Text = tuple[Promise, Promise, str, str, str]
_TEXTS: dict[str, _Text] = {
    "divisions": (
        gettext_lazy("Divisions"),
        gettext_lazy("District, townships and villages by their codes, from a table."),
        *("map", "territory:import", ""),
    ),
    "grids": (
        gettext_lazy("Grids"),
        gettext_lazy("Boundaries as GeoJSON, with the coordinate system they were drawn in."),
        *("layout-grid", "territory:import", ""),
    ),
    "units": (
        gettext_lazy("Units"),
        gettext_lazy("Who can be responsible for a case: offices, departments, companies."),
        *("building", "territory:import", ""),
    ),
    "categories": (
        gettext_lazy("Categories"),
        gettext_lazy("What can be reported, until when it is solved, and what is asked."),
        *(
            "category",
            "manage:category_import",
            "linli import categories linli/cases/data/categories.json",
        ),
    ),
    "calendars": (
        gettext_lazy("Calendar"),
        gettext_lazy("Working days and holidays; without it every deadline is provisional."),
        *(
            "calendar-event",
            "manage:calendar_import",
            "linli import calendar linli/cases/data/calendars/cn.json",
        ),
    ),
    "rules": (
        gettext_lazy("Dispatch rules"),
        gettext_lazy(
            "Which unit is proposed for which matter and place; without them people choose."
        ),
        *("route", "manage:rule_import", ""),
    ),
    "people": (
        gettext_lazy("People and roles"),
        gettext_lazy("Somebody for each step of a case, and an officer for each unit."),
        *("users", "accounts:people", ""),
    ),
    "administrators": (
        gettext_lazy("A second administrator"),
        gettext_lazy("Nobody can help themself to a new second factor."),
        *("lock", "accounts:new_person", ""),
    ),
    "postings": (
        gettext_lazy("Postings"),
        gettext_lazy(
            "Which grid worker works in which grid, from a table of user names. Matters that are "
            "verified on site wait for one."
        ),
        *("users", "territory:import", ""),
    ),
    "bases": (
        gettext_lazy("Lists of the registry"),
        gettext_lazy("Legal bases and kinds of places; without them no record can be kept."),
        *("database", "", "linli import lists"),
    ),
}
# Where it can be looked at once it is there.
_SHOWN_AT = {
    "divisions": "territory:overview",
    "grids": "territory:overview",
    "units": "accounts:units",
    "categories": "manage:categories",
    "calendars": "manage:calendars",
    "rules": "manage:rules",
    "people": "accounts:people",
    "administrators": "accounts:people",
    "postings": "territory:overview",
    "bases": "registry:dictionary",
}
_MAY_WAIT = frozenset({"rules", "administrators", "postings", "bases"})


@dataclass(frozen=True)
class Step:
    """One thing to bring in; ``found`` says in words how it stands.

    Without ``url`` there is no page for it, and the command is the only way.
    """

    name: Promise
    why: Promise
    icon: str
    url: str
    command: str
    is_done: bool
    may_wait: bool
    found: str


def _found(key: str, now: Standing) -> tuple[bool, str]:
    if key == "people":
        labels = dict(RoleChoice.choices)
        missing = _(", ").join(str(labels[role.value]) for role in now.missing_roles)
        return not missing, _("Nobody is: %(roles)s") % {"roles": missing} if missing else ""
    count = int(getattr(now, key))
    least = 2 if key == "administrators" else 1
    return count >= least, str(count)


def _way_in(key: str, url_name: str) -> str:
    # One page takes four kinds of files: it opens with the right one chosen.
    more = f"?kind={key}" if url_name == "territory:import" else ""
    return reverse(url_name) + more if url_name else ""


def _steps(now: Standing) -> Iterator[Step]:
    for key, (name, why, icon, url_name, command) in _TEXTS.items():
        is_done, found = _found(key, now)
        url = reverse(_SHOWN_AT[key]) if is_done else _way_in(key, url_name)
        yield Step(name, why, icon, url, command, is_done, key in _MAY_WAIT, found)


@require_safe
@needs(Permission.MANAGE_CATEGORIES)
def start(request: HttpRequest) -> HttpResponse:
    """Show what is there and what is missing before the first case."""
    now = standing(timezone.localdate())
    steps = list(_steps(now))
    done = sum(step.is_done for step in steps)
    context = {"steps": steps, "done": done, "is_ready": now.is_ready, "posted": now.postings}
    return render(request, "cases/manage/start.html", context)
