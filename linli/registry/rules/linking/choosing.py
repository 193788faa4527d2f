"""Which of the pairs that were found a person is asked about: no more than can be decided."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Somebody whose record is like that of many has a common name, and no double among them.
MOST_OF_ONE = 3


@dataclass(frozen=True)
class Found:
    """Two rows by their numbers, how likely they are one, and why, in codes of reasons."""

    first: int
    second: int
    likeness: float
    says: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """The pairs to be asked about, and how many were left out because there are too many."""

    pairs: Sequence[Found]
    left_out: int


def choose(found: Iterable[Found], is_known: Callable[[Found], bool], most: int) -> Chosen:
    """Return the likest pairs that are not known, at most ``MOST_OF_ONE`` a row."""
    of_one: Counter[int] = Counter()
    kept: list[Found] = []
    left_out = 0
    for pair in sorted(found, key=lambda one: (-one.likeness, one.first, one.second)):
        if is_known(pair):
            continue
        is_many = max(of_one[pair.first], of_one[pair.second]) >= MOST_OF_ONE
        if is_many or len(kept) >= most:
            left_out += 1
            continue
        of_one.update((pair.first, pair.second))
        kept.append(pair)
    return Chosen(kept, left_out)
