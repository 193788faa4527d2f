"""Setting how many fields a day a role may have shown in full."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.actions import acting
from linli.kernel.refusal import Refused
from linli.registry.models import UnmaskBudget
from linli.registry.policies.looking import refuse_lacking


def set_budgets(*, a_day: Mapping[str, int], by: Person, at: datetime, act_id: uuid.UUID) -> None:
    """Set the budgets of roles; what a role had used today stays used."""
    if refusal := refuse_lacking(by, Permission.MANAGE_REGISTRY, at):
        raise Refused(refusal)
    asked = dict(a_day)
    with acting(
        act_id, "registry.set_budgets", by=by, at=at, subject=act_id, payload=asked, detail=asked
    ) as first_time:
        if first_time:
            for role, count in asked.items():
                UnmaskBudget.objects.update_or_create(role=role, defaults={"a_day": count})
