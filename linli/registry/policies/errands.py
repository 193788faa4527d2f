"""Why a record is open to somebody: what they do with it, in a word that residents may read."""

from datetime import datetime
from typing import Any

from linli.accounts.rules.roles import Permission
from linli.registry.models import Assistance, Errand, Resident
from linli.registry.policies.scopes import Who, emergencies_of


def errand_of(who: Who, row: Any, at: datetime) -> Errand:
    """Return what the page of a record is open to somebody for.

    Whoever is posted to its grid keeps it; whoever works on assistance gives it. Only for records
    that exist for them.
    """
    if isinstance(row, Assistance):
        return Errand.HELPER
    if row.grid_id is not None and row.grid_id in who.grids:
        return Errand.KEEPER
    if isinstance(row, Resident) and emergencies_of(who, at).filter(resident=row).exists():
        return Errand.EMERGENCY
    return Errand.OVERSIGHT if who.may(Permission.APPROVE_CHANGES) else Errand.DESK
