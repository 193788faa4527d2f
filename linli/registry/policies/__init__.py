"""Who may see, keep and approve what, and if not, why not in words the person may read."""

from linli.registry.policies.refusing import (
    decides_about,
    refuse_basis,
    refuse_change,
    refuse_create,
    refuse_decision,
    refuse_end,
    refuse_manage,
    refuse_take_up,
)
from linli.registry.policies.scopes import (
    Who,
    emergencies_of,
    opens_kind,
    reaches,
    visible_ended,
    visible_records,
)

__all__ = [
    "Who",
    "decides_about",
    "emergencies_of",
    "opens_kind",
    "reaches",
    "refuse_basis",
    "refuse_change",
    "refuse_create",
    "refuse_decision",
    "refuse_end",
    "refuse_manage",
    "refuse_take_up",
    "visible_ended",
    "visible_records",
]
