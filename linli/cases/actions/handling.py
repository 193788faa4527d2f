"""What the responsible unit does: sign, handle, pause, ask for time, send back."""

from django.utils.translation import gettext as _

from linli.cases.actions.escalating import raise_level
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, Dispatch, Extension, Pause
from linli.cases.models.choices import EscalationKind, LimitUnit, PauseReason
from linli.cases.queries.categories import limits_for
from linli.cases.rules.workflow import CaseVerb

# After so many the case goes up one level to a named person.
TIMES_BEFORE_UP = 3


def _needs_reason(work: Work) -> None:
    if not work.order.note.strip():
        work.refuse("reason", _("Say why."))


def sign(*, order: Order) -> Case:
    """Sign for a dispatched case."""
    return take(order, CaseVerb.SIGN)


def send_back(*, order: Order) -> Case:
    """Send the case back with a reason; the third time it goes up one level."""

    def effect(work: Work) -> None:
        _needs_reason(work)
        case = work.case
        newest = Dispatch.objects.filter(case=case).order_by("-at").first()
        if newest is not None:
            Dispatch.objects.filter(pk=newest.pk).update(sent_back_at=order.at)
        case.send_backs += 1
        case.unit = None
        if case.send_backs >= TIMES_BEFORE_UP:
            raise_level(case, EscalationKind.SENT_BACK, order.at)

    return take(order, CaseVerb.SEND_BACK, effect)


def milestone(*, order: Order, stage: str) -> Case:
    """Record that a stage with a limit of its own is done, such as the place made safe."""

    def effect(work: Work) -> None:
        stages = {limit.stage for limit in limits_for(work.facts.version.pk, work.case.kind)}
        if stage not in stages:
            work.refuse("stage", _("This category has no such stage."))
        work.recorded["stage"] = stage

    return take(order, CaseVerb.MILESTONE, effect, {"stage": stage})


def feedback(*, order: Order) -> Case:
    """Report the matter handled; the note says what was done."""

    def effect(work: Work) -> None:
        if not (order.note.strip() or order.words.strip()):
            work.refuse("words", _("Say what was done."))

    return take(order, CaseVerb.FEEDBACK, effect)


def start_pause(work: Work, reason: PauseReason) -> None:
    """Let the clock of a case stand still from the moment of the step."""
    Pause.objects.create(
        id=work.order.act_id, case=work.case, reason=reason.value, since=work.order.at
    )


def end_pause(work: Work) -> None:
    """Let the clock of a case run on from the moment of the step."""
    running = Pause.objects.get(case=work.case, until__isnull=True)
    if work.order.at < running.since:
        work.refuse("time", _("It cannot be resumed before it was paused."))
    running.until = work.order.at
    running.save(update_fields=["until"])


def pause(*, order: Order, reason: PauseReason) -> Case:
    """Let the clock stand still while somebody outside has to act first."""

    def effect(work: Work) -> None:
        _needs_reason(work)
        if reason is PauseReason.SHELVED:
            work.refuse("reason", _("A supervisor shelves a case; choose another reason."))
        work.recorded["reason"] = reason.value
        start_pause(work, reason)

    return take(order, CaseVerb.PAUSE, effect, {"reason": reason.value})


def resume(*, order: Order) -> Case:
    """Let the clock run on."""
    return take(order, CaseVerb.RESUME, end_pause)


def ask_extension(*, order: Order, amount: int, unit: LimitUnit) -> Case:
    """Ask for more time before the deadline, with a reason."""

    def effect(work: Work) -> None:
        _needs_reason(work)
        if not 1 <= amount <= 365 or unit is LimitUnit.STATED:
            work.refuse("amount", _("Ask for 1 to 365 units of time."))
        work.recorded.update(amount=amount, unit=unit.value)
        Extension.objects.create(
            id=order.act_id,
            case=work.case,
            amount=amount,
            unit=unit.value,
            asked_at=order.at,
            asked_by=order.who.person,
        )

    return take(order, CaseVerb.ASK_EXTENSION, effect, {"amount": amount, "unit": unit.value})


def decide_extension(*, order: Order, grant: bool) -> Case:
    """Grant or refuse the extension that was asked for; a refusal says why."""

    def effect(work: Work) -> None:
        asked = work.facts.open_extension
        if not grant:
            _needs_reason(work)
        if asked is not None:
            work.recorded.update(amount=asked.amount, unit=asked.unit)
            asked.granted, asked.decided_at = grant, order.at
            asked.save(update_fields=["granted", "decided_at"])

    verb = CaseVerb.GRANT_EXTENSION if grant else CaseVerb.REFUSE_EXTENSION
    return take(order, verb, effect)
