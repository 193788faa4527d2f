"""The list of cases: filters in the address, free text, stable pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.forms.filters import Asked, asked
from linli.cases.models import Case
from linli.cases.models.choices import Channel, Colour, Kind, State
from linli.cases.policies import Who, may_see
from linli.cases.queries.desk import (
    BY_KEY,
    case_named,
    category_choices,
    division_choices,
    unit_choices,
    waiting_in,
)
from linli.cases.queries.lists import cases_of, narrowed, page_of
from linli.cases.queries.search import search_page
from linli.cases.queries.standing_still import words_of_still
from linli.cases.rules.workflow import ENDED
from linli.cases.views.desk.bulk import bulk_deeds
from linli.cases.views.desk.doors import asking
from linli.cases.views.desk.looks import QUEUE_LOOKS, STATE_LOOKS
from linli.web.views.doors import needs


@dataclass(frozen=True)
class Listed:
    """The rows of a list page and the addresses of its neighbours."""

    cases: Sequence[Case]
    newer: str = ""
    older: str = ""


def _listed(who: Who, wanted: Asked, older: str, newer: str) -> Listed:
    queue = BY_KEY.get(wanted.values.get("queue", ""))
    cases = waiting_in(queue, who) if queue else cases_of(who)
    filters = wanted.filters
    cases = narrowed(cases, filters)
    if filters.words:
        found, cursor = search_page(cases, filters.words, older=older)
        return Listed(
            found,
            newer=wanted.address() if older else "",
            older=wanted.address(older=cursor) if cursor else "",
        )
    # Only cases with a colour have an index by deadline; the rest stand newest first.
    page = page_of(cases, by_due=bool(filters.colour), older=older, newer=newer)
    return Listed(
        page.cases,
        newer=wanted.address(newer=page.newer) if page.newer else "",
        older=wanted.address(older=page.older) if page.older else "",
    )


def with_looks(cases: Sequence[Case], at: datetime) -> Sequence[Case]:
    """Give each row the words and the tone of its state, so that the template only prints."""
    labels = {value: str(label) for value, label in State.choices}
    still = words_of_still(cases, at)
    for case in cases:
        tone, picture = STATE_LOOKS[case.state]
        vars(case).update(
            state_words=labels[case.state],
            state_tone=tone,
            state_icon=picture,
            still=still.get(case.pk, ""),
            # Whoever reads that a closed case has two days left looks for work there.
            due_shown=None if case.state in ENDED else case.due_at,
        )
    return cases


def filter_choices() -> dict[str, object]:
    """Return what the filters offer; plain pairs, for a row of widgets costs more than the list."""
    day = timezone.localdate()
    return {
        "states": State.choices,
        "colours": Colour.choices,
        "kinds": Kind.choices,
        "channels": Channel.choices,
        "units": unit_choices(day),
        "categories": category_choices(),
        "areas": division_choices(day),
    }


@require_safe
@needs(Permission.SEE_DESK)
def cases(request: HttpRequest) -> HttpResponse:
    """Show a page of the cases that are there for this person."""
    asker = asking(request)
    who = asker.who
    wanted = asked(request.GET)
    named = case_named(wanted.filters.words) if wanted.filters.words else None
    if named is not None and may_see(who, named):
        return redirect("desk:case", named.pk)
    listed = _listed(who, wanted, request.GET.get("older", ""), request.GET.get("newer", ""))
    queue = wanted.values.get("queue", "")
    context = {
        "cases": with_looks(listed.cases, asker.at),
        "newer": listed.newer,
        "older": listed.older,
        "wanted": wanted.shown,
        "active": wanted.active,
        "search_words": wanted.filters.words,
        "queue": QUEUE_LOOKS.get(queue),
        "choices": filter_choices(),
        "bulk": bulk_deeds(who, queue),
        "may_report": who.may(Permission.REPORT_CASE),
        "here": request.get_full_path(),
    }
    return render(request, "cases/desk/list.html", context)
