"""What is said about a place when it is written down, before any database knows it."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A file as it came: its name and its bytes."""

    name: str
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> "Source":
        """Read a file from disk."""
        return cls(path.name, path.read_bytes())


@dataclass(frozen=True)
class DivisionFacts:
    """A division as a file or a form gives it; ``shape`` is WKB or None."""

    code: str
    name: str
    name_en: str = ""
    shape: bytes | None = field(default=None, repr=False)
    since: date | None = None


@dataclass(frozen=True)
class GridFacts:
    """A grid as a file or a form gives it; ``shape`` is WKB or None (not given)."""

    code: str
    name: str
    name_en: str = ""
    kind: str = "base"
    reference: str = ""
    shape: bytes | None = field(default=None, repr=False)
    since: date | None = None


@dataclass(frozen=True)
class PostingFacts:
    """A person, by user name, in a grid, by code."""

    username: str
    grid: str
    role: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class UnitFacts:
    """A unit, the code of the one above it, and the divisions it is in charge of."""

    code: str
    name: str
    name_en: str = ""
    kind: str = "office"
    parent: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a grid that is cut in several."""

    name: str
    shape: bytes = field(repr=False)
    name_en: str = ""


@dataclass(frozen=True)
class Cut:
    """How a grid is split, from which day, and whether its people are posted to every part."""

    day: date
    parts: tuple[Part, ...]
    keep_people: bool = True


@dataclass(frozen=True)
class Union:
    """What several grids become, from which day, and whether their people are posted to it."""

    day: date
    name: str
    name_en: str = ""
    keep_people: bool = True


@dataclass(frozen=True)
class Succession:
    """Which villages become which from a day on: several one (merger) or one several (split).

    ``grids`` says into which new village each grid of the old ones goes, by code; with a single
    new village it may be left empty.
    """

    day: date
    old: tuple[str, ...]
    new: tuple[DivisionFacts, ...]
    grids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tally:
    """What writing a list changed."""

    added: int = 0
    changed: int = 0
    redrawn: int = 0
    unchanged: int = 0

    @property
    def written(self) -> int:
        """Return how many rows were written at all."""
        return self.added + self.changed + self.redrawn


def digest(shape: bytes | None) -> str:
    """Return a short name of a shape's bytes, for payloads and comparisons."""
    return hashlib.sha256(shape).hexdigest() if shape is not None else ""
