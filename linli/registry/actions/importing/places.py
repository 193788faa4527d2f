"""Addresses of a file: found or made once each, and each placed in its grid."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from linli.kernel.ids import new_id
from linli.registry.actions.importing.frame import Frame, Incoming, Spot
from linli.registry.models import Address
from linli.storage.bulk import BulkTable
from linli.territory.models import Grid, GridKind
from linli.territory.queries import grids_at
from linli.territory.queries.scopes import open_on

# Rows of a file stand near their neighbours: what was met lately is met again.
_REMEMBERED = 40_000
_COLUMNS = (
    *("id", "division_id", "street", "number", "building", "unit", "room", "line", "raw"),
    *("lon", "lat", "grid_id"),
)
Key = tuple[str, str]


@dataclass(slots=True)
class Stand:
    """An address that is stored: its id, its grid's code, and whether this chunk made it."""

    id: UUID
    grid: str | None


class Places:
    """Finds and makes addresses, some rows at a time."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._table = BulkTable(Address, _COLUMNS)
        self._known: dict[Key, Stand] = {}
        self._codes: dict[UUID, str] = {}
        self._only: dict[str, str] = {}
        self._streets: dict[tuple[str, str], str | None] = {}
        self._read_ground()

    def _read_ground(self) -> None:
        grids = Grid.objects.filter(open_on(self._frame.day), kind=GridKind.BASE)
        told: list[Any] = list(grids.values_list("id", "code", "division_id"))
        self._codes = {grid: code for grid, code, _village in told}
        counts = Counter(village for _id, _code, village in told)
        self._only = {village: code for _id, code, village in told if counts[village] == 1}
        known = Address.objects.filter(grid__isnull=False, grid__kind=GridKind.BASE)
        seen = known.order_by().values_list("division_id", "street", "grid_id").distinct()
        rows: Iterable[Any] = seen.iterator()
        for division, street, grid in rows:
            self._learn(division, street, grid)

    def _learn(self, division: str, street: str, grid: str | None) -> None:
        """Remember that a street lies in one grid; None once it is seen to lie in several."""
        key = (division, street)
        if grid is not None and street != "无" and self._streets.setdefault(key, grid) != grid:
            self._streets[key] = None

    def settle(self, rows: Iterable[Incoming]) -> dict[Key, Stand]:
        """Return the stored address of each spot, by its key; new ones are inserted."""
        spots = {row.spot.key: row.spot for row in rows if row.spot is not None}
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        missing = [key for key in spots if key not in self._known]
        self._find(missing)
        self._make([spots[key] for key in missing if key not in self._known])
        return {key: self._known[key] for key in spots}

    def _find(self, keys: Sequence[Key]) -> None:
        by_village: dict[str, list[str]] = {}
        for village, line in keys:
            by_village.setdefault(village, []).append(line)
        for village, lines in by_village.items():
            found = Address.objects.filter(division_id=village, line__in=lines)
            rows: Iterable[Any] = found.values_list("id", "line", "grid_id")
            for address, line, grid in rows:
                self._known[village, line] = Stand(address, grid)

    def _make(self, spots: Sequence[Spot]) -> None:
        if not spots:
            return
        made = []
        for spot, grid in zip(spots, self._grids(spots), strict=True):
            address = new_id()
            self._known[spot.key] = Stand(address, grid)
            point = (spot.lon, spot.lat)
            made.append((address, spot.division, *spot.parts, spot.line, spot.raw, *point, grid))
        self._table.insert(made)

    def _grids(self, spots: Sequence[Spot]) -> list[str | None]:
        """Return the code of each spot's grid: by its point, its street, or its village's one."""
        at_points = self._by_points(spots)
        for spot, grid in zip(spots, at_points, strict=True):
            self._learn(spot.division, spot.parts[0], grid)
        return [
            grid
            or self._streets.get((spot.division, spot.parts[0]))
            or self._only.get(spot.division)
            for spot, grid in zip(spots, at_points, strict=True)
        ]

    def _by_points(self, spots: Sequence[Spot]) -> list[str | None]:
        if all(spot.lon is None for spot in spots):
            return [None] * len(spots)
        nowhere = float("nan")
        lons = np.array([nowhere if spot.lon is None else spot.lon for spot in spots])
        lats = np.array([nowhere if spot.lat is None else spot.lat for spot in spots])
        ids = grids_at(lons, lats, self._frame.day)
        return [None if found is None else self._codes.get(found) for found in ids]
