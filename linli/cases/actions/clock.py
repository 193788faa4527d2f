"""The derived clock of a case: what its facts say about its deadline, and its colour now."""

from datetime import datetime

from linli.cases.models import Case
from linli.cases.queries.calendars import current_calendar
from linli.cases.queries.clock import clock_of
from linli.cases.rules.deadlines import History
from linli.cases.rules.workflow import ENDED, STANDING_STILL, CaseState, CaseVerb

DERIVED = ("due_at", "is_provisional", "calendar_version", "colour", "colour_changes_at")


def reckon(
    case: Case, at: datetime, *, is_new: bool = False, history: History | None = None
) -> None:
    """Compute deadline, colour and the moment the colour changes from the facts.

    An ended case keeps the deadline it had: the figures ask whether it was kept. ``history``
    saves reading the facts of a case whose steps are at hand.
    """
    state = CaseState(case.state)
    case.colour, case.colour_changes_at = "", None
    if state in ENDED:
        return
    if is_new:
        history = History({CaseVerb.REPORT.value: at}, stated_due=case.stated_due_at)
    clock = clock_of(case, history)
    case.due_at = clock.due
    case.is_provisional = clock.is_provisional
    case.calendar_version = current_calendar().version
    if state not in STANDING_STILL:
        case.colour = clock.colour(at).value
        case.colour_changes_at = clock.next_change(at)


def refresh_colour(case: Case, at: datetime) -> bool:
    """Give an open case the colour it has at a moment; returns whether it changed."""
    before = case.colour
    reckon(case, at)
    case.save(update_fields=DERIVED)
    return case.colour != before
