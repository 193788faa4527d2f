"""Where the demo's people live: buildings and dwellings with addresses, in every base grid.

Streets and compounds are those that the cases name, so that a report and a dwelling of one
neighbourhood fit. All of them are invented.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely

from linli.demo.rules.divisions import Terrain, Village, villages
from linli.demo.rules.territory import GridPlace
from linli.demo.rules.vocabulary import words

DWELLINGS = 15_895
# What an address says where it has no such part.
NONE = "无"
# How many homes a grid has, against others.
_WEIGHTS = {
    Terrain.TOWN: 2.2,
    Terrain.EDGE: 1.6,
    Terrain.VALLEY: 1.0,
    Terrain.HILL: 0.8,
    Terrain.MOUNTAIN: 0.6,
}
_BLOCKS, _GROUPS, _LAST_NUMBER = 12, 14, 168
_SPREAD_DEGREES = 0.0006


@dataclass(frozen=True, slots=True)
class Spot:
    """An address by its parts, and its place (WGS 84)."""

    village: str
    grid: str
    lon: float
    lat: float
    street: str
    number: str = NONE
    building: str = NONE
    unit: str = NONE
    room: str = NONE

    @property
    def line(self) -> str:
        """The address below the village in one line."""
        parts = (self.street, self.number, self.building, self.unit, self.room)
        return "".join(part for part in parts if part != NONE)


@dataclass(frozen=True, slots=True)
class House:
    """A building with the homes in it; a farmhouse is one home and no building of its own."""

    spot: Spot
    homes: tuple[Spot, ...]
    name: str = ""
    floors: int = 0
    built_year: int = 0


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out by weights; the largest rests get one more."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    counts = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
    for index in by_rest[: total - sum(counts)]:
        counts[index] += 1
    return counts


class _Points:
    """Points inside one grid, drawn by the hundred: to ask the shape one by one is slow."""

    def __init__(self, grid: GridPlace) -> None:
        self._grid = grid
        self._draw = np.random.default_rng(int(grid.code))
        self._west, self._south, self._east, self._north = grid.shape.bounds
        shapely.prepare(grid.shape)
        self._kept: list[tuple[float, float]] = []

    def anywhere(self) -> tuple[float, float]:
        """Return a point somewhere in the grid."""
        while not self._kept:
            lons = self._draw.uniform(self._west, self._east, 200).round(6)
            lats = self._draw.uniform(self._south, self._north, 200).round(6)
            self._keep(lons, lats)
        return self._kept.pop()

    def around(self, lon: float, lat: float, count: int) -> Iterator[tuple[float, float]]:
        """Yield points of the grid near one of its points."""
        found = 0
        while found < count:
            lons = self._draw.normal(lon, _SPREAD_DEGREES, 2 * count).round(6)
            lats = self._draw.normal(lat, _SPREAD_DEGREES, 2 * count).round(6)
            inside = shapely.contains_xy(self._grid.shape, lons, lats)
            near = list(zip(lons[inside].tolist(), lats[inside].tolist(), strict=True))
            yield from near[: count - found]
            found += len(near)

    def _keep(self, lons: "np.ndarray", lats: "np.ndarray") -> None:
        inside = shapely.contains_xy(self._grid.shape, lons, lats)
        self._kept.extend(zip(lons[inside].tolist(), lats[inside].tolist(), strict=True))


@dataclass(frozen=True)
class _Part:
    """A grid's part of its village: which blocks, numbers or groups are its own."""

    grid: GridPlace
    village: Village
    place: int
    of: int
    random: Random

    def mine(self, everything: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return this grid's share of what the village has, no other grid's."""
        return list(everything[self.place :: self.of])


def _town_houses(part: _Part, count: int) -> Iterator[House]:
    # The same draw as for the cases of this community.
    own = Random(part.village.code)  # noqa: S311 - not a secret
    streets, compounds = own.sample(words("streets"), 4), own.sample(words("compounds"), 3)
    points = _Points(part.grid)
    blocks = part.mine([(name, number) for name in compounds for number in range(1, _BLOCKS + 1)])
    numbers = part.mine([(name, n) for name in streets for n in range(2, _LAST_NUMBER + 1)])
    part.random.shuffle(numbers)
    left, in_blocks = count, round(count * 0.6)
    while left and blocks and left > count - in_blocks:
        house = _block(part, blocks.pop(0), points.anywhere(), left)
        left -= len(house.homes)
        yield house
    while left:
        house = _street_house(part, numbers.pop(), points.anywhere(), left)
        left -= len(house.homes)
        yield house


def _block(part: _Part, block: tuple[str, int], point: tuple[float, float], most: int) -> House:
    compound, number = block
    entrances, floors = part.random.randint(2, 4), part.random.randint(5, 7)
    place = (part.village.code, part.grid.code, *point, compound, NONE, f"{number}栋")
    homes = [
        Spot(*place, f"{entrance}单元", f"{floor}0{door}室")
        for entrance in range(1, entrances + 1)
        for floor in range(1, floors + 1)
        for door in (1, 2)
    ]
    year = part.random.randint(1994, 2019)
    return House(Spot(*place), tuple(homes[:most]), f"{compound}{number}栋", floors, year)


def _street_house(
    part: _Part, address: tuple[str, int], point: tuple[float, float], most: int
) -> House:
    street, number = address
    floors = part.random.randint(2, 5)
    place = (part.village.code, part.grid.code, *point, street, f"{number}号", NONE, NONE)
    # Shops are below, homes above.
    homes = [Spot(*place, f"{floor}01室") for floor in range(2, floors + 1)]
    year = part.random.randint(1985, 2012)
    return House(Spot(*place), tuple(homes[:most]), "", floors, year)


def _farmhouses(part: _Part, count: int) -> Iterator[House]:
    points = _Points(part.grid)
    groups = part.mine([("组", number) for number in range(1, _GROUPS + 1)])
    many = shared_out(count, [part.random.uniform(0.6, 1.4) for _group in groups])
    for (_word, group), homes in zip(groups, many, strict=True):
        middle = points.anywhere()
        for number, point in enumerate(points.around(*middle, homes), start=1):
            spot = Spot(part.village.code, part.grid.code, *point, f"{group}组", f"{number}号")
            yield House(spot, (spot,))


def houses(grids: Sequence[GridPlace], seed: int = 11) -> Iterator[House]:
    """Yield the houses of the district, grid by grid, with 15,895 homes in all."""
    random = Random(seed)  # noqa: S311 - the same houses every time is the point
    base = [grid for grid in grids if not grid.dedicated]
    known: Mapping[str, Village] = {one.code: one for one in villages()}
    weights = [_WEIGHTS[known[grid.village].terrain] * random.uniform(0.8, 1.2) for grid in base]
    for grid, count in zip(base, shared_out(DWELLINGS, weights), strict=True):
        village = known[grid.village]
        among = [one.code for one in base if one.village == grid.village]
        part = _Part(grid, village, among.index(grid.code), len(among), random)
        make = _town_houses if village.terrain.is_urban else _farmhouses
        yield from make(part, count)
