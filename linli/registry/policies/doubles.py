"""Why two records may not be put together, kept apart, or parted again."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import LIVING, Dwelling, Organisation, Pair, PairState, School, Tenancy
from linli.registry.policies.scopes import Who, reaches


def refuse_pair(who: Who, rows: Sequence[Any]) -> Refusal | None:
    """Say why somebody may not decide about two records."""
    if who.is_machine:
        return None
    if not who.may(Permission.APPROVE_CHANGES):
        return Refusal("role", _("Doubles are decided by a supervisor."))
    if not all(reaches(who, row) for row in rows):
        return Refusal("scope", _("One of these records does not lie in your area."))
    return None


def refuse_search(who: Who) -> Refusal | None:
    """Say why somebody may not let the registry be searched for doubles."""
    if who.is_machine or who.may(Permission.APPROVE_CHANGES):
        return None
    return Refusal("role", _("Doubles are decided by a supervisor."))


def refuse_settled(pair: Pair) -> Refusal | None:
    """Say that a pair was decided about already."""
    if pair.state == PairState.OPEN:
        return None
    return Refusal("decided", _("These two were decided about already."))


def refuse_parting(pair: Pair) -> Refusal | None:
    """Say that a pair was not put together, so that nothing can be parted."""
    if pair.state == PairState.SAME:
        return None
    return Refusal("not_merged", _("These two were not put together."))


def refuse_merge(kept: Any, gone: Any) -> Refusal | None:
    """Say why one record cannot go into another."""
    for row in (kept, gone):
        if row.ended_on is not None or row.merged_into is not None:
            return Refusal("ended", _("One of them has ended, or went into another record."))
    if isinstance(kept, Dwelling):
        running = Tenancy.objects.filter(LIVING, until__isnull=True)
        if all(running.filter(dwelling=row).exists() for row in (kept, gone)):
            return Refusal("let", _("Both are let: end one of the lettings first."))
    if isinstance(kept, Organisation):
        schools = School.objects.filter(LIVING, organisation__in=(kept, gone))
        if schools.count() > 1:
            return Refusal("schools", _("Both are schools: put the schools together first."))
    return None
