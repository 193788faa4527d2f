"""The one way in which a case changes: lock, ask the policy, step, write, record."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.audit.actions import acting
from linli.cases.actions.clock import reckon
from linli.cases.actions.contacts import counted, seal_numbers
from linli.cases.actions.notices import tell
from linli.cases.models import Case, CaseStep
from linli.cases.policies import Facts, Who, may_see, refuse
from linli.cases.rules.workflow import CASE_WORKFLOW, CaseState, CaseVerb
from linli.kernel.refusal import Refusal, Refused
from linli.storage.rows import insert_row, new_row


@dataclass(frozen=True)
class Order:
    """What somebody asks to be done to a case.

    ``act_id`` is made by the client; ``words`` are for the reporter, ``note`` is internal.
    ``quiet`` replays history: nobody is notified of what happened long ago.
    ``moved_numbers`` were taken out of the texts, to be sealed with the reporter's contact.
    """

    act_id: uuid.UUID
    case_id: uuid.UUID
    who: Who
    at: datetime
    note: str = ""
    words: str = ""
    quiet: bool = False
    moved_numbers: str = ""

    @property
    def said(self) -> dict[str, object]:
        """All that was typed; equal for a repeated request."""
        moved = {"moved_numbers": self.moved_numbers} if self.moved_numbers else {}
        return {"note": self.note, "words": self.words, **moved}


@dataclass
class Work:
    """A step being taken: the locked case, what policies know of it, and what to record."""

    case: Case
    facts: Facts
    order: Order
    verb: CaseVerb
    unit: Unit | None
    recorded: dict[str, Any] = field(default_factory=dict)
    state_after: CaseState | None = None

    def refuse(self, code: str, sentence: object) -> None:
        """Stop the step with a reason; nothing is written."""
        raise Refused(Refusal(code, sentence))


Effect = Callable[[Work], None]

# The moment of a verb that later figures ask for.
_MOMENTS: dict[CaseVerb, str] = {
    CaseVerb.ACCEPT: "accepted_at",
    CaseVerb.REGISTER: "registered_at",
    CaseVerb.DISPATCH: "dispatched_at",
    CaseVerb.SIGN: "signed_at",
    CaseVerb.FEEDBACK: "handled_at",
    CaseVerb.PASS_CHECK: "checked_at",
    CaseVerb.ANSWER: "checked_at",
    CaseVerb.CLOSE: "closed_at",
    CaseVerb.SOLVE_ON_SPOT: "closed_at",
}
# These change neither state nor time, so the clock need not be asked again.
_WITHOUT_CLOCK = frozenset({CaseVerb.NOTE, CaseVerb.REPLY, CaseVerb.ATTACH, CaseVerb.ADD_WORDS})


def _no_effect(work: Work) -> None:
    """Change nothing but the state."""


def _load(order: Order) -> Case:
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("category_version", "grid", "unit")
        .defer("grid__geometry")
        .get(pk=order.case_id)
    )
    if not may_see(order.who, case):
        raise Case.DoesNotExist
    return case


def step_of(work: Work, source: str) -> CaseStep:
    """Return what was done as a row, under the id of the act."""
    order, person = work.order, work.order.who.person
    return new_row(
        CaseStep,
        id=order.act_id,
        case_id=work.case.pk,
        position=work.case.version,
        verb=work.verb.value,
        source_state=source,
        target_state=work.case.state,
        by_id=person.pk if person is not None else None,
        unit_id=work.unit.pk if work.unit is not None else None,
        at=order.at,
        received_at=timezone.now(),
        note=order.note,
        reply=order.words,
        facts=work.recorded,
    )


def write_step(work: Work, source: str) -> None:
    """Record what was done."""
    insert_row(step_of(work, source))


def take(
    order: Order,
    verb: CaseVerb,
    effect: Effect = _no_effect,
    asked: Mapping[str, object] | None = None,
) -> Case:
    """Do ``verb`` to a case exactly once and return the case.

    ``asked`` is what was asked besides the words; it belongs to the identity of the request.

    Raises Case.DoesNotExist for whom the case is not, Refused with a reason when the policy
    says no, audit Clash when the id was used for something else.
    """
    with acting(
        order.act_id,
        f"case.{verb.value}",
        by=order.who.person,
        at=order.at,
        subject=order.case_id,
        payload={**order.said, **(asked or {})},
        detail=counted(order.moved_numbers),
    ) as first_time:
        if not first_time:
            return Case.objects.get(pk=order.case_id)
        case = _load(order)
        work = Work(case, Facts(case), order, verb, case.unit)
        refusal = refuse(verb, order.who, work.facts, order.at)
        if refusal is not None:
            raise Refused(refusal)
        _apply(work, effect)
    return case


def advance(work: Work, effect: Effect = _no_effect) -> str:
    """Let the case be what it is after the step; nothing is written. Returns the state before."""
    case, source = work.case, work.case.state
    effect(work)
    target = work.state_after or CASE_WORKFLOW.target(work.verb, CaseState(source))
    case.state = target.value
    case.version += 1
    moment = _MOMENTS.get(work.verb)
    if moment is not None:
        setattr(case, moment, work.order.at)
    return source


def _seal(case: Case, order: Order) -> None:
    seal_numbers(case, order.moved_numbers)
    if order.who.reporter_of == case.pk:
        # It is a number of their own: they can be reached from now on.
        case.is_anonymous = False


def _apply(work: Work, effect: Effect) -> None:
    case, order = work.case, work.order
    source = advance(work, effect)
    write_step(work, source)
    if order.moved_numbers:
        _seal(case, order)
    if work.verb not in _WITHOUT_CLOCK:
        reckon(case, order.at)
    case.save()
    if not order.quiet:
        tell(case, work.verb, order.at, order.who.person, order.act_id)


def who_of(by: Person | None, at: datetime, *, reporter_of: uuid.UUID | None = None) -> Who:
    """Return who acts: a person as they stand on that day, or the reporter of one case."""
    if by is not None:
        return Who.of(by, at)
    if reporter_of is not None:
        return Who.reporter(reporter_of)
    return Who.clock()
