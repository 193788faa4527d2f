"""Where something is: invented streets, compounds and spots, with a point inside a grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from shapely import Point, prepare
from shapely.geometry.base import BaseGeometry

from linli.demo.rules.divisions import Village, villages
from linli.demo.rules.territory import GridPlace
from linli.demo.rules.vocabulary import words


@dataclass(frozen=True)
class Spot:
    """A place in words (long and short) and as a point of WGS 84 inside its grid."""

    grid: GridPlace
    village: Village
    words: str
    short: str
    lon: float
    lat: float


def _town(village: Village, random: Random) -> tuple[str, str]:
    # Each community has streets of its own, so that a name stays in one neighbourhood.
    own = Random(village.code)  # noqa: S311 - not a secret
    streets, compounds = own.sample(words("streets"), 4), own.sample(words("compounds"), 3)
    form = random.random()
    if form < 0.35:
        street, number = random.choice(streets), random.randint(2, 168)
        return f"{village.name}{street}{number}号附近", f"{street}{number}号"
    if form < 0.65:
        compound, block = random.choice(compounds), random.randint(1, 12)
        short = f"{compound}{block}栋"
        return f"{village.name}{short}{random.randint(1, 4)}单元", short
    if form < 0.8:
        one, other = random.sample(streets, 2)
        return f"{village.name}{one}与{other}交叉口", f"{one}与{other}交叉口"
    spot = random.choice(words("town spots"))
    return f"{village.name}{spot}", f"{village.name}{spot}"


def _countryside(village: Village, random: Random) -> tuple[str, str]:
    spots = list(words("village spots"))
    if village.terrain in {"hill", "mountain"}:
        spots += words("hill spots")
    spot = random.choice(spots)
    group = random.randint(1, 14)
    if random.random() < 0.5:
        return f"{village.name}{group}组{spot}", f"{village.name}{group}组"
    return f"{village.name}{spot}", f"{village.name}{spot}"


class Atlas:
    """All grids with the villages they lie in, and how lively each is."""

    def __init__(self, grids: Sequence[GridPlace]) -> None:
        """Take the base grids of the demo."""
        self.grids = tuple(grid for grid in grids if not grid.dedicated)
        self.villages: Mapping[str, Village] = {one.code: one for one in villages()}
        lively = {"town": 5.0, "edge": 3.0, "valley": 1.6, "hill": 1.2, "mountain": 1.0}
        self._weights = [lively[self.villages[g.village].terrain] for g in self.grids]
        self._shapes: dict[str, BaseGeometry] = {}

    def spot(self, random: Random) -> Spot:
        """Return a place somewhere, more often where more people live."""
        return self.spot_in(random.choices(self.grids, self._weights)[0], random)

    def spot_in(self, grid: GridPlace, random: Random) -> Spot:
        """Return a place in a grid."""
        village = self.villages[grid.village]
        urban = village.terrain.is_urban
        words, short = (_town if urban else _countryside)(village, random)
        lon, lat = self._point(grid, random)
        return Spot(grid, village, words, short, lon, lat)

    def _point(self, grid: GridPlace, random: Random) -> tuple[float, float]:
        shape = self._shapes.get(grid.code)
        if shape is None:
            shape = self._shapes[grid.code] = grid.shape
            prepare(shape)
        west, south, east, north = shape.bounds
        while True:
            lon = round(random.uniform(west, east), 6)
            lat = round(random.uniform(south, north), 6)
            if shape.contains(Point(lon, lat)):
                return lon, lat
