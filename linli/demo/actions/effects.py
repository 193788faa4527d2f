"""What each verb of a quiet past changes and keeps, as the actions do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from linli.audit.actions import Entry
from linli.cases.actions.clock import reckon
from linli.cases.actions.steps import Work
from linli.cases.models import Call, Case, CaseStep, Dispatch, Extension, Merge, Pause, Rating
from linli.cases.models.choices import LimitUnit, PauseReason, Satisfaction, Solved
from linli.cases.policies.reporting import Report
from linli.cases.queries.clock import events_of
from linli.cases.rules.deadlines import Granted, History
from linli.cases.rules.workflow import CaseVerb
from linli.demo.actions.course import World, case_id
from linli.demo.rules.plans import StepPlan
from linli.kernel.working_time import Limit
from linli.kernel.working_time import LimitUnit as KernelUnit
from linli.kernel.working_time import Pause as StandStill

_V = CaseVerb
# What was asked besides the words; it belongs to the fingerprint of the act.
Asked = Mapping[str, object]


@dataclass
class Past:
    """One case being written: its row, and the facts its clock is worked out from.

    ``done`` holds verb, moment and facts of every step so far.
    """

    case: Case
    report: Report
    clocked_at: datetime
    done: list[tuple[str, datetime, Mapping[str, Any]]] = field(default_factory=list)
    dispatch: Dispatch | None = None
    pauses: list[Pause] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    def reckon(self) -> None:
        """Work the clock out from the facts so far."""
        granted = [
            Granted(Limit(row.amount, KernelUnit(row.unit)), row.decided_at)
            for row in self.extensions
            if row.granted and row.decided_at is not None
        ]
        history = History(
            events=events_of(self.done),
            pauses=[StandStill(pause.since, pause.until) for pause in self.pauses],
            extensions=granted,
        )
        reckon(self.case, self.clocked_at, history=history)


@dataclass
class Rows:
    """The rows of many cases, in the order of the acts, and what was worked out before."""

    world: World
    pasts: list[Past] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    others: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def keep(self, row: models.Model) -> None:
        """Keep a row that belongs to a step."""
        self.others.setdefault(type(row), []).append(row)


@dataclass(frozen=True)
class Doing:
    """A step while its effect is written down."""

    rows: Rows
    past: Past
    plan: StepPlan
    work: Work

    @property
    def case(self) -> Case:
        """The case it is done to."""
        return self.past.case

    def kept(self, row: models.Model) -> None:
        """Keep a row of this step."""
        self.rows.keep(row)

    def record(self, **facts: object) -> None:
        """Record facts of the step."""
        self.work.recorded.update(facts)


def nothing(_doing: Doing) -> Asked:
    """Change nothing but the state."""
    return {}


def _refuse(doing: Doing) -> Asked:
    reason = str(doing.plan.facts["reason"])
    doing.case.refusal_reason = reason
    doing.record(reason=reason)
    return {"reason": reason}


def _verify(doing: Doing) -> Asked:
    found = bool(doing.plan.facts["found"])
    doing.record(found=found)
    return {"found": found}


def _dispatch(doing: Doing) -> Asked:
    case, at = doing.case, doing.plan.at
    unit = doing.rows.world.units[str(doing.plan.facts["unit"])]
    proposal = doing.rows.world.proposal(case, timezone.localdate(at))
    case.unit = doing.work.unit = unit
    doing.record(unit=str(unit.pk))
    if proposal is not None:
        doing.record(proposed=str(proposal.unit.pk))
    doing.past.dispatch = Dispatch(
        id=doing.work.order.act_id,
        case=case,
        proposed=proposal.unit if proposal else None,
        rule=proposal.rule if proposal else None,
        chosen=unit,
        at=at,
    )
    doing.kept(doing.past.dispatch)
    return {"unit": str(unit.pk)}


def _send_back(doing: Doing) -> Asked:
    if doing.past.dispatch is not None:
        doing.past.dispatch.sent_back_at = doing.plan.at
    doing.case.send_backs += 1
    doing.case.unit = None
    return {}


def _milestone(doing: Doing) -> Asked:
    stage = str(doing.plan.facts["stage"])
    doing.record(stage=stage)
    return {"stage": stage}


def _stand_still(doing: Doing, reason: str) -> None:
    row = Pause(id=doing.work.order.act_id, case=doing.case, reason=reason, since=doing.plan.at)
    doing.past.pauses.append(row)
    doing.kept(row)


def _pause(doing: Doing) -> Asked:
    reason = str(doing.plan.facts["reason"])
    doing.record(reason=reason)
    _stand_still(doing, reason)
    return {"reason": reason}


def _shelve(doing: Doing) -> Asked:
    doing.case.unit = None
    _stand_still(doing, PauseReason.SHELVED.value)
    return {}


def _resume(doing: Doing) -> Asked:
    doing.past.pauses[-1].until = doing.plan.at
    return {}


def _ask_extension(doing: Doing) -> Asked:
    asked = {"amount": int(doing.plan.facts["amount"]), "unit": LimitUnit.WORKING_DAYS.value}
    doing.record(**asked)
    row = Extension(
        id=doing.work.order.act_id,
        case=doing.case,
        asked_at=doing.plan.at,
        asked_by=doing.work.order.who.person,
        **asked,
    )
    doing.past.extensions.append(row)
    doing.kept(row)
    return asked


def _decide_extension(doing: Doing) -> Asked:
    row = doing.past.extensions[-1]
    row.granted, row.decided_at = doing.plan.verb == "grant_extension", doing.plan.at
    doing.record(amount=row.amount, unit=row.unit)
    return {}


def _rework(doing: Doing) -> Asked:
    doing.case.reworks += 1
    doing.case.handled_at = doing.case.checked_at = None
    return {}


def _call(doing: Doing) -> Asked:
    facts = doing.plan.facts
    reached = bool(facts["reached"])
    solved = Solved(str(facts["solved"])) if reached else None
    satisfaction = Satisfaction(str(facts["satisfaction"])) if reached else None
    doing.record(reached=reached)
    if solved and satisfaction:
        doing.record(solved=solved.value, satisfaction=satisfaction.value)
    doing.kept(
        Call(
            id=doing.work.order.act_id,
            case=doing.case,
            at=doing.plan.at,
            by=doing.work.order.who.person,
            reached=reached,
            solved=solved.value if solved else "",
            satisfaction=satisfaction.value if satisfaction else "",
        )
    )
    return {"reached": reached, "solved": solved, "satisfaction": satisfaction}


def _rate(doing: Doing) -> Asked:
    said = {name: str(doing.plan.facts[name]) for name in ("solved", "satisfaction")}
    doing.record(**said)
    closing = doing.case.closed_at
    if closing is not None:
        here = {"id": doing.work.order.act_id, "case": doing.case}
        doing.kept(Rating(at=doing.plan.at, closing=closing, **here, **said))
    return said


def _reopen(doing: Doing) -> Asked:
    case = doing.case
    case.closed_at = case.handled_at = case.checked_at = None
    case.dispatched_at = case.signed_at = None
    case.reopened_at = doing.plan.at
    case.registered_at = case.registered_at or doing.plan.at
    return {}


def _merge(doing: Doing) -> Asked:
    case, into = doing.case, case_id(int(doing.plan.facts["into"]))
    doing.record(into=str(into))
    doing.kept(
        Merge(
            id=doing.work.order.act_id,
            case=case,
            into_id=into,
            previous_state=case.state,
            at=doing.plan.at,
        )
    )
    case.merged_into_id = into
    return {"into": str(into)}


EFFECTS: dict[CaseVerb, Callable[[Doing], Asked]] = {
    _V.REFUSE: _refuse,
    _V.VERIFY: _verify,
    _V.DISPATCH: _dispatch,
    _V.SEND_BACK: _send_back,
    _V.MILESTONE: _milestone,
    _V.PAUSE: _pause,
    _V.RESUME: _resume,
    _V.ASK_EXTENSION: _ask_extension,
    _V.GRANT_EXTENSION: _decide_extension,
    _V.REFUSE_EXTENSION: _decide_extension,
    _V.FAIL_CHECK: _rework,
    _V.RETURN_FOR_REWORK: _rework,
    _V.RECORD_CALL: _call,
    _V.RATE: _rate,
    _V.REOPEN: _reopen,
    _V.SHELVE: _shelve,
    _V.TAKE_UP: _resume,
    _V.MERGE: _merge,
}
