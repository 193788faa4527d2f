"""Dates as the W3C profile of ISO 8601 writes them, always with a zone."""

import re
from datetime import datetime, timedelta, tzinfo

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# In an address an unescaped "+" arrives as a space; the zone is all that can follow one.
_LOST_PLUS = re.compile(r" (\d{2}:?\d{2})$")


def spelled(moment: datetime | None, zone: tzinfo) -> str | None:
    """Return a moment in the zone of the district, such as ``2026-11-23T09:30:00+08:00``."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def parsed(text: str, zone: tzinfo, *, is_end: bool = False) -> datetime:
    """Read a moment; a bare day begins at its midnight, or as ``is_end`` ends there.

    A moment without a zone is taken in the zone of the district. Raises ValueError.
    """
    text = _LOST_PLUS.sub(r"+\1", text.strip())
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if is_end and _DAY.fullmatch(text):
        moment += timedelta(days=1, microseconds=-1)
    return moment
