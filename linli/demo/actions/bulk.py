"""Writing many planned cases at once.

Cases whose whole course is quiet past need nobody to be asked again at every step: the plans
were made to be allowed, and a test proves that these rows are those which the actions write.
The report is asked for by the same policy, and workflow, clock, audit chain and search index are
the same.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Entry, append_all, fingerprint_of
from linli.cases.actions import intake
from linli.cases.actions.contacts import sealed_contact
from linli.cases.actions.search import index_cases
from linli.cases.actions.steps import Order, Work, advance, step_of, who_of
from linli.cases.policies import Facts
from linli.cases.rules.workflow import CASE_WORKFLOW, ENDED, CaseState, CaseVerb
from linli.demo.actions.course import World, case_id, step_id
from linli.demo.actions.effects import EFFECTS, Asked, Doing, Past, Rows, nothing
from linli.demo.rules.plans import CasePlan, StepPlan
from linli.storage.rows import insert_rows
from linli.territory.queries import grids_at

_V = CaseVerb
# A file is taken by its own action only.
ONE_BY_ONE = frozenset({"attach"})
# As in the actions: these change neither state nor time.
_WITHOUT_CLOCK = frozenset({_V.NOTE, _V.REPLY})


def can_go_at_once(case: CasePlan, quiet_before: datetime) -> bool:
    """Say whether a case may be written with many others."""
    return case.last_at < quiet_before and not any(step.verb in ONE_BY_ONE for step in case.steps)


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


def _begin(rows: Rows, plan: CasePlan, grid: uuid.UUID | None) -> Past:
    report, by = rows.world.report(plan.report), rows.world.reporter(plan.report)
    here = case_id(plan.key)
    case = intake.new_case(report, by, plan.at, here)
    case.grid_id = grid
    past = Past(case, report, plan.at, [(_V.REPORT.value, plan.at, {})])
    who = rows.world.who(by.username, here) if by else who_of(None, plan.at, reporter_of=here)
    order = Order(here, here, who, plan.at)
    rows.steps.append(step_of(Work(case, Facts(case), order, _V.REPORT, None), ""))
    rows.entries.append(_entry(order, _V.REPORT, report.payload))
    rows.pasts.append(past)
    return past


def _do(rows: Rows, past: Past, act: uuid.UUID, plan: StepPlan) -> None:
    case, verb = past.case, CaseVerb(plan.verb)
    if CASE_WORKFLOW.target(verb, CaseState(case.state)) in ENDED:
        # An ended case keeps the deadline it had.
        past.reckon()
    who = rows.world.who(plan.by, case.pk)
    order = Order(act, case.pk, who, plan.at, note=plan.note, words=plan.words)
    work = Work(case, Facts(case), order, verb, case.unit)
    asked: dict[str, object] = {}

    def effect(work: Work) -> None:
        asked.update(EFFECTS.get(verb, nothing)(Doing(rows, past, plan, work)))

    source = advance(work, effect)
    rows.steps.append(step_of(work, source))
    payload = {"note": plan.note, "words": plan.words, **asked}
    rows.entries.append(_entry(order, verb, payload))
    past.done.append((verb.value, plan.at, work.recorded))
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
    """Write cases with all that happened to them, in one transaction, telling nobody.

    A case that is merged stands behind the one it is merged into.
    """
    rows = Rows(world)
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
