"""Which grids open to somebody, and whose homes they may see into."""

from linli.accounts.rules.roles import Permission
from linli.registry.policies.scopes import Who


def opens_grid(who: Who, code: str) -> bool:
    """Say whether the records of a grid exist for somebody: posted to it, or in charge of it."""
    if not who.is_machine and not who.may(Permission.SEE_REGISTRY):
        return False
    return who.sees_whole_district or code in who.grids or code.startswith(who.areas or ("-",))


def sees_homes_of(who: Who, grid: str | None) -> bool:
    """Say whether somebody sees who lives in a dwelling: only those posted to its grid."""
    return grid in who.grids and who.may(Permission.SEE_RESIDENTS)
