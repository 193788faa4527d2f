"""Why assistance may not be handed over to somebody."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import Assistance
from linli.registry.policies.refusing import refuse_ended
from linli.registry.policies.scopes import Who, reaches


def refuse_hand_over(who: Who, record: Assistance, workers: Sequence[Person]) -> Refusal | None:
    """Say why somebody may not hand assistance over, or not to these."""
    if refusal := refuse_ended(record):
        return refusal
    if not reaches(who, record):
        return Refusal("scope", _("Assistance is kept by those who give it."))
    see = Permission.SEE_ASSISTANCE
    if who.day is None or not any(see in permissions_of(one, who.day) for one in workers):
        return Refusal("workers", _("Name at least one person who gives help here."))
    return None
