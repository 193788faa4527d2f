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


def _town(village: Village, tags: frozenset[str], random: Random) -> tuple[str, str]:
    # Each community has streets of its own, so that a name stays in one neighbourhood.
    own = Random(village.code)  # noqa: S311 - not a secret
    streets, compounds = own.sample(words("streets"), 4), own.sample(words("compounds"), 3)
    form = random.random()
    if "building" in tags or ("street" not in tags and form < 0.4):
        compound, block = random.choice(compounds), random.randint(1, 12)
        short = f"{compound}{block}栋"
        return f"{village.name}{short}{random.randint(1, 4)}单元", short
    if form < 0.65:
        street, number = random.choice(streets), random.randint(2, 168)
        return f"{village.name}{street}{number}号附近", f"{street}{number}号"
    if form < 0.82:
        one, other = random.sample(streets, 2)
        return f"{village.name}{one}与{other}交叉口", f"{one}与{other}交叉口"
    spot = random.choice(words("town spots"))
    return f"{village.name}{spot}", f"{village.name}{spot}"


def _countryside(village: Village, tags: frozenset[str], random: Random) -> tuple[str, str]:
    group = random.randint(1, 14)
    if "building" in tags:
        return f"{village.name}{group}组住宅旁", f"{village.name}{group}组"
    spots = list(words("village spots"))
    if village.terrain in {"hill", "mountain"}:
        spots += words("hill spots")
    spot = random.choice(spots)
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
        weights = [lively[self.villages[grid.village].terrain] for grid in self.grids]
        urban = [self.villages[grid.village].terrain.is_urban for grid in self.grids]
        self._weights = {
            "": weights,
            "town": [w if here else 0.0 for w, here in zip(weights, urban, strict=True)],
            "village": [0.0 if here else w for w, here in zip(weights, urban, strict=True)],
        }
        self._shapes: dict[str, BaseGeometry] = {}

    def spot(self, random: Random, tags: frozenset[str] = frozenset()) -> Spot:
        """Return a place that fits the tags of a matter, more often where more people live."""
        ground = next((tag for tag in ("town", "village") if tag in tags), "")
        grid = random.choices(self.grids, self._weights[ground])[0]
        village = self.villages[grid.village]
        name = _town if village.terrain.is_urban else _countryside
        long, short = name(village, tags, random)
        lon, lat = self._point(grid, random)
        return Spot(grid, village, long, short, lon, lat)

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
