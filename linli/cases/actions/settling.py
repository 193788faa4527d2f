"""Deciding between two corrections of one field."""

import uuid

from django.utils.translation import gettext as _

from linli.cases.actions.correcting import changed_since, check_kind, check_value, put, value_of
from linli.cases.actions.search import index_case
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, CorrectionClash
from linli.cases.models.choices import ClashDecision
from linli.cases.policies import refuse
from linli.cases.rules.workflow import CaseVerb
from linli.kernel.refusal import Refused


def _check_open(work: Work, clash: CorrectionClash, seen_version: int) -> None:
    if clash.decided_at is not None:
        work.refuse("decided", _("Somebody decided this already; nothing was changed."))
    if clash.field in changed_since(work.case, seen_version):
        work.refuse(
            "moved",
            _("What stands there has changed again; look at it as it is now, and then decide."),
        )


def _take(work: Work, clash: CorrectionClash, stands: str) -> None:
    """Put the proposed value, which is a correction like any other."""
    refusal = refuse(CaseVerb.CORRECT, work.order.who, work.facts, work.order.at)
    if refusal is not None:
        raise Refused(refusal)
    if stands == clash.ours:
        return
    check_value(work, clash.field, clash.ours)
    put(work, clash.field, clash.ours)
    check_kind(work, {clash.field})
    work.recorded["fields"] = {clash.field: [stands, clash.ours]}
    index_case(work.case, again=True)


def settle_clash(
    *, order: Order, clash_id: uuid.UUID, decision: ClashDecision, seen_version: int
) -> Case:
    """Keep what stands, or take what was proposed; each clash is decided once.

    ``seen_version`` is the version of the case whose value the person saw: refused with the
    code "moved" when the field was corrected after it, and with "decided" when somebody was
    faster. Raises CorrectionClash.DoesNotExist for a clash of another case.
    """

    def effect(work: Work) -> None:
        clash = CorrectionClash.objects.get(pk=clash_id, case=work.case)
        _check_open(work, clash, seen_version)
        stands = value_of(work.case, clash.field)
        work.recorded.update(
            clash=str(clash_id),
            decision=decision.value,
            field=clash.field,
            stood=stands,
            proposed=clash.ours,
        )
        if decision is ClashDecision.TAKE:
            _take(work, clash, stands)
        clash.decided_at, clash.decided_by = order.at, order.who.person
        clash.decision = decision.value
        clash.save(update_fields=["decided_at", "decided_by", "decision"])

    asked = {"clash": str(clash_id), "decision": decision.value, "seen": seen_version}
    return take(order, CaseVerb.SETTLE_CLASH, effect, asked)
