"""Taking over history: what happened elsewhere, at its own dates, told to nobody.

There are two ways, and a test proves that they write the same rows. One does every step through
its own action. The other writes many cases at once, for histories of the straight way only; it
asks the same policy for the report, takes the same workflow and the same clock, and chains the
same audit events.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.audit.actions import Entry, append_all, fingerprint_of, is_same
from linli.audit.models import Event
from linli.cases.actions import checking, dispatching, handling, intake
from linli.cases.actions.clock import reckon
from linli.cases.actions.search import index_cases
from linli.cases.actions.steps import Order, Work, advance, step_of
from linli.cases.models import Case, CaseStep, Dispatch, DispatchRule
from linli.cases.policies import Facts, Who
from linli.cases.policies.reporting import Report
from linli.cases.queries.dispatching import Proposal, propose
from linli.cases.rules.deadlines import History
from linli.cases.rules.workflow import CASE_WORKFLOW, ENDED, CaseState, CaseVerb
from linli.storage.rows import insert_rows
from linli.territory.queries import grids_at

_V = CaseVerb
# What the fast way knows: nobody asks for time, sends back, fails a check or is called.
STRAIGHT_WAY = frozenset(
    {_V.ACCEPT, _V.REGISTER, _V.DISPATCH, _V.SIGN, _V.FEEDBACK, _V.PASS_CHECK, _V.CLOSE}
)


@dataclass(frozen=True)
class Deed:
    """One verb that was done to a case, when and by whom; ``unit`` is whom it was given to."""

    verb: CaseVerb
    at: datetime
    by: Person
    note: str = ""
    unit: Unit | None = None


@dataclass(frozen=True)
class Past:
    """One case as it went elsewhere; ``case_id`` is derived from its id there."""

    case_id: UUID
    report: Report
    at: datetime
    deeds: tuple[Deed, ...]

    def act_id(self, number: int) -> UUID:
        """Return the id of a deed, the same whenever the history is taken over."""
        return uuid5(self.case_id, f"{number}:{self.deeds[number].verb.value}")

    @property
    def last_id(self) -> UUID:
        """Return the id of the last thing that was done."""
        return self.act_id(len(self.deeds) - 1) if self.deeds else self.case_id

    def fingerprint(self) -> bytes:
        """Return what the audit log keeps of the report."""
        return fingerprint_of("case.report", self.report.payload)

    def is_kept_as(self, fingerprint: bytes) -> bool:
        """Say whether this very report left a fingerprint, by an older key perhaps."""
        return is_same(fingerprint, "case.report", self.report.payload)


def _dispatch(order: Order, deed: Deed) -> Case:
    if deed.unit is None:
        raise ValueError("a dispatch without a unit")
    return dispatching.dispatch(order=order, unit=deed.unit)


_BY_STEPS: dict[CaseVerb, Callable[[Order, Deed], Case]] = {
    _V.ACCEPT: lambda order, _deed: intake.accept(order=order),
    _V.REGISTER: lambda order, _deed: dispatching.register(order=order),
    _V.DISPATCH: _dispatch,
    _V.SIGN: lambda order, _deed: handling.sign(order=order),
    _V.FEEDBACK: lambda order, _deed: handling.feedback(order=order),
    _V.PASS_CHECK: lambda order, _deed: checking.pass_check(order=order),
    _V.CLOSE: lambda order, _deed: checking.close(order=order),
}


def replay_by_steps(*, past: Past) -> Case:
    """Take over one case through the actions; what was done before is not done again.

    Raises Refused when a policy says no, Clash when the history was another the last time.
    """
    with transaction.atomic():
        case = intake.report(
            report=past.report, by=None, at=past.at, act_id=past.case_id, quiet=True
        )
        for number, deed in enumerate(past.deeds):
            who = Who.of(deed.by, deed.at)
            order = Order(past.act_id(number), case.pk, who, deed.at, note=deed.note, quiet=True)
            case = _BY_STEPS[deed.verb](order, deed)
    return case


@dataclass
class _Made:
    """The rows of many cases before they are written, in the order of the acts."""

    cases: list[Case] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    fingerprints: dict[tuple[str, str, UUID | None], bytes] = field(default_factory=dict)
    proposals: dict[tuple[UUID, UUID | None, date], Proposal | None] = field(default_factory=dict)
    have_rules: bool = True

    def proposal(self, case: Case, day: date) -> Proposal | None:
        """Return what the rules propose; asked once for equal cases."""
        if not self.have_rules:
            return None
        key = (case.category_id, case.grid_id, day)
        if key not in self.proposals:
            self.proposals[key] = propose(case, day)
        return self.proposals[key]

    def fingerprint(self, deed: Deed) -> bytes:
        """Return what the audit log keeps of a deed; equal deeds are hashed once."""
        unit = deed.unit.pk if deed.unit is not None else None
        key = (deed.verb.value, deed.note, unit)
        if key not in self.fingerprints:
            asked = {"unit": str(unit)} if deed.verb is _V.DISPATCH else {}
            payload = {"note": deed.note, "words": "", **asked}
            self.fingerprints[key] = fingerprint_of(f"case.{deed.verb.value}", payload)
        return self.fingerprints[key]


def taken_over(case_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return, for those that are here already, what the audit log kept of their reports."""
    events = Event.objects.filter(pk__in=case_ids).values_list("pk", "fingerprint")
    return {case_id: bytes(kept) for case_id, kept in events}


def replay_many(*, pasts: Sequence[Past]) -> None:
    """Take over many cases that are new here, all or none, in one transaction.

    Raises Refused when a report is refused, ValueError for a verb off the straight way and
    IntegrityError when something of it is here already: then each is to go by steps.
    """
    made = _Made(have_rules=DispatchRule.objects.exists())
    for past, grid_id in zip(pasts, _grids_of(pasts), strict=True):
        _make(made, past, grid_id)
    with transaction.atomic():
        append_all(made.entries)
        insert_rows(made.cases)
        insert_rows(made.steps)
        insert_rows(made.dispatches)
        index_cases(made.cases)


def _grids_of(pasts: Sequence[Past]) -> list[UUID | None]:
    """Return the grid of each report on its own day."""
    by_day: dict[date, list[int]] = {}
    for number, past in enumerate(pasts):
        if past.report.lon is not None and past.report.lat is not None:
            by_day.setdefault(timezone.localdate(past.at), []).append(number)
    found: list[UUID | None] = [None] * len(pasts)
    for day, numbers in by_day.items():
        lons = [pasts[number].report.lon or 0.0 for number in numbers]
        lats = [pasts[number].report.lat or 0.0 for number in numbers]
        for number, grid_id in zip(numbers, grids_at(lons, lats, on=day), strict=True):
            found[number] = grid_id
    return found


def _make(made: _Made, past: Past, grid_id: UUID | None) -> None:
    case = intake.new_case(past.report, None, past.at, past.case_id)
    case.grid_id = grid_id
    order = Order(past.case_id, case.pk, Who.reporter(case.pk), past.at, quiet=True)
    made.steps.append(step_of(Work(case, Facts(case), order, _V.REPORT, None), ""))
    made.entries.append(_entry(order, _V.REPORT, past.fingerprint()))
    events = {_V.REPORT.value: past.at}
    at = past.at
    for number, deed in enumerate(past.deeds):
        if CASE_WORKFLOW.target(deed.verb, CaseState(case.state)) in ENDED:
            _reckon(case, at, events)
        _do(made, case, past.act_id(number), deed)
        events.setdefault(deed.verb.value, deed.at)
        at = deed.at
    _reckon(case, at, events)
    made.cases.append(case)


def _reckon(case: Case, at: datetime, events: dict[str, datetime]) -> None:
    reckon(case, at, history=History(events, stated_due=case.stated_due_at))


def _entry(order: Order, verb: CaseVerb, fingerprint: bytes) -> Entry:
    person = order.who.person
    return Entry(
        id=order.act_id,
        verb=f"case.{verb.value}",
        actor=person.pk if person is not None else None,
        subject=order.case_id,
        at=order.at,
        fingerprint=fingerprint,
        detail="",
    )


def _do(made: _Made, case: Case, act_id: UUID, deed: Deed) -> None:
    if deed.verb not in STRAIGHT_WAY:
        raise ValueError(f"{deed.verb} is off the straight way")
    order = Order(act_id, case.pk, Who(person=deed.by), deed.at, note=deed.note, quiet=True)
    work = Work(case, Facts(case), order, deed.verb, case.unit)

    def effect(work: Work) -> None:
        if deed.verb is _V.DISPATCH:
            made.dispatches.append(_given(made, work, deed))

    source = advance(work, effect)
    made.steps.append(step_of(work, source))
    made.entries.append(_entry(order, deed.verb, made.fingerprint(deed)))


def _given(made: _Made, work: Work, deed: Deed) -> Dispatch:
    if deed.unit is None:
        raise ValueError("a dispatch without a unit")
    proposal = made.proposal(work.case, timezone.localdate(deed.at))
    work.case.unit = work.unit = deed.unit
    work.recorded["unit"] = str(deed.unit.pk)
    if proposal is not None:
        work.recorded["proposed"] = str(proposal.unit.pk)
    return Dispatch(
        id=work.order.act_id,
        case=work.case,
        proposed=proposal.unit if proposal else None,
        rule=proposal.rule if proposal else None,
        chosen=deed.unit,
        at=deed.at,
    )
