"""Running a planned case through the real actions, step by step."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from linli.accounts.models import Person, Unit
from linli.cases.actions import checking, conversing, dispatching, handling, intake, merging
from linli.cases.actions.attachments import Upload, attach
from linli.cases.actions.steps import Order
from linli.cases.models import Case, Category
from linli.cases.models.choices import (
    Channel,
    Kind,
    LimitUnit,
    PauseReason,
    RefusalReason,
    Satisfaction,
    Solved,
)
from linli.cases.policies import Who
from linli.cases.policies.reporting import Contact, Report
from linli.cases.queries.dispatching import Proposal, propose
from linli.demo.actions.district import act_id
from linli.demo.rules.pictures import picture
from linli.demo.rules.plans import CLOCK, REPORTER, CasePlan, ReportPlan, StepPlan


class World:
    """What plans name by word: people, units, categories."""

    def __init__(self, at: datetime) -> None:
        """Read them once; everybody's standing is that of ``at``, as it was all year."""
        self.people = {person.username: person for person in Person.objects.all()}
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.categories = {one.code: one for one in Category.objects.select_related("parent")}
        self._at = at
        self._who: dict[str, Who] = {}
        self._proposals: dict[tuple[uuid.UUID, uuid.UUID | None], Proposal | None] = {}

    def who(self, username: str, case_id: uuid.UUID) -> Who:
        """Return who acts."""
        if username == REPORTER:
            return Who.reporter(case_id)
        if username == CLOCK:
            return Who.clock()
        if username not in self._who:
            self._who[username] = Who.of(self.people[username], self._at)
        return self._who[username]

    def proposal(self, case: Case, day: date) -> Proposal | None:
        """Return what the rules propose; asked once for equal cases (the rules held all year)."""
        key = (case.category_id, case.grid_id)
        if key not in self._proposals:
            self._proposals[key] = propose(case, day)
        return self._proposals[key]

    def report(self, plan: ReportPlan) -> Report:
        """Return a planned report as the action takes it."""
        contact = plan.contact
        return Report(
            category=self.categories[plan.category],
            kind=Kind(plan.kind),
            channel=Channel(plan.channel),
            title=plan.title,
            description=plan.description,
            place=plan.place,
            lon=plan.lon,
            lat=plan.lat,
            contact=Contact(contact.name, contact.telephone) if contact else None,
            has_photo=plan.photos > 0,
        )

    def reporter(self, plan: ReportPlan) -> Person | None:
        """Return who of the staff took the report down, if anybody."""
        return self.people[plan.reporter] if plan.reporter else None


def case_id(key: int) -> uuid.UUID:
    """Return the id of a planned case."""
    return act_id(f"case {key}")


def step_id(case: CasePlan, number: int) -> uuid.UUID:
    """Return the id of a step of a planned case."""
    return uuid.uuid5(case_id(case.key), f"{number} {case.steps[number].verb}")


@dataclass(frozen=True)
class Taking:
    """A step about to be taken."""

    order: Order
    plan: StepPlan
    world: World

    def text(self, name: str) -> str:
        """Return a fact as text."""
        return str(self.plan.facts[name])

    def flag(self, name: str) -> bool:
        """Return a fact as yes or no."""
        return bool(self.plan.facts[name])


def _record_call(taking: Taking) -> Case:
    if not taking.flag("reached"):
        return checking.record_call(order=taking.order, reached=False)
    return checking.record_call(
        order=taking.order,
        reached=True,
        solved=Solved(taking.text("solved")),
        satisfaction=Satisfaction(taking.text("satisfaction")),
    )


def _rate(taking: Taking) -> Case:
    return checking.rate(
        order=taking.order,
        solved=Solved(taking.text("solved")),
        satisfaction=Satisfaction(taking.text("satisfaction")),
    )


def _ask_extension(taking: Taking) -> Case:
    amount = int(taking.plan.facts["amount"])
    return handling.ask_extension(order=taking.order, amount=amount, unit=LimitUnit.WORKING_DAYS)


def _merge(taking: Taking) -> Case:
    into = Case.objects.get(pk=case_id(int(taking.plan.facts["into"])))
    return merging.merge(order=taking.order, into=into)


def _attach(taking: Taking) -> Case:
    case = Case.objects.select_related("category").get(pk=taking.order.case_id)
    scene = int(taking.plan.facts["scene"])
    upload = Upload(f"{case.number}.jpg", picture(case.category.code, scene))
    return attach(order=taking.order, upload=upload, public=True).case


def _plain(action: Callable[..., Case]) -> Callable[[Taking], Case]:
    return lambda taking: action(order=taking.order)


_ACTIONS: dict[str, Callable[[Taking], Case]] = {
    "accept": _plain(intake.accept),
    "answer": _plain(intake.answer),
    "solve_on_spot": _plain(intake.solve_on_spot),
    "ask_verification": _plain(dispatching.ask_verification),
    "register": _plain(dispatching.register),
    "void": _plain(dispatching.void),
    "sign": _plain(handling.sign),
    "send_back": _plain(handling.send_back),
    "feedback": _plain(handling.feedback),
    "resume": _plain(handling.resume),
    "pass_check": _plain(checking.pass_check),
    "fail_check": _plain(checking.fail_check),
    "return_for_rework": _plain(checking.return_for_rework),
    "close": _plain(checking.close),
    "reopen": _plain(checking.reopen),
    "note": _plain(conversing.note),
    "reply": _plain(conversing.reply),
    "urge": _plain(conversing.urge),
    "supervise": _plain(conversing.supervise),
    "shelve": _plain(conversing.shelve),
    "take_up": _plain(conversing.take_up),
    "refuse": lambda t: intake.refuse_case(order=t.order, reason=RefusalReason(t.text("reason"))),
    "verify": lambda t: dispatching.verify(order=t.order, found=t.flag("found")),
    "dispatch": lambda t: dispatching.dispatch(order=t.order, unit=t.world.units[t.text("unit")]),
    "milestone": lambda t: handling.milestone(order=t.order, stage=t.text("stage")),
    "pause": lambda t: handling.pause(order=t.order, reason=PauseReason(t.text("reason"))),
    "grant_extension": lambda t: handling.decide_extension(order=t.order, grant=True),
    "refuse_extension": lambda t: handling.decide_extension(order=t.order, grant=False),
    "ask_extension": _ask_extension,
    "record_call": _record_call,
    "rate": _rate,
    "merge": _merge,
    "attach": _attach,
}


def _report(case: CasePlan, world: World, quiet: bool) -> None:
    intake.report(
        report=world.report(case.report),
        by=world.reporter(case.report),
        at=case.at,
        act_id=case_id(case.key),
        quiet=quiet,
    )


def _step(case: CasePlan, number: int, world: World, quiet: bool) -> None:
    plan, here = case.steps[number], case_id(case.key)
    order = Order(
        act_id=step_id(case, number),
        case_id=here,
        who=world.who(plan.by, here),
        at=plan.at,
        note=plan.note,
        words=plan.words,
        quiet=quiet,
    )
    _ACTIONS[plan.verb](Taking(order, plan, world))


def run_group(cases: Iterable[CasePlan], world: World, quiet_before: datetime) -> None:
    """Run cases that touch each other, in the order of time, in one transaction.

    What happened before ``quiet_before`` notifies nobody.
    """
    acts: list[tuple[datetime, int, CasePlan, int]] = []
    for case in cases:
        acts.append((case.at, case.key, case, -1))
        acts.extend((step.at, case.key, case, n) for n, step in enumerate(case.steps))
    # Equal moments keep the order in which the steps of a case were written down.
    acts.sort(key=lambda act: (act[0], act[1], act[3]))
    with transaction.atomic():
        for at, _key, case, number in acts:
            quiet = at < quiet_before
            if number < 0:
                _report(case, world, quiet)
            else:
                _step(case, number, world, quiet)
