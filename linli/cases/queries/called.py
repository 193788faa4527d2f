"""Calls to somebody by name that are not acknowledged yet: a case stands once, however many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from linli.accounts.models import Person
from linli.cases.models import Case, Escalation
from linli.cases.policies import Who
from linli.cases.queries.lists import cases_of

# Nobody needs to know how many more there are.
MOST_COUNTED = 500
# As many names as fit a line; the rest are counted.
NAMES_SHOWN = 4


@dataclass(frozen=True)
class Called:
    """A case, everybody who is called to it, why, and since when."""

    case: Case
    people: Sequence[Person]
    reasons: Sequence[str]
    since: datetime

    @property
    def names(self) -> Sequence[Person]:
        """Those whose names are shown."""
        return self.people[:NAMES_SHOWN]

    @property
    def unnamed(self) -> int:
        """How many more are called."""
        return len(self.people) - len(self.names)

    def calls(self, person: Person) -> bool:
        """Say whether this person is among those called."""
        return person in self.people


def open_calls() -> QuerySet[Escalation]:
    """Return the calls to anybody that nobody has acknowledged."""
    return Escalation.objects.filter(acknowledged_at__isnull=True)


def calls_to(who: Who) -> QuerySet[Escalation]:
    """Return the calls that this person has not acknowledged."""
    return open_calls().filter(to=who.person)


def calls_of_mine(who: Who) -> QuerySet[Escalation]:
    """Return the calls of the cases that this person is called to, those to others too."""
    return open_calls().filter(case__in=calls_to(who).values("case"))


def calls_of_others(who: Who) -> QuerySet[Escalation]:
    """Return the calls of the cases to which others alone are called."""
    return open_calls().exclude(case__in=calls_to(who).values("case"))


def called_cases(calls: QuerySet[Escalation], who: Who, most: int) -> list[Called]:
    """Return the cases of some calls that are there for somebody, longest called first."""
    firsts = calls.values("case").annotate(first=Min("at")).order_by("first", "case")
    wanted = [row["case"] for row in firsts.filter(case__in=cases_of(who).values("pk"))[:most]]
    cases = cases_of(who).in_bulk(wanted)
    rows = calls.filter(case__in=wanted).select_related("to").order_by("at", "to__name", "pk")
    by_case = _by_case(rows)
    return [_called(cases[pk], by_case[pk]) for pk in wanted if pk in cases]


def _by_case(calls: Iterable[Escalation]) -> Mapping[UUID, list[Escalation]]:
    found: dict[UUID, list[Escalation]] = {}
    for call in calls:
        found.setdefault(call.case_id, []).append(call)
    return found


def _called(case: Case, calls: Sequence[Escalation]) -> Called:
    return Called(
        case=case,
        people=list(dict.fromkeys(call.to for call in calls)),
        reasons=list(dict.fromkeys(str(call.get_kind_display()) for call in calls)),
        since=calls[0].at,
    )


def count_called(calls: QuerySet[Escalation], who: Who) -> int:
    """Return to how many cases of those there for somebody the calls lead, up to MOST_COUNTED."""
    there = calls.filter(case__in=cases_of(who).values("pk"))
    return there.values("case").distinct()[:MOST_COUNTED].count()
