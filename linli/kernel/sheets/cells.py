"""What a cell can hold, and what was found out about the cells of a sheet beforehand."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta


class CellError(str):
    """A cell in error, as the spreadsheet shows it: ``#REF!``; ``=`` if nobody computed it."""

    __slots__ = ()


Cell = str | int | float | bool | date | datetime | time | timedelta | CellError
Place = tuple[int, int]


@dataclass
class Marks:
    """What the reader of cells does not tell: errors, and merged cells; rows, columns from 0."""

    errors: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
