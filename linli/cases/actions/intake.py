"""A resident's words become a case; a clerk accepts, refuses, answers or corrects."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.cases.actions.clock import reckon
from linli.cases.actions.contacts import keep_contact
from linli.cases.actions.notices import confirm_by_mail
from linli.cases.actions.search import index_case, words_of
from linli.cases.actions.steps import Order, Work, step_of, take, who_of
from linli.cases.models import Case
from linli.cases.models.choices import RefusalReason
from linli.cases.policies import Facts
from linli.cases.policies.reporting import Report, refuse_report
from linli.cases.queries.categories import current_version
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.kernel.ids import arrival_key, new_case_number
from linli.kernel.refusal import Refusal, Refused
from linli.storage.rows import PreparedRow
from linli.territory.queries import grid_at

# Two numbers made on one day are equal once in 5 * 10^8 times; then another is made.
_TRIES = 5


def _grid_of(report: Report, at: datetime) -> uuid.UUID | None:
    if report.lon is None or report.lat is None:
        return None
    return grid_at(report.lon, report.lat, on=timezone.localdate(at))


def new_case(report: Report, by: Person | None, at: datetime, act_id: uuid.UUID) -> Case:
    """Return the case of a report, not yet written and without its grid; may raise Refused."""
    version = current_version(report.category, at)
    if version is None:
        raise Refused(Refusal("category", _("This category cannot be used yet.")))
    refusal = refuse_report(report, version)
    if refusal is not None:
        raise Refused(refusal)
    contact = report.contact
    return Case(
        id=act_id,
        number=new_case_number(timezone.localtime(at)),
        arrival=arrival_key(at),
        kind=report.kind.value,
        channel=report.channel.value,
        category=report.category,
        category_version=version,
        title=report.title,
        description=report.description,
        place=report.place,
        lon=report.lon,
        lat=report.lat,
        state=CaseState.REPORTED.value,
        reported_by=by,
        is_anonymous=contact is None or contact.is_empty,
        contact_open_to_unit=report.contact_open_to_unit,
        source=report.source,
        reported_at=at,
        received_at=timezone.now(),
        stated_due_at=report.stated_due_at,
    )


@dataclass(frozen=True)
class _Draft:
    """A new case with all that can be worked out before its turn to be written."""

    case: Case
    row: PreparedRow
    step: PreparedRow
    words: str


def _draft(report: Report, by: Person | None, at: datetime, act_id: uuid.UUID) -> _Draft | Refused:
    """Work out a case before the one writer's turn.

    A refusal comes back as a value: a report that was taken before is answered again, even
    if its category would refuse it today.
    """
    try:
        case = new_case(report, by, at, act_id)
    except Refused as refused:
        return refused
    case.grid_id = _grid_of(report, at)
    reckon(case, at, is_new=True)
    order = Order(act_id, case.pk, who_of(by, at, reporter_of=act_id), at)
    step = step_of(Work(case, Facts(case), order, CaseVerb.REPORT, None), "")
    return _Draft(case, PreparedRow(case), PreparedRow(step), words_of(case))


def _insert_case(draft: _Draft, at: datetime) -> None:
    case = draft.case
    for _try in range(_TRIES):
        if draft.row.insert(ignore_conflict=True):
            return
        if case.source and Case.objects.filter(source=case.source).exists():
            raise Refused(Refusal("source", _("This report was taken over before.")))
        draft.row.put("number", new_case_number(timezone.localtime(at)))
        draft.row.put("arrival", arrival_key(at))
    raise IntegrityError("no free case number was found")


def report(
    *, report: Report, by: Person | None, at: datetime, act_id: uuid.UUID, quiet: bool = False
) -> Case:
    """Make a case of a report; its id is ``act_id``. ``by`` None is the public.

    Raises Refused with a reason when the category does not allow it, Clash when the id was
    used for another report (the second one is kept in quarantine).
    """
    draft = _draft(report, by, at, act_id)
    with acting(
        act_id, "case.report", by=by, at=at, subject=act_id, payload=report.payload
    ) as first_time:
        if not first_time:
            return Case.objects.get(pk=act_id)
        if isinstance(draft, Refused):
            raise draft
        case = draft.case
        _insert_case(draft, at)
        draft.step.insert()
        index_case(case, words=draft.words)
        if report.contact is not None and not report.contact.is_empty:
            keep_contact(case, report.contact)
            if report.contact.email and not quiet:
                confirm_by_mail(case, at)
    return case


def accept(*, order: Order) -> Case:
    """Take the report as ours."""
    return take(order, CaseVerb.ACCEPT)


def refuse_case(*, order: Order, reason: RefusalReason) -> Case:
    """Refuse the report with a coded reason, which the reporter is told."""

    def effect(work: Work) -> None:
        work.case.refusal_reason = reason.value
        work.recorded["reason"] = reason.value

    return take(order, CaseVerb.REFUSE, effect, {"reason": reason.value})


def answer(*, order: Order) -> Case:
    """Answer a consultation, suggestion or praise at once; the words are for the reporter."""

    def effect(work: Work) -> None:
        if not order.words.strip():
            work.refuse("words", _("Write the answer."))

    return take(order, CaseVerb.ANSWER, effect)


def solve_on_spot(*, order: Order) -> Case:
    """Close a case that the reporting worker has settled there and then."""
    return take(order, CaseVerb.SOLVE_ON_SPOT)
