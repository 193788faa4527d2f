"""Addresses of a file: found or made once each, and each placed in its grid."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from linli.kernel.ids import new_id
from linli.registry.actions.houses import House, houses_in
from linli.registry.actions.importing.frame import Frame, Incoming, Spot
from linli.registry.models import Address
from linli.registry.rules.addresses import house_of
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
Point = tuple[float, float] | None


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
        # The dwellings that stand at remembered addresses, as far as anybody asked.
        self.homes: dict[UUID, UUID] = {}
        # The buildings of the villages that were met, by their houses.
        self.houses: dict[House, UUID | None] = {}
        self._villages: set[str] = set()
        # The addresses that were made last.
        self.fresh: set[UUID] = set()
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
        spots = {row.spot.key: row for row in rows if row.spot is not None}
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self.homes.clear()
        self.fresh.clear()
        known = self._known
        missing = [key for key in spots if key not in known]
        self._find(missing)
        self._make([spots[key] for key in missing if key not in known])
        return {key: known[key] for key in spots}

    def house(self, spot: Spot) -> House | None:
        """Return the house that an address names, or None."""
        house = house_of(*spot.parts[:3])
        return None if house is None else (spot.division, house)

    def know_houses(self, rows: Iterable[Incoming]) -> None:
        """Look up the buildings of the villages of these rows, once each."""
        met = {row.spot.division for row in rows if row.spot is not None} - self._villages
        if met:
            self.houses |= houses_in(met)
            self._villages |= met

    def _find(self, keys: Sequence[Key]) -> None:
        by_village: dict[str, list[str]] = {}
        for village, line in keys:
            by_village.setdefault(village, []).append(line)
        for village, lines in by_village.items():
            found = Address.objects.filter(division_id=village, line__in=lines)
            rows: Iterable[Any] = found.values_list("id", "line", "grid_id")
            for address, line, grid in rows:
                self._known[village, line] = Stand(address, grid)

    def _make(self, rows: Sequence[Incoming]) -> None:
        if not rows:
            return
        spots = [row.spot for row in rows if row.spot is not None]
        points = [row.point for row in rows]
        made = []
        for spot, point, grid in zip(spots, points, self._grids(spots, points), strict=True):
            address = new_id()
            self.fresh.add(address)
            self._known[spot.key] = Stand(address, grid)
            lon, lat = point or (None, None)
            made.append((address, spot.division, *spot.parts, spot.line, spot.raw, lon, lat, grid))
        self._table.insert(made)

    def _grids(self, spots: Sequence[Spot], points: Sequence[Point]) -> list[str | None]:
        """Return the code of each spot's grid: by its point, its street, or its village's one."""
        at_points = self._by_points(points)
        for spot, grid in zip(spots, at_points, strict=True):
            self._learn(spot.division, spot.parts[0], grid)
        return [
            grid
            or self._streets.get((spot.division, spot.parts[0]))
            or self._only.get(spot.division)
            for spot, grid in zip(spots, at_points, strict=True)
        ]

    def _by_points(self, points: Sequence[Point]) -> list[str | None]:
        if not any(points):
            return [None] * len(points)
        nowhere = float("nan")
        lons, lats = np.array([point or (nowhere, nowhere) for point in points]).T
        ids = grids_at(lons, lats, self._frame.day)
        return [None if found is None else self._codes.get(found) for found in ids]
