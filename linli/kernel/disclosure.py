"""Counts small enough to point at somebody are not shown, nor what would give them away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown: the figure, or None where it is withheld.

    ``small`` cells lie from 1 to below the least; a withheld cell that is not small protects one.
    """

    figure: int | None
    small: bool = False


def _withheld(values: Sequence[int], also: frozenset[int], least: int) -> set[int]:
    """Return the places that are withheld: the small ones, ``also``, and what protects them."""
    hidden = {index for index, count in enumerate(values) if 0 < count < least}
    hidden |= {index for index in also if values[index]}
    others = sorted(
        (index for index, count in enumerate(values) if count and index not in hidden),
        key=lambda index: values[index],
    )
    # The sum of what is hidden can be worked out from the total.
    while hidden and others and (len(hidden) < 2 or sum(values[i] for i in hidden) < least):
        hidden.add(others.pop(0))
    return hidden


def disclosed(columns: Mapping[str, Sequence[int]], least: int = LEAST) -> dict[str, list[Cell]]:
    """Return the cells of a table whose column totals are public; columns are of equal length.

    Counts from 1 to ``least`` - 1 are withheld, and with them as many larger ones as it takes
    that no subtraction finds them: at least two a column, and every count of a row that has one.
    """
    hidden: dict[str, set[int]] = {name: set() for name in columns}
    while True:
        rows = frozenset(index for found in hidden.values() for index in found)
        now = {name: _withheld(values, rows, least) for name, values in columns.items()}
        if now == hidden:
            break
        hidden = now
    return {
        name: [
            Cell(None, small=0 < count < least) if index in hidden[name] else Cell(count)
            for index, count in enumerate(values)
        ]
        for name, values in columns.items()
    }
