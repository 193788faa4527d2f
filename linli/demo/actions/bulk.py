"""Writing many planned cases at once.

Cases whose whole course is quiet past need nobody to be asked again at every step: the plans
were made to be allowed, and a test proves that these rows are those which the actions write.
The report is asked for by the same policy, and workflow, clock, audit chain and search index are
the same.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from linli.audit.actions import Entry, append_all, fingerprint_of
from linli.cases.actions import intake
from linli.cases.actions.clock import reckon
from linli.cases.actions.contacts import sealed_contact
from linli.cases.actions.search import index_cases
from linli.cases.actions.steps import Order, Work, advance, step_of, who_of
from linli.cases.models import Call, Case, CaseStep, Dispatch, Extension, Pause, Rating
from linli.cases.models.choices import LimitUnit, Satisfaction, Solved
from linli.cases.policies import Facts
from linli.cases.policies.reporting import Report
from linli.cases.rules.deadlines import Granted, History
from linli.cases.rules.workflow import CASE_WORKFLOW, ENDED, CaseState, CaseVerb
from linli.demo.actions.course import World, case_id, step_id
from linli.demo.rules.plans import CasePlan, StepPlan
from linli.kernel.working_time import Limit
from linli.kernel.working_time import LimitUnit as KernelUnit
from linli.kernel.working_time import Pause as StandStill
from linli.storage.rows import insert_rows
from linli.territory.queries import grids_at

_V = CaseVerb
Asked = Mapping[str, object]
# These touch other cases, files, or begin the clock anew; they go step by step.
ONE_BY_ONE = frozenset({"merge", "reopen", "shelve", "take_up", "attach"})


def can_go_at_once(case: CasePlan, quiet_before: datetime) -> bool:
    """Say whether a case may be written with many others."""
    return case.last_at < quiet_before and not any(step.verb in ONE_BY_ONE for step in case.steps)


@dataclass
class _Past:
    """One case being written: its row, and the facts its clock is worked out from."""

    case: Case
    report: Report
    events: dict[str, datetime]
    clocked_at: datetime
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
            events=self.events,
            pauses=[StandStill(pause.since, pause.until) for pause in self.pauses],
            extensions=granted,
        )
        reckon(self.case, self.clocked_at, history=history)


@dataclass
class _Rows:
    """The rows of many cases, in the order of the acts, and what was worked out before."""

    world: World
    pasts: list[_Past] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    others: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def keep(self, row: models.Model) -> None:
        """Keep a row that belongs to a step."""
        self.others.setdefault(type(row), []).append(row)


@dataclass(frozen=True)
class _Doing:
    """A step while its effect is written down."""

    rows: _Rows
    past: _Past
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


def _nothing(_doing: _Doing) -> Asked:
    return {}


def _refuse(doing: _Doing) -> Asked:
    reason = str(doing.plan.facts["reason"])
    doing.case.refusal_reason = reason
    doing.record(reason=reason)
    return {"reason": reason}


def _verify(doing: _Doing) -> Asked:
    found = bool(doing.plan.facts["found"])
    doing.record(found=found)
    return {"found": found}


def _dispatch(doing: _Doing) -> Asked:
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


def _send_back(doing: _Doing) -> Asked:
    if doing.past.dispatch is not None:
        doing.past.dispatch.sent_back_at = doing.plan.at
    doing.case.send_backs += 1
    doing.case.unit = None
    return {}


def _milestone(doing: _Doing) -> Asked:
    stage = str(doing.plan.facts["stage"])
    doing.record(stage=stage)
    doing.past.events.setdefault(f"stage:{stage}", doing.plan.at)
    return {"stage": stage}


def _pause(doing: _Doing) -> Asked:
    reason = str(doing.plan.facts["reason"])
    doing.record(reason=reason)
    row = Pause(id=doing.work.order.act_id, case=doing.case, reason=reason, since=doing.plan.at)
    doing.past.pauses.append(row)
    doing.kept(row)
    return {"reason": reason}


def _resume(doing: _Doing) -> Asked:
    doing.past.pauses[-1].until = doing.plan.at
    return {}


def _ask_extension(doing: _Doing) -> Asked:
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


def _decide_extension(doing: _Doing) -> Asked:
    row = doing.past.extensions[-1]
    row.granted, row.decided_at = doing.plan.verb == "grant_extension", doing.plan.at
    doing.record(amount=row.amount, unit=row.unit)
    return {}


def _rework(doing: _Doing) -> Asked:
    doing.case.reworks += 1
    doing.case.handled_at = doing.case.checked_at = None
    return {}


def _call(doing: _Doing) -> Asked:
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


def _rate(doing: _Doing) -> Asked:
    said = {name: str(doing.plan.facts[name]) for name in ("solved", "satisfaction")}
    doing.record(**said)
    closing = doing.case.closed_at
    if closing is not None:
        here = {"id": doing.work.order.act_id, "case": doing.case}
        doing.kept(Rating(at=doing.plan.at, closing=closing, **here, **said))
    return said


_EFFECTS: dict[CaseVerb, Callable[[_Doing], Asked]] = {
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
}
# As in the actions: these change neither state nor time.
_WITHOUT_CLOCK = frozenset({_V.NOTE, _V.REPLY})


def _entry(order: Order, verb: CaseVerb, payload: Asked) -> Entry:
    person = order.who.person
    return Entry(
        id=order.act_id,
        verb=f"case.{verb.value}",
        actor=person.pk if person is not None else None,
        subject=order.case_id,
        at=order.at,
        fingerprint=fingerprint_of(f"case.{verb.value}", payload),
        detail="",
    )


def _begin(rows: _Rows, plan: CasePlan, grid: uuid.UUID | None) -> _Past:
    report, by = rows.world.report(plan.report), rows.world.reporter(plan.report)
    here = case_id(plan.key)
    case = intake.new_case(report, by, plan.at, here)
    case.grid_id = grid
    past = _Past(case, report, {_V.REPORT.value: plan.at}, plan.at)
    who = rows.world.who(by.username, here) if by else who_of(None, plan.at, reporter_of=here)
    order = Order(here, here, who, plan.at)
    rows.steps.append(step_of(Work(case, Facts(case), order, _V.REPORT, None), ""))
    rows.entries.append(_entry(order, _V.REPORT, report.payload))
    rows.pasts.append(past)
    return past


def _do(rows: _Rows, past: _Past, act: uuid.UUID, plan: StepPlan) -> None:
    case, verb = past.case, CaseVerb(plan.verb)
    if CASE_WORKFLOW.target(verb, CaseState(case.state)) in ENDED:
        # An ended case keeps the deadline it had.
        past.reckon()
    who = rows.world.who(plan.by, case.pk)
    order = Order(act, case.pk, who, plan.at, note=plan.note, words=plan.words)
    work = Work(case, Facts(case), order, verb, case.unit)
    asked: dict[str, object] = {}

    def effect(work: Work) -> None:
        asked.update(_EFFECTS.get(verb, _nothing)(_Doing(rows, past, plan, work)))

    source = advance(work, effect)
    rows.steps.append(step_of(work, source))
    payload = {"note": plan.note, "words": plan.words, **asked}
    rows.entries.append(_entry(order, verb, payload))
    past.events.setdefault(verb.value, plan.at)
    if verb not in _WITHOUT_CLOCK:
        past.clocked_at = plan.at


def _grids(plans: Sequence[CasePlan], day: date) -> list[uuid.UUID | None]:
    """Return the grid of each report; the demo's grids are the same all year."""
    placed = [number for number, plan in enumerate(plans) if plan.report.lon is not None]
    found: list[uuid.UUID | None] = [None] * len(plans)
    lons = [plans[number].report.lon or 0.0 for number in placed]
    lats = [plans[number].report.lat or 0.0 for number in placed]
    for number, grid in zip(placed, grids_at(lons, lats, on=day), strict=True):
        found[number] = grid
    return found


def run_at_once(plans: Sequence[CasePlan], world: World) -> None:
    """Write cases with all that happened to them, in one transaction, telling nobody."""
    rows = _Rows(world)
    day = timezone.localdate(plans[-1].at)
    for plan, grid in zip(plans, _grids(plans, day), strict=True):
        past = _begin(rows, plan, grid)
        for number, step in enumerate(plan.steps):
            _do(rows, past, step_id(plan, number), step)
        past.reckon()
    contacts = [
        sealed_contact(past.case, past.report.contact)
        for past in rows.pasts
        if past.report.contact is not None
    ]
    with transaction.atomic():
        append_all(rows.entries)
        cases = [past.case for past in rows.pasts]
        insert_rows(cases)
        insert_rows(rows.steps)
        for kept in rows.others.values():
            insert_rows(kept)
        index_cases(cases)
        insert_rows(contacts)
