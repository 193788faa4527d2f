"""From accepted to a unit's desk: verification on site, registering, dispatching."""

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Unit
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, Dispatch
from linli.cases.queries.dispatching import propose
from linli.cases.rules.workflow import CaseVerb


def ask_verification(*, order: Order) -> Case:
    """Ask a worker of the grid to look at the place first."""
    return take(order, CaseVerb.ASK_VERIFICATION)


def verify(*, order: Order, found: bool) -> Case:
    """Record what was found on site."""

    def effect(work: Work) -> None:
        work.recorded["found"] = found

    return take(order, CaseVerb.VERIFY, effect, {"found": found})


def register(*, order: Order) -> Case:
    """Register the accepted report as a case to be dispatched."""
    return take(order, CaseVerb.REGISTER)


def dispatch(*, order: Order, unit: Unit) -> Case:
    """Give the case to one responsible unit; what the rules proposed is kept beside it."""

    def effect(work: Work) -> None:
        day = timezone.localdate(order.at)
        if unit.since > day or (unit.until is not None and unit.until <= day):
            work.refuse("unit", _("This unit does not exist on that day."))
        proposal = propose(work.case, day)
        work.case.unit = work.unit = unit
        work.recorded["unit"] = str(unit.pk)
        if proposal is not None:
            work.recorded["proposed"] = str(proposal.unit.pk)
        Dispatch.objects.create(
            id=order.act_id,
            case=work.case,
            proposed=proposal.unit if proposal else None,
            rule=proposal.rule if proposal else None,
            chosen=unit,
            at=order.at,
        )

    return take(order, CaseVerb.DISPATCH, effect, {"unit": str(unit.pk)})


def void(*, order: Order) -> Case:
    """Take back a registration that was wrong; the reason stays on the case."""

    def effect(work: Work) -> None:
        if not order.note.strip():
            work.refuse("reason", _("Say why."))

    return take(order, CaseVerb.VOID, effect)
