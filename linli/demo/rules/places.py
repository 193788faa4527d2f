"""Where something is: invented streets, compounds and spots, with a point inside a grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from shapely import Point, prepare
from shapely.geometry.base import BaseGeometry

from linli.demo.rules.divisions import Village, villages
from linli.demo.rules.territory import GridPlace

_STREETS = [
    "朝阳路",
    "松涛路",
    "北街",
    "正街",
    "清溪路",
    "云岭路",
    "桂香路",
    "书院路",
    "迎宾大道",
    "翠竹路",
    "枫林路",
    "观湖路",
    "茶园路",
    "银杏路",
    "向阳巷",
    "水井巷",
    "石桥巷",
    "柳荫巷",
]
_COMPOUNDS = [
    "枫林苑",
    "松涛小区",
    "朝阳花园",
    "清溪里",
    "云岭家园",
    "桂香园",
    "翠竹苑",
    "银杏雅居",
    "观湖苑",
    "茶山小区",
]
_TOWN_SPOTS = [
    "农贸市场东门",
    "第一小学门口",
    "卫生服务站旁",
    "文化广场",
    "公交总站旁",
    "便民服务中心门前",
    "河边步道",
    "街心花园",
    "快递驿站门口",
    "停车场入口",
]
_VILLAGE_SPOTS = [
    "村部门前",
    "老桥头",
    "晒谷坪旁",
    "村卫生室门口",
    "水塘边",
    "通村路急弯处",
    "机耕道口",
    "村小学旁",
    "古樟树下",
    "抽水房旁",
    "篮球场边",
    "路口小卖部前",
]
_HILL_SPOTS = ["登山步道", "观景台", "林场路口", "山脚停车场", "防火检查站旁", "溪边小路"]


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
    streets, compounds = own.sample(_STREETS, 4), own.sample(_COMPOUNDS, 3)
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
    spot = random.choice(_TOWN_SPOTS)
    return f"{village.name}{spot}", f"{village.name}{spot}"


def _countryside(village: Village, random: Random) -> tuple[str, str]:
    spots = list(_VILLAGE_SPOTS)
    if village.terrain in {"hill", "mountain"}:
        spots += _HILL_SPOTS
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
