"""Calling people to a case by name. Who is called acknowledges by name."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import people_with
from linli.accounts.rules.roles import Role
from linli.cases.models import Case, Escalation, Notice
from linli.cases.models.choices import EscalationKind
from linli.cases.rules.workflow import CaseVerb

# What the notice of a call says: only the other kinds have gone up one level.
_URGING = frozenset({EscalationKind.URGE, EscalationKind.OVERDUE})


def supervisor_for(day: datetime) -> Person | None:
    """Return the supervisor with the fewest open calls, so that one person owns it."""
    supervisors = people_with(Role.SUPERVISOR, timezone.localdate(day))
    waiting = Count("escalations", filter=Q(escalations__acknowledged_at__isnull=True))
    return supervisors.annotate(waiting=waiting).order_by("waiting", "username").first()


def call_people(
    case: Case, kind: EscalationKind, occasion: str, people: Iterable[Person], at: datetime
) -> int:
    """Call people to a case; the same occasion calls nobody twice. Returns how many are new."""
    called = 0
    what = CaseVerb.URGE if kind in _URGING else CaseVerb.ESCALATE
    for person in people:
        _row, is_new = Escalation.objects.get_or_create(
            case=case, kind=kind.value, occasion=occasion, to=person, defaults={"at": at}
        )
        if is_new:
            called += 1
            Notice.objects.create(person=person, case=case, what=what.value, at=at)
    return called


def raise_level(case: Case, kind: EscalationKind, at: datetime) -> None:
    """Lift a case that nobody owns, or that fails again and again, to a named supervisor."""
    case.level += 1
    supervisor = supervisor_for(at)
    if supervisor is not None:
        occasion = f"{kind.value}-{case.send_backs}-{case.reworks}"
        call_people(case, kind, occasion, [supervisor], at)


def acknowledge_calls(case: Case, person: Person, at: datetime) -> int:
    """Mark the calls of one person to one case as acknowledged; returns how many."""
    waiting = Escalation.objects.filter(case=case, to=person, acknowledged_at__isnull=True)
    return waiting.update(acknowledged_at=at, acknowledged_by=person)
