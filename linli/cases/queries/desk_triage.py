"""What waits in triage, the most pressing first; walked as far as somebody asks, never OFFSET."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.cases.models import Case, TriageClaim
from linli.cases.policies import Who
from linli.cases.queries.lists import cases_of
from linli.cases.rules.deadlines import COLOURS_BY_URGENCY
from linli.cases.rules.workflow import CaseState

# Read at a time; mostly the first of them is the one that is shown.
_READ = 50
# Waiting cases are counted up to here; more is said as "500+".
COUNTED = 500
_NEVER = datetime.max.replace(tzinfo=UTC)
TRIAGED: dict[CaseState, Permission] = {
    CaseState.REPORTED: Permission.ACCEPT_CASE,
    CaseState.ACCEPTED: Permission.REGISTER_CASE,
    CaseState.REGISTERED: Permission.DISPATCH_CASE,
}
# What is due first, then what was reported first: deadline, arrival, id.
_Row = tuple[datetime, int, UUID]


def held_by(person: Person, at: datetime) -> UUID | None:
    """Return the case that a person has on the screen."""
    claim = TriageClaim.objects.filter(person=person, until__gt=at).first()
    return claim.case_id if claim is not None else None


def _states(who: Who) -> list[str]:
    return [state.value for state, permission in TRIAGED.items() if who.may(permission)]


def _waiting(who: Who) -> QuerySet[Case]:
    return cases_of(who).select_related(None).filter(state__in=_states(who))


def _with_deadline(cases: QuerySet[Case]) -> Iterator[_Row]:
    found = cases.filter(due_at__isnull=False).order_by("due_at", "arrival")
    rows = list(found.values_list("due_at", "arrival", "pk")[:_READ])
    while rows:
        yield from ((due or _NEVER, arrival, pk) for due, arrival, pk in rows)
        due, arrival, _pk = rows[-1]
        beyond = Q(due_at__gt=due) | Q(due_at=due, arrival__gt=arrival)
        more = found.filter(beyond) if len(rows) == _READ else found.none()
        rows = list(more.values_list("due_at", "arrival", "pk")[:_READ])


def _without_deadline(cases: QuerySet[Case]) -> Iterator[_Row]:
    found = cases.filter(due_at__isnull=True).order_by("arrival")
    rows = list(found.values_list("arrival", "pk")[:_READ])
    while rows:
        yield from ((_NEVER, arrival, pk) for arrival, pk in rows)
        more = found.filter(arrival__gt=rows[-1][0]) if len(rows) == _READ else found.none()
        rows = list(more.values_list("arrival", "pk")[:_READ])


def _of_colour(who: Who, colour: str) -> Iterator[_Row]:
    """Walk each state by itself, as the index does, and take whichever is due first."""
    walks: list[Iterable[_Row]] = []
    for state in _states(who):
        cases = cases_of(who).select_related(None).filter(state=state, colour=colour)
        walks.append(chain(_with_deadline(cases), _without_deadline(cases)))
    return heapq.merge(*walks)


def pending(who: Who, skipped: Collection[str]) -> Iterator[UUID]:
    """Yield all cases that wait for this person's decision, red first, then what is due first.

    They are read page by page as they are asked for.
    """
    for colour in COLOURS_BY_URGENCY:
        for _due, _arrival, pk in _of_colour(who, colour):
            if str(pk) not in skipped:
                yield pk


def is_pending(who: Who, case_id: UUID, skipped: Collection[str]) -> bool:
    """Say whether a case still waits for this person's decision."""
    return str(case_id) not in skipped and _waiting(who).filter(pk=case_id).exists()


def count_pending(who: Who, skipped: Collection[str]) -> int:
    """Return how many cases wait, up to COUNTED, without those left for later."""
    left = [UUID(text) for text in skipped if _is_id(text)]
    return _waiting(who).exclude(pk__in=left).order_by()[:COUNTED].count()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
