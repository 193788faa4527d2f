"""Checked cases whose reporters are to be called back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linli.cases.models import Call, Case, ReporterContact
from linli.cases.models.choices import Satisfaction, Solved
from linli.cases.policies import Who
from linli.cases.queries.lists import cases_of

_SIZE = 25


@dataclass(frozen=True)
class Waiting:
    """A case to call back for: how often it was tried since the check, and the last answer."""

    case: Case
    tries: int
    last_at: datetime | None
    has_contact: bool
    is_answered: bool
    answer: str


@dataclass(frozen=True)
class WaitingPage:
    """One page, and the cursor of the next one or ""."""

    waiting: Sequence[Waiting]
    after: str


def _with_calls(cases: QuerySet[Case]) -> QuerySet[Case]:
    since_check = Q(calls__at__gte=F("checked_at"))
    return cases.annotate(
        tries=Count("calls", filter=since_check),
        last_at=Max("calls__at", filter=since_check),
        left_contact=Exists(ReporterContact.objects.filter(case=OuterRef("pk"))),
    )


def _answers(cases: Sequence[Case]) -> dict[object, Call]:
    """Return the newest answer of each case since its check."""
    calls = Call.objects.filter(case__in=cases, reached=True, at__gte=F("case__checked_at"))
    return {call.case_id: call for call in calls.order_by("at")}


def _said(call: Call | None) -> str:
    if call is None:
        return ""
    return _("%(solved)s, %(satisfaction)s") % {
        "solved": Solved(call.solved).label,
        "satisfaction": Satisfaction(call.satisfaction).label,
    }


def waiting_calls(who: Who, after: str) -> WaitingPage:
    """Return checked cases in the order of their reports, after a cursor."""
    cases = cases_of(who).filter(state="checked")
    if after.lstrip("-").isdigit():
        cases = cases.filter(arrival__gt=int(after))
    wanted = list(cases.order_by("arrival").values_list("pk", flat=True)[: _SIZE + 1])
    # Counting is for the rows of this page alone.
    rows = list(_with_calls(cases_of(who).filter(pk__in=wanted[:_SIZE])).order_by("arrival"))
    answers = _answers(rows)
    waiting = [
        Waiting(
            case=case,
            tries=vars(case)["tries"],
            last_at=vars(case)["last_at"],
            has_contact=vars(case)["left_contact"],
            is_answered=case.pk in answers,
            answer=_said(answers.get(case.pk)),
        )
        for case in rows
    ]
    return WaitingPage(waiting, str(rows[-1].arrival) if len(wanted) > _SIZE else "")
