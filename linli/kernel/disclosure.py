"""Counts small enough to point at somebody are not shown, nor what would give them away."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
# For matters that two parties know of each other, and for minors.
CAREFUL_LEAST = 10
_CAREFUL = ("纠纷", "争议", "家庭暴力", "未成年", "青少年", "儿童", "少年", "校园")
_CAREFUL_WORDS = frozenset(
    {"dispute", "disputes", "disputed", "quarrel", "minor", "minors", "child", "children"}
)
_WORD = re.compile(r"[a-z]+")


def least_of(*names: str) -> int:
    """Return how many a row must count to be shown, by what it and what lies in it is called."""
    for name in names:
        if any(word in name for word in _CAREFUL):
            return CAREFUL_LEAST
        if not _CAREFUL_WORDS.isdisjoint(_WORD.findall(name.lower())):
            return CAREFUL_LEAST
    return LEAST


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown: the figure, or None where it is withheld.

    ``small`` cells lie from 1 to below ``least``; a withheld cell that is not small protects one.
    """

    figure: int | None
    small: bool = False
    least: int = LEAST


def _withheld(values: Sequence[int], also: frozenset[int], least: Sequence[int]) -> set[int]:
    """Return the places that are withheld: the small ones, ``also``, and what protects them."""
    hidden = {index for index, count in enumerate(values) if 0 < count < least[index]}
    hidden |= {index for index in also if values[index]}
    others = sorted(
        (index for index, count in enumerate(values) if count and index not in hidden),
        key=lambda index: values[index],
    )
    # The sum of what is hidden can be worked out from the total.
    most = max((least[index] for index in hidden), default=0)
    while hidden and others and (len(hidden) < 2 or sum(values[i] for i in hidden) < most):
        hidden.add(others.pop(0))
    return hidden


def disclosed(
    columns: Mapping[str, Sequence[int]], least: Sequence[int] = ()
) -> dict[str, list[Cell]]:
    """Return the cells of a table whose column totals are public; columns are of equal length.

    ``least``: of each row, LEAST where nothing is said. Counts from 1 to it are withheld, itself
    not, and with them as many larger ones as it takes
    that no subtraction finds them: at least two a column, and every count of a row that has one.
    """
    rows_here = max(map(len, columns.values()), default=0)
    least = least or [LEAST] * rows_here
    hidden: dict[str, set[int]] = {name: set() for name in columns}
    while True:
        rows = frozenset(index for found in hidden.values() for index in found)
        now = {name: _withheld(values, rows, least) for name, values in columns.items()}
        if now == hidden:
            break
        hidden = now

    def cell(name: str, index: int, count: int) -> Cell:
        if index not in hidden[name]:
            return Cell(count)
        return Cell(None, 0 < count < least[index], least[index])

    return {
        name: [cell(name, index, count) for index, count in enumerate(values)]
        for name, values in columns.items()
    }
