"""Plain shapes that pages hand to components."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Crumb:
    """One step of the way to this page; the last one has no address."""

    label: object
    url: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: who did what, when, and what they wrote.

    ``tone`` is one of neutral, info, progress, success, warning, danger, quiet.
    ``internal`` notes are for staff only and are drawn apart.
    """

    at: datetime
    verb: object
    icon: str = "point"
    person: object = ""
    note: object = ""
    internal: bool = False
    tone: str = "neutral"
    details: Sequence[tuple[object, object]] = field(default=())


@dataclass(frozen=True)
class NavLink:
    """One entry of the navigation as drawn: already allowed, already translated."""

    url: str
    label: object
    icon: str
    active: bool


@dataclass(frozen=True)
class NavGroup:
    """Entries under one heading; the first group usually has none."""

    label: object
    links: Sequence[NavLink]
