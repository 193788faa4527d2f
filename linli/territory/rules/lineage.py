"""What a split or a merge of grids has to satisfy before it may be written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from linli.territory.rules.coverage import TOLERATED_M2, NamedArea, overlaps
from linli.territory.rules.geometry import patch_m2


class LineageKind(StrEnum):
    """How new grids come from old ones."""

    SPLIT = "split"
    MERGE = "merge"


class LineageProblem(StrEnum):
    """Why a change of grids is refused."""

    TOO_FEW_PARTS = "too_few_parts"
    PARTS_LEAVE_GAP = "parts_leave_gap"
    PARTS_REACH_OUTSIDE = "parts_reach_outside"
    PARTS_OVERLAP = "parts_overlap"


@dataclass(frozen=True)
class Misfit:
    """A problem and its size in square metres (0 where size says nothing)."""

    problem: LineageProblem
    size_m2: float = 0.0


def misfits_of_split(whole: BaseGeometry, parts: Sequence[BaseGeometry]) -> list[Misfit]:
    """Say how far the parts are from covering the whole once and nothing else."""
    if len(parts) < 2:
        return [Misfit(LineageProblem.TOO_FEW_PARTS)]
    together = shapely.union_all(list(parts))
    named = [NamedArea(str(number), part) for number, part in enumerate(parts)]
    sizes = {
        LineageProblem.PARTS_LEAVE_GAP: patch_m2(shapely.difference(whole, together)),
        LineageProblem.PARTS_REACH_OUTSIDE: patch_m2(shapely.difference(together, whole)),
        LineageProblem.PARTS_OVERLAP: sum(found.size_m2 for found in overlaps(named, 0.0)),
    }
    return [Misfit(problem, size) for problem, size in sizes.items() if size > TOLERATED_M2]


def ancestors(code: str, links: Iterable[tuple[str, str]]) -> set[str]:
    """Return all codes ``code`` descends from; ``links`` are (old, new) pairs."""
    parents: dict[str, set[str]] = {}
    for old, new in links:
        parents.setdefault(new, set()).add(old)
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for old in parents.get(waiting.pop(), ()):
            if old not in found:
                found.add(old)
                waiting.append(old)
    return found


def descendants(code: str, links: Iterable[tuple[str, str]]) -> set[str]:
    """Return all codes that came from ``code``."""
    return ancestors(code, ((new, old) for old, new in links))
