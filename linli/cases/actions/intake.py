"""A resident's words become a case; a clerk accepts, refuses, answers or corrects."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.audit.actions import Entry, act_at_once, acting, fingerprint_of
from linli.cases.actions.clock import reckon
from linli.cases.actions.contacts import sealed_contact
from linli.cases.actions.notices import first_mail
from linli.cases.actions.search import index_words, words_of
from linli.cases.actions.steps import Order, Work, step_of, take, who_of
from linli.cases.models import Case
from linli.cases.models.choices import RefusalReason
from linli.cases.policies import Facts
from linli.cases.policies.reporting import Report, refuse_report
from linli.cases.queries.categories import current_version
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.kernel.ids import arrival_key, new_case_number
from linli.kernel.refusal import Refusal, Refused
from linli.storage.rows import PreparedRow, Run, new_row, run_of_thread
from linli.territory.queries import grid_at

# Two numbers made on one day are equal once in 5 * 10^8 times; then another is made.
_TRIES = 5
_VERB = "case.report"


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
    return new_row(
        Case,
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
        reported_by_id=by.pk if by is not None else None,
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
    others: tuple[PreparedRow, ...]
    words: str

    def write(self, run: Run) -> None:
        """Insert the case and what belongs to it."""
        self.row.insert(run)
        self.write_others(run)

    def write_others(self, run: Run) -> None:
        """Insert what belongs to the case: step, contact, mail, words to be found by."""
        for row in self.others:
            row.insert(run)
        index_words(run, self.case.arrival, self.words)


def _draft(
    report: Report, by: Person | None, at: datetime, act_id: uuid.UUID, quiet: bool
) -> _Draft | Refused:
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
    others: list[Model] = [step_of(Work(case, Facts(case), order, CaseVerb.REPORT, None), "")]
    if report.contact is not None and not report.contact.is_empty:
        others.append(sealed_contact(case, report.contact))
        if report.contact.email and not quiet:
            others.append(first_mail(case, at))
    return _Draft(case, PreparedRow(case), tuple(map(PreparedRow, others)), words_of(case))


def _write_with_care(draft: _Draft, at: datetime) -> None:
    """Insert the case under another number where its own is taken."""
    case = draft.case
    for _try in range(_TRIES):
        if draft.row.insert_new():
            break
        if case.source and Case.objects.filter(source=case.source).exists():
            raise Refused(Refusal("source", _("This report was taken over before.")))
        draft.row.put("number", new_case_number(timezone.localtime(at)))
        draft.row.put("arrival", arrival_key(at))
    else:
        raise IntegrityError("no free case number was found")
    with connection.wrap_database_errors:
        draft.write_others(run_of_thread())


def report(
    *, report: Report, by: Person | None, at: datetime, act_id: uuid.UUID, quiet: bool = False
) -> Case:
    """Make a case of a report; its id is ``act_id``. ``by`` None is the public.

    Raises Refused with a reason when the category does not allow it, Clash when the id was
    used for another report (the second one is kept in quarantine).
    """
    draft = _draft(report, by, at, act_id, quiet)
    payload = report.payload
    if isinstance(draft, _Draft):
        doer = by.pk if by is not None else None
        fingerprint = fingerprint_of(_VERB, payload)
        if act_at_once(Entry(act_id, _VERB, doer, act_id, at, fingerprint, ""), draft.write):
            return draft.case
    with acting(act_id, _VERB, by=by, at=at, subject=act_id, payload=payload) as first_time:
        if not first_time:
            return Case.objects.get(pk=act_id)
        if isinstance(draft, Refused):
            raise draft
        _write_with_care(draft, at)
    return draft.case


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
