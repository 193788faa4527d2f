"""What the clock does when the retention of records is over."""

from datetime import datetime

from linli.registry.actions.erasing import erase_expired

# So many an hour leave room for everybody else who writes.
_MOST = 2000


def erase_some(*, at: datetime) -> int:
    """Erase records whose retention is over; returns how many went."""
    return erase_expired(at=at, most=_MOST).erased
