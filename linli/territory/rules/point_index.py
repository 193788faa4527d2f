"""Which of many areas holds a point: exactly what shapely says, at a fraction of its price.

The ground is divided into cells by halving it again and again. A cell that lies wholly inside one
area (and touches no area of a lower code) knows its answer; a cell that touches none knows that
too; only the cells along boundaries keep a list of candidates, which shapely tests. Most points
fall into cells of the first two kinds and need no test of a polygon.

Boundary rule: an area owns its boundary. A point on an edge that areas share, or in a place where
areas overlap, belongs to the area with the lowest code.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.territory.rules.coverage import NamedArea

Degrees = NDArray[np.float64]
Positions = NDArray[np.int64]

NOWHERE = -1
# In the cell table: NOWHERE or an area's position; -2 - k points to the k-th candidate list.
_FIRST_MIXED = -2
_FEWEST_HALVINGS, _MOST_HALVINGS = 4, 10
_CELLS_PER_AREA_SIDE = 24
# A cell is judged a little larger than it is, so that rounding of a point's cell number can never
# put it into a cell whose judgement does not hold for it.
_MARGIN_OF_CELL = 1e-6


class PointIndex:
    """Areas in the order of their codes, and the table of cells; immutable, so threads share it."""

    def __init__(self, areas: Sequence[NamedArea]) -> None:
        ordered = sorted(areas, key=lambda area: area.code)
        self.codes: tuple[str, ...] = tuple(area.code for area in ordered)
        self._shapes = np.array([area.shape for area in ordered], dtype=object)
        shapely.prepare(self._shapes)
        self._candidates: list[NDArray[np.int64]] = []
        self._west = self._south = 0.0
        self._per_lon = self._per_lat = 0.0
        self._side = 0
        self._cells = np.full((0, 0), NOWHERE, dtype=np.int32)
        if ordered:
            self._lay_out_cells()
        # Flat copies: a list is read several times faster than an array, one item at a time.
        self._flat = self._cells.ravel()
        self._starts, self._lengths, self._pool = _packed(self._candidates)
        self._few = [
            [(int(k), self._shapes[k]) for k in candidates] for candidates in self._candidates
        ]

    def position(self, lon: float, lat: float) -> int:
        """Return the position in ``codes`` of the area that holds the point, or NOWHERE."""
        column = (lon - self._west) * self._per_lon
        row = (lat - self._south) * self._per_lat
        # Written so that NaN fails it.
        if not (0 <= column < self._side and 0 <= row < self._side):
            return NOWHERE
        answer = int(self._flat[int(row) * self._side + int(column)])
        if answer > _FIRST_MIXED:
            return answer
        for candidate, shape in self._few[_FIRST_MIXED - answer]:
            if shapely.intersects_xy(shape, lon, lat):
                return candidate
        return NOWHERE

    def positions(self, lons: Degrees, lats: Degrees) -> Positions:
        """Return for every point what ``position`` returns for one; arrays of one dimension."""
        answers = np.full(len(lons), NOWHERE, dtype=np.int64)
        if not self._side:
            return answers
        with np.errstate(invalid="ignore"):
            columns = (lons - self._west) * self._per_lon
            rows = (lats - self._south) * self._per_lat
            inside = (columns >= 0) & (columns < self._side) & (rows >= 0) & (rows < self._side)
        where = np.flatnonzero(inside)
        cells = rows[where].astype(np.int64) * self._side + columns[where].astype(np.int64)
        found = self._flat[cells].astype(np.int64)
        mixed = found <= _FIRST_MIXED
        answers[where[~mixed]] = found[~mixed]
        left = where[mixed]
        if len(left):
            answers[left] = self._tested(_FIRST_MIXED - found[mixed], lons[left], lats[left])
        return answers

    def _tested(self, lists: Positions, lons: Degrees, lats: Degrees) -> Positions:
        """Ask shapely about points in mixed cells; ``lists`` says whose candidates to try."""
        answers = np.full(len(lons), NOWHERE, dtype=np.int64)
        waiting = np.arange(len(lons))
        turn = 0
        while len(waiting):
            # Candidates stand in order of code: the first that holds a point is its answer.
            candidates = self._pool[self._starts[lists[waiting]] + turn]
            hit = shapely.intersects_xy(self._shapes[candidates], lons[waiting], lats[waiting])
            answers[waiting[hit]] = candidates[hit]
            turn += 1
            waiting = waiting[~hit & (self._lengths[lists[waiting]] > turn)]
        return answers

    def _lay_out_cells(self) -> None:
        west, south, east, north = shapely.total_bounds(self._shapes)
        halvings = int(np.ceil(np.log2(np.sqrt(len(self._shapes)) * _CELLS_PER_AREA_SIDE)))
        halvings = max(_FEWEST_HALVINGS, min(_MOST_HALVINGS, halvings))
        self._side = 2**halvings
        # One part in a million wider, so that the eastern and northern edges fall inside.
        width, height = (east - west) * 1.000001, (north - south) * 1.000001
        self._west, self._south = float(west), float(south)
        self._per_lon, self._per_lat = self._side / float(width), self._side / float(height)
        self._cells = np.full((self._side, self._side), NOWHERE, dtype=np.int32)
        boxes = np.zeros((1, 2), dtype=np.int64)
        pairs = np.stack(
            [np.zeros(len(self._shapes), dtype=np.int64), np.arange(len(self._shapes))]
        )
        for depth in range(halvings + 1):
            size = 2 ** (halvings - depth)
            boxes, pairs = self._judge(boxes, pairs, size)

    def _judge(
        self, boxes: NDArray[np.int64], pairs: NDArray[np.int64], size: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Settle what can be settled among boxes of ``size`` cells; return quarters of the rest.

        ``boxes`` is n x (column, row); ``pairs`` is 2 x m: box number, candidate, both ascending.
        """
        frames = self._frames(boxes, size)
        touched = shapely.intersects(self._shapes[pairs[1]], frames[pairs[0]])
        pairs = pairs[:, touched]
        numbers, first = np.unique(pairs[0], return_index=True)
        # Only the lowest code can own a whole box: a higher one would lose where the lowest is.
        lowest = pairs[1][first]
        whole = shapely.covers(self._shapes[lowest], frames[numbers])
        for number, area in zip(numbers[whole], lowest[whole], strict=True):
            column, row = boxes[number]
            self._cells[row : row + size, column : column + size] = area
        rest = np.isin(pairs[0], numbers[~whole])
        pairs = pairs[:, rest]
        if size > 1:
            return _quartered(boxes, pairs, size // 2)
        self._keep_candidates(boxes, pairs)
        return boxes[:0], pairs[:, :0]

    def _frames(self, boxes: NDArray[np.int64], size: int) -> NDArray[np.object_]:
        west = self._west + (boxes[:, 0] - _MARGIN_OF_CELL) / self._per_lon
        east = self._west + (boxes[:, 0] + size + _MARGIN_OF_CELL) / self._per_lon
        south = self._south + (boxes[:, 1] - _MARGIN_OF_CELL) / self._per_lat
        north = self._south + (boxes[:, 1] + size + _MARGIN_OF_CELL) / self._per_lat
        return np.asarray(shapely.box(west, south, east, north), dtype=object)

    def _keep_candidates(self, boxes: NDArray[np.int64], pairs: NDArray[np.int64]) -> None:
        numbers, first = np.unique(pairs[0], return_index=True)
        known: dict[tuple[int, ...], int] = {}
        for number, candidates in zip(numbers, np.split(pairs[1], first[1:]), strict=True):
            key = tuple(candidates.tolist())
            if key not in known:
                known[key] = len(self._candidates)
                self._candidates.append(candidates)
            column, row = boxes[number]
            self._cells[row, column] = _FIRST_MIXED - known[key]


def _quartered(
    boxes: NDArray[np.int64], pairs: NDArray[np.int64], half: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide each box that still has candidates in four, each with all its candidates."""
    kept, renumbered = np.unique(pairs[0], return_inverse=True)
    corners = np.array([[0, 0], [half, 0], [0, half], [half, half]], dtype=np.int64)
    quarters = (boxes[kept][:, None, :] + corners[None, :, :]).reshape(-1, 2)
    numbers = (renumbered[None, :] * 4 + np.arange(4)[:, None]).ravel()
    candidates = np.tile(pairs[1], 4)
    order = np.lexsort((candidates, numbers))
    return quarters, np.stack([numbers[order], candidates[order]])


def _packed(lists: list[NDArray[np.int64]]) -> tuple[Positions, Positions, Positions]:
    """Put lists of positions end to end: where each starts, how long it is, and all of them."""
    lengths = np.array([len(entry) for entry in lists], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    pool = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int64)
    return starts, lengths, pool
