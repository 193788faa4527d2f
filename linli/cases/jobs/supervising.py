"""Colours that change with time, urging before a deadline and notices after it."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import people_with
from linli.accounts.rules.roles import Role
from linli.cases.actions.clock import refresh_colour
from linli.cases.actions.escalating import call_people, supervisor_for
from linli.cases.actions.steps import Order, Work, take
from linli.cases.jobs.mailing import tell_channels
from linli.cases.models import Case, Escalation
from linli.cases.models.choices import Colour, EscalationKind
from linli.cases.policies import Who
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.kernel.refusal import Refused

# Before a unit has the case, the desk that must act next is urged.
_DESK = {
    CaseState.REPORTED: Role.INTAKE_CLERK,
    CaseState.ACCEPTED: Role.INTAKE_CLERK,
    CaseState.REGISTERED: Role.DISPATCHER,
    CaseState.HANDLED: Role.CHECKER,
    CaseState.CHECKED: Role.CALLER,
}


def refresh_colours(*, at: datetime) -> int:
    """Give every case whose colour has changed by ``at`` its colour; returns how many."""
    changed = 0
    due = Case.objects.filter(colour_changes_at__lte=at).select_related("category_version")
    for case in due.iterator(chunk_size=500):
        refresh_colour(case, at)
        changed += 1
    return changed


def _owners(case: Case, at: datetime) -> Iterable[Person]:
    day = timezone.localdate(at)
    if case.unit_id is not None and CaseState(case.state) not in {
        CaseState.HANDLED,
        CaseState.CHECKED,
    }:
        return people_with(Role.UNIT_OFFICER, day, case.unit_id)
    role = _DESK.get(CaseState(case.state), Role.DISPATCHER)
    return people_with(role, day)


def _to_urge(at: datetime) -> Iterator[tuple[Case, EscalationKind]]:
    """Yield the cases that are due within a working day, and those past it since a day."""
    today = timezone.localdate(at)
    near = Case.objects.filter(colour=Colour.BLUE, due_at__isnull=False)
    for case in near.iterator(chunk_size=500):
        yield case, EscalationKind.URGE
    start_of_today = timezone.make_aware(
        datetime.combine(today, datetime.min.time()), timezone.get_current_timezone()
    )
    late = Case.objects.filter(colour=Colour.RED, due_at__lt=start_of_today)
    for case in late.iterator(chunk_size=500):
        yield case, EscalationKind.OVERDUE


def escalate(*, at: datetime) -> int:
    """Urge one day before, and give notice on day +1; each occasion once. Returns how many."""
    called: Counter[EscalationKind] = Counter()
    for case, kind in list(_to_urge(at)):
        if case.due_at is None:
            continue
        occasion = f"{timezone.localtime(case.due_at):%Y-%m-%dT%H:%M}"
        if Escalation.objects.filter(case=case, kind=kind.value, occasion=occasion).exists():
            continue
        called[kind] += _call(case, kind, occasion, at)
    for kind, count in called.items():
        tell_channels(kind, count)
    return called.total()


def _call(case: Case, kind: EscalationKind, occasion: str, at: datetime) -> int:
    people = list(_owners(case, at))
    if kind is EscalationKind.OVERDUE:
        supervisor = supervisor_for(at)
        people += [supervisor] if supervisor is not None else []
    if not people:
        return 0

    def effect(work: Work) -> None:
        work.recorded.update(kind=kind.value, occasion=occasion)
        call_people(work.case, kind, occasion, people, at)

    act_id = uuid.uuid5(case.pk, f"{kind.value} {occasion}")
    try:
        take(Order(act_id, case.pk, Who.clock(), at), CaseVerb.ESCALATE, effect)
    except Refused:
        # Between the list and the step somebody closed or paused it: nothing to urge.
        return 0
    return 1
