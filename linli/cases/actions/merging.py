"""Joining duplicates without loss, and undoing it."""

from django.utils.translation import gettext as _

from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, Merge
from linli.cases.rules.workflow import ENDED, CaseState, CaseVerb


def merge(*, order: Order, into: Case) -> Case:
    """Join ``order.case_id`` to ``into``: one clock, and each reporter is still answered."""

    def effect(work: Work) -> None:
        target = Case.objects.select_for_update().get(pk=into.pk)
        if target.pk == work.case.pk:
            work.refuse("same", _("A case cannot be merged into itself."))
        if CaseState(target.state) in ENDED:
            work.refuse(
                "ended", _("Case %(n)s has ended; choose an open one.") % {"n": target.number}
            )
        if work.case.duplicates.filter(undone_at__isnull=True).exists():
            work.refuse("chain", _("Other cases are merged into this one; undo that first."))
        work.recorded["into"] = str(target.pk)
        Merge.objects.create(
            id=order.act_id,
            case=work.case,
            into=target,
            previous_state=work.case.state,
            at=order.at,
        )
        work.case.merged_into = target

    return take(order, CaseVerb.MERGE, effect, {"into": str(into.pk)})


def unmerge(*, order: Order) -> Case:
    """Undo a merge: the case goes on where the merge found it."""

    def effect(work: Work) -> None:
        joined = Merge.objects.get(case=work.case, undone_at__isnull=True)
        joined.undone_at = order.at
        joined.save(update_fields=["undone_at"])
        work.case.merged_into = None
        work.state_after = CaseState(joined.previous_state)
        work.recorded["from"] = str(joined.into_id)

    return take(order, CaseVerb.UNMERGE, effect)
