"""The invented ground: an outline filled with small cells, dense in town and wide in the hills.

Everything is in metres east and north of a centre.  The cells share their edges, and so does
whatever is put together of them: no overlap and no gap can come about.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely.geometry import MultiPoint
from shapely.geometry.base import BaseGeometry

# The outline as waves over a circle: (waves round, share of the radius, turn).
_WAVES = ((2, 0.10, 2.1), (3, 0.09, 0.6), (5, 0.055, 1.9), (8, 0.035, 4.0), (13, 0.02, 0.3))
_RADIUS = 7600.0
_MIDDLE = (0.0, 1100.0)
_TOWN_SPACING, _HILL_SPACING = 95.0, 330.0


@dataclass(frozen=True)
class Ground:
    """Cells with their middles, and which cells touch (by index)."""

    middles: np.ndarray
    cells: np.ndarray
    neighbours: tuple[tuple[int, ...], ...]


def _spacing(east: float, north: float) -> float:
    """Metres between cells: narrow within 1.5 km of the town, then growing over 5 km."""
    distance = math.hypot(east - 500, north + 400)
    return _TOWN_SPACING + (_HILL_SPACING - _TOWN_SPACING) * min(
        1.0, max(0.0, (distance - 1500) / 5000)
    )


def _inside(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    x, y = east - _MIDDLE[0], north - _MIDDLE[1]
    turn = np.arctan2(y, x)
    reach = np.ones_like(turn)
    for count, share, shift in _WAVES:
        reach += share * np.sin(count * turn + shift)
    inside: np.ndarray = np.hypot(x, y) <= _RADIUS * reach
    return inside


def _scatter(random: Random) -> np.ndarray:
    """Points over the outline and a margin around it, each in a jittered square of its own."""
    points: list[tuple[float, float]] = []
    coarse = _HILL_SPACING
    edge = int(_RADIUS * 1.5 // coarse)
    for column in range(-edge, edge + 1):
        for row in range(-edge, edge + 4):
            east, north = column * coarse, row * coarse
            parts = max(1, round(coarse / _spacing(east, north)))
            side = coarse / parts
            points.extend(
                (
                    east + (i + 0.5 + random.uniform(-0.42, 0.42)) * side,
                    north + (j + 0.5 + random.uniform(-0.42, 0.42)) * side,
                )
                for i in range(parts)
                for j in range(parts)
            )
    return np.array(points)


def make_ground(random: Random) -> Ground:
    """Return the cells of the invented district."""
    points = _scatter(random)
    diagram = shapely.voronoi_polygons(MultiPoint(points), ordered=True)
    cells = np.array(shapely.get_parts(diagram))
    kept = np.flatnonzero(_inside(points[:, 0], points[:, 1]))
    place = {int(old): new for new, old in enumerate(kept)}
    key_of = {tuple(point): index for index, point in enumerate(points.tolist())}
    touching: list[set[int]] = [set() for _ in kept]
    edges = shapely.get_parts(shapely.delaunay_triangles(MultiPoint(points), only_edges=True))
    ends = shapely.get_coordinates(edges).reshape(-1, 2, 2)
    for first, second in ends.tolist():
        one, other = place.get(key_of[tuple(first)]), place.get(key_of[tuple(second)])
        if one is not None and other is not None:
            touching[one].add(other)
            touching[other].add(one)
    neighbours = tuple(tuple(sorted(around)) for around in touching)
    return Ground(points[kept], cells[kept], neighbours)


def grow(
    ground: Ground,
    among: Sequence[int],
    seeds: Mapping[str, tuple[float, float]],
    random: Random,
) -> dict[str, list[int]]:
    """Share the cells ``among`` out to the seeds; every share is in one piece.

    All seeds grow at once over touching cells.  Some steps are harder than others, as over a
    ridge or a brook, so the borders wander.
    """
    hardness = {cell: random.uniform(0.75, 1.55) for cell in among}
    allowed = np.array(sorted(among))
    owner: dict[int, str] = {}
    front: list[tuple[float, int, str]] = []
    for name, seed in seeds.items():
        distances = np.hypot(*(ground.middles[allowed] - np.array(seed)).T)
        front.append((0.0, int(allowed[int(np.argmin(distances))]), name))
    heapq.heapify(front)
    while front:
        cost, cell, name = heapq.heappop(front)
        if cell in owner:
            continue
        owner[cell] = name
        for around in ground.neighbours[cell]:
            if around in hardness and around not in owner:
                step = float(np.hypot(*(ground.middles[cell] - ground.middles[around])))
                heapq.heappush(front, (cost + step * hardness[around], around, name))
    shares: dict[str, list[int]] = {name: [] for name in seeds}
    for cell in sorted(owner):
        shares[owner[cell]].append(cell)
    return shares


def spread_seeds(
    ground: Ground, among: Sequence[int], count: int, random: Random
) -> list[tuple[float, float]]:
    """Return ``count`` points that lie well apart among the cells (a few rounds of averaging)."""
    middles = ground.middles[np.array(sorted(among))]
    seeds = middles[random.sample(range(len(middles)), count)]
    for _round in range(12):
        nearest = np.argmin(
            np.hypot(*(middles[:, None, :] - seeds[None, :, :]).transpose(2, 0, 1)), axis=1
        )
        seeds = np.array(
            [
                middles[nearest == i].mean(axis=0) if np.any(nearest == i) else seeds[i]
                for i in range(count)
            ]
        )
    return [(float(east), float(north)) for east, north in seeds]


def together(ground: Ground, shares: Mapping[str, Sequence[int]]) -> dict[str, BaseGeometry]:
    """Return one shape a share, with borders smoothed the same way on both sides."""
    shapes = [shapely.coverage_union_all(ground.cells[list(cells)]) for cells in shares.values()]
    smooth = shapely.coverage_simplify(np.array(shapes), 55.0)
    return dict(zip(shares, smooth.tolist(), strict=True))
