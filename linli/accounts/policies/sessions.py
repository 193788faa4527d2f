"""How long a session lasts without a request."""

from linli.accounts.rules.roles import SESSION_MINUTES, Role

# For people who hold no role today: they can see their account, and that is all.
_WITHOUT_ROLE = 30


def session_minutes(roles: frozenset[Role]) -> int:
    """Return the minutes of the strictest role."""
    return min((SESSION_MINUTES[role] for role in roles), default=_WITHOUT_ROLE)
