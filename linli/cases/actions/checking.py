"""Somebody else checks, the reporter is called back, and the case is closed or taken up again."""

from django.utils.translation import gettext as _

from linli.cases.actions.escalating import raise_level
from linli.cases.actions.handling import TIMES_BEFORE_UP
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Call, Case, Rating
from linli.cases.models.choices import EscalationKind, Satisfaction, Solved
from linli.cases.rules.workflow import CaseVerb


def pass_check(*, order: Order) -> Case:
    """Confirm that the condition to close is met."""
    return take(order, CaseVerb.PASS_CHECK)


def _rework(work: Work) -> None:
    if not work.order.note.strip():
        work.refuse("reason", _("Say what is still to be done."))
    work.case.reworks += 1
    work.case.handled_at = work.case.checked_at = None
    if work.case.reworks >= TIMES_BEFORE_UP:
        raise_level(work.case, EscalationKind.REWORKED, work.order.at)


def fail_check(*, order: Order) -> Case:
    """Return the case to its unit; the third time it goes up one level."""
    return take(order, CaseVerb.FAIL_CHECK, _rework)


def return_for_rework(*, order: Order) -> Case:
    """Return the case after the reporter said that it is not solved."""

    def effect(work: Work) -> None:
        if work.case.unit_id is None:
            work.refuse("unit", _("No unit has handled this case; reopen or answer it anew."))
        _rework(work)

    return take(order, CaseVerb.RETURN_FOR_REWORK, effect)


def record_call(
    *,
    order: Order,
    reached: bool,
    solved: Solved | None = None,
    satisfaction: Satisfaction | None = None,
) -> Case:
    """Record one try to call the reporter back; not reached never counts as satisfied."""

    def effect(work: Work) -> None:
        if reached and (solved is None or satisfaction is None):
            work.refuse("result", _("Record whether it is solved and how satisfied they are."))
        if not reached and (solved is not None or satisfaction is not None):
            work.refuse("result", _("Nobody was reached, so there is no answer to record."))
        work.recorded["reached"] = reached
        if reached and solved is not None and satisfaction is not None:
            work.recorded.update(solved=solved.value, satisfaction=satisfaction.value)
        Call.objects.create(
            id=order.act_id,
            case=work.case,
            at=order.at,
            by=order.who.person,
            reached=reached,
            solved=solved.value if solved else "",
            satisfaction=satisfaction.value if satisfaction else "",
        )

    return take(
        order,
        CaseVerb.RECORD_CALL,
        effect,
        {"reached": reached, "solved": solved, "satisfaction": satisfaction},
    )


def close(*, order: Order) -> Case:
    """Close a checked case after the call-back."""
    return take(order, CaseVerb.CLOSE)


def reopen(*, order: Order) -> Case:
    """Take a closed case up again, within the days that its category gives."""

    def effect(work: Work) -> None:
        if not (order.words.strip() or order.note.strip()):
            work.refuse("reason", _("Say what is not solved."))
        case = work.case
        case.closed_at = case.handled_at = case.checked_at = None
        case.dispatched_at = case.signed_at = None
        case.reopened_at = order.at
        case.registered_at = case.registered_at or order.at

    return take(order, CaseVerb.REOPEN, effect)


def rate(*, order: Order, solved: Solved, satisfaction: Satisfaction) -> Case:
    """Record what the reporter says of the end, once for each closing."""

    def effect(work: Work) -> None:
        work.recorded.update(solved=solved.value, satisfaction=satisfaction.value)
        if work.case.closed_at is not None:
            Rating.objects.create(
                id=order.act_id,
                case=work.case,
                at=order.at,
                solved=solved.value,
                satisfaction=satisfaction.value,
                closing=work.case.closed_at,
            )

    return take(
        order, CaseVerb.RATE, effect, {"solved": solved.value, "satisfaction": satisfaction.value}
    )
