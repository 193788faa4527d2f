"""Where areas that should share the ground overlap, and where they leave gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.territory.rules.geometry import patch_m2

# Neighbours digitised apart differ by slivers; only what is larger is a finding.
TOLERATED_M2 = 1.0


@dataclass(frozen=True)
class NamedArea:
    """A shape and the code it goes by."""

    code: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Overlap:
    """Two areas that cover the same ground: how much (m2) and one point inside (lon, lat)."""

    first: str
    second: str
    size_m2: float
    at: tuple[float, float]


@dataclass(frozen=True)
class Gap:
    """Ground between the areas that belongs to none: size (m2), a point inside, its neighbours."""

    size_m2: float
    at: tuple[float, float]
    beside: tuple[str, ...]


def overlaps(areas: Sequence[NamedArea], tolerated_m2: float = TOLERATED_M2) -> list[Overlap]:
    """Return every pair that overlaps by more than the tolerance, largest first."""
    if len(areas) < 2:
        return []
    shapes = np.array([area.shape for area in areas], dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    # A shared edge intersects too; where the interiors do not meet no area need be computed.
    meets = shapely.relate_pattern(shapes[left], shapes[right], "T********")
    left, right = left[meets], right[meets]
    common = shapely.intersection(shapes[left], shapes[right])
    found = [
        Overlap(areas[i].code, areas[j].code, size, _point_in(shape))
        for i, j, shape in zip(left, right, common, strict=True)
        if (size := patch_m2(shape)) > tolerated_m2
    ]
    return sorted(found, key=lambda overlap: (-overlap.size_m2, overlap.first, overlap.second))


def gaps(
    areas: Sequence[NamedArea],
    within: BaseGeometry | None = None,
    tolerated_m2: float = TOLERATED_M2,
) -> list[Gap]:
    """Return ground that no area covers, largest first.

    With ``within`` (the outline of the division) all of it must be covered; without it only holes
    enclosed by the areas are known to be gaps.
    """
    if not areas:
        return []
    together = shapely.union_all([area.shape for area in areas])
    if within is None:
        filled = shapely.union_all(shapely.polygons(_shells(together)))
        missing = shapely.difference(filled, together)
    else:
        missing = shapely.difference(within, together)
    tree = shapely.STRtree([area.shape for area in areas])
    found = []
    for part in shapely.get_parts(missing):
        size = patch_m2(part)
        if size > tolerated_m2:
            near = tree.query(part, predicate="intersects")
            beside = tuple(sorted(areas[index].code for index in near))
            found.append(Gap(size, _point_in(part), beside))
    return sorted(found, key=lambda gap: (-gap.size_m2, gap.at))


def _shells(shape: BaseGeometry) -> list[BaseGeometry]:
    return [shapely.get_exterior_ring(part) for part in shapely.get_parts(shape)]


def _point_in(shape: BaseGeometry) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return (round(point.x, 6), round(point.y, 6))
