"""What waits in triage, the most pressing first."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.cases.models import TriageClaim
from linli.cases.policies import Who
from linli.cases.queries.lists import cases_of
from linli.cases.rules.deadlines import urgency
from linli.cases.rules.workflow import CaseState

# Of each state the oldest are looked at; with thousands waiting the rest have their turn later.
_READ = 100
TRIAGED: dict[CaseState, Permission] = {
    CaseState.REPORTED: Permission.ACCEPT_CASE,
    CaseState.ACCEPTED: Permission.REGISTER_CASE,
    CaseState.REGISTERED: Permission.DISPATCH_CASE,
}


def held_by(person: Person, at: datetime) -> UUID | None:
    """Return the case that a person has on the screen."""
    claim = TriageClaim.objects.filter(person=person, until__gt=at).first()
    return claim.case_id if claim is not None else None


def pending(who: Who, skipped: Collection[str]) -> Sequence[UUID]:
    """Return cases that wait for this person's decision, red first, then what is due first."""
    rows: list[tuple[UUID, str, datetime | None, int]] = []
    for state, permission in TRIAGED.items():
        if who.may(permission):
            waiting = cases_of(who).select_related(None).filter(state=state.value)
            found = waiting.order_by("arrival").values_list("pk", "colour", "due_at", "arrival")
            rows.extend(found[:_READ])
    rows.sort(key=lambda row: urgency(*row[1:]))
    return [row[0] for row in rows if str(row[0]) not in skipped]
