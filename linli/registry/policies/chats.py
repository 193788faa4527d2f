"""Why a count of households that group chats reach is not taken."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.policies.scopes import Who


def refuse_chats(who: Who, grid: str, counts: tuple[int, int], is_to_come: bool) -> Refusal | None:
    """Say why somebody may not keep a count: of those reached, and of all households."""
    if not who.is_machine:
        if not who.may(Permission.KEEP_REGISTRY):
            return Refusal("role", gettext_lazy("Records are kept by grid workers."))
        if grid not in who.grids:
            return Refusal("grid", gettext_lazy("This place does not lie in one of your grids."))
    if is_to_come:
        return Refusal("day", gettext_lazy("This day has not come yet."))
    reached, households = counts
    if reached > households:
        words = _("There are only %(n)d households in this grid.") % {"n": households}
        return Refusal("reached", words)
    return None
