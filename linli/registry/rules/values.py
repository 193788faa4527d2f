"""What a fact may be: a text as it was typed becomes the value that is stored, or is refused.

Cells of spreadsheets and fields of pages are read by the same rules (``cells``), so that a fact is
the same by whichever way it came.
"""

from datetime import date

from linli.registry.rules.cells import Fault, read_cell
from linli.registry.rules.dictionary import CellType, Field

Value = str | int | float | bool | date | None

# Places have an action of their own, which also finds the grid.
_PLACES = frozenset({CellType.ADDRESS, CellType.POINT})
_TAIL = 4


class Unfit(Exception):
    """A text that is no such fact: why (a code), and what was typed."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.shown = shown


def read_value(field: Field, text: str) -> Value:
    """Return the value of a fact; None where nothing is told. Raises Unfit."""
    if field.type in _PLACES:
        raise Unfit("place")
    value = read_cell(text, field)
    if isinstance(value, Fault):
        raise Unfit(value.code, value.shown)
    if value is None and field.is_required:
        raise Unfit("empty")
    return value  # type: ignore[return-value]  # what cells.reader_for promises


def text_of(value: Value) -> str:
    """Return a stored value as the text that a change keeps; read_value reads it again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def tail_of(identity: str) -> str:
    """Return the last four signs of an identity number, which alone are kept."""
    return identity[-_TAIL:]
