"""Corrections that met and wait for a person."""

from collections.abc import Sequence

from django.db.models import QuerySet

from linli.accounts.rules.roles import Permission
from linli.cases.models import Case, CorrectionClash
from linli.cases.policies import Who, visible_to

_SHOWN_OF_CASE = ("case__category__parent", "case__grid", "by")


def open_clashes(who: Who) -> QuerySet[CorrectionClash]:
    """Return what waits for a decision in the cases that exist for somebody, oldest first.

    Nothing for those who may not correct.
    """
    found = CorrectionClash.objects.filter(decided_at__isnull=True).order_by("at", "pk")
    if not who.may(Permission.CORRECT_CASE):
        return found.none()
    condition = visible_to(who)
    if condition is not None:
        found = found.filter(case__in=Case.objects.filter(condition).values("pk"))
    return found.select_related(*_SHOWN_OF_CASE).defer("case__grid__geometry")


def open_clashes_of(case: Case) -> Sequence[CorrectionClash]:
    """Return what waits for a decision in one case, oldest first."""
    found = CorrectionClash.objects.filter(case=case, decided_at__isnull=True)
    return list(found.select_related("by").order_by("at", "pk"))
