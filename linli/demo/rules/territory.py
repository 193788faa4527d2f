"""The demo's territory: an invented outline cut into 25 villages and 119 grids.

Shapes are in degrees of WGS 84.  Same seed, same shapes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from linli.demo.rules.divisions import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    DISTRICT_NAME_EN,
    Village,
    townships,
    villages,
)
from linli.demo.rules.ground import Ground, grow, make_ground, spread_seeds, together

SEED = 20260101
CENTRE_LON, CENTRE_LAT = 112.735, 27.235
_METRES_A_DEGREE = 111_320.0
# About 1 cm: enough, and two neighbours round a shared corner to the same place.
_DECIMALS = 7

_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Place:
    """A division or grid of the demo: code, names, shape (WGS 84) and surface."""

    code: str
    name: str
    name_en: str
    shape: BaseGeometry
    area_m2: float


@dataclass(frozen=True)
class GridPlace(Place):
    """A grid; ``dedicated`` for a market, a school or a visitor centre lying over base grids."""

    village: str
    dedicated: bool = False


@dataclass(frozen=True)
class Territory:
    """All places of the demo, each level in the order of the codes."""

    district: Place
    townships: tuple[Place, ...]
    villages: tuple[Place, ...]
    grids: tuple[GridPlace, ...]

    @property
    def base_grids(self) -> tuple[GridPlace, ...]:
        """The grids that share out the ground."""
        return tuple(grid for grid in self.grids if not grid.dedicated)


# (village, name, name in English, east and north in metres, half width, half height)
_DEDICATED = (
    ("430412001002", "岳庙农贸市场专属网格", "Yuemiao market", 420.0, 760.0, 90.0, 60.0),
    ("430412001005", "迎宾小学专属网格", "Yingbin primary school", 1350.0, -1050.0, 80.0, 70.0),
    ("430412100002", "金月产业园专属网格", "Jinyue works", 1450.0, -2750.0, 170.0, 120.0),
    ("430412100003", "岳东学校专属网格", "Yuedong school", 3300.0, -480.0, 100.0, 80.0),
    ("430412203200", "岳林游客中心专属网格", "Yuelin visitor centre", -800.0, 5050.0, 130.0, 90.0),
)


def chinese_number(number: int) -> str:
    """Return 1 to 99 in Chinese characters."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    head = "十" if tens == 1 else _NUMERALS[tens] + "十"
    return head + (_NUMERALS[ones] if ones else "")


def to_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Metres around the demo's centre to degrees of WGS 84."""
    wide = _METRES_A_DEGREE * math.cos(math.radians(CENTRE_LAT))

    def move(metres: np.ndarray) -> np.ndarray:
        moved = metres / np.array([wide, _METRES_A_DEGREE])
        degrees: np.ndarray = np.round(moved + np.array([CENTRE_LON, CENTRE_LAT]), _DECIMALS)
        return degrees

    return shapely.transform(shape, move)


def _share_out(ground: Ground, random: Random) -> dict[str, list[int]]:
    """Cells of every village, then of every grid of it (codes to cells)."""
    everywhere = range(len(ground.cells))
    seeds = {village.code: (village.east, village.north) for village in villages()}
    shares = grow(ground, everywhere, seeds, random)
    grids: dict[str, list[int]] = {}
    for village in villages():
        inside = shares[village.code]
        # Numbered as people number them: from the north-west, row by row.
        points = sorted(
            spread_seeds(ground, inside, village.grids, random),
            key=lambda point: (-round(point[1] / 400), point[0]),
        )
        codes = [f"{village.code}{number:03d}" for number in range(1, village.grids + 1)]
        grids |= grow(ground, inside, dict(zip(codes, points, strict=True)), random)
    return grids


def _base(village: Village, code: str, shape: BaseGeometry) -> GridPlace:
    number = int(code[12:])
    return GridPlace(
        code=code,
        name=f"{village.name}第{chinese_number(number)}网格",
        name_en=f"{village.name_en}, grid {number}",
        shape=to_degrees(shape),
        area_m2=shape.area,
        village=village.code,
    )


def _dedicated() -> Iterator[GridPlace]:
    for village, name, name_en, east, north, half, high in _DEDICATED:
        box = Polygon(
            [
                (east - half, north - high),
                (east + half, north - high * 0.9),
                (east + half * 0.95, north + high),
                (east - half * 0.9, north + high * 0.95),
            ]
        )
        yield GridPlace(f"{village}801", name, name_en, to_degrees(box), box.area, village, True)


def make_territory(seed: int = SEED) -> Territory:
    """Return the demo's district, 3 townships, 25 villages, 119 base and 5 dedicated grids."""
    random = Random(seed)  # noqa: S311 - the same district every time is the point
    ground = make_ground(random)
    shapes = together(ground, _share_out(ground, random))
    by_code = {village.code: village for village in villages()}
    base = [_base(by_code[code[:12]], code, shape) for code, shape in shapes.items()]

    def union(prefix: str, name: str, name_en: str) -> Place:
        parts = [shape for code, shape in shapes.items() if code.startswith(prefix)]
        whole = shapely.coverage_union_all(np.array(parts))
        return Place(prefix, name, name_en, to_degrees(whole), whole.area)

    return Territory(
        district=union(DISTRICT_CODE, DISTRICT_NAME, DISTRICT_NAME_EN),
        townships=tuple(union(one.code, one.name, one.name_en) for one in townships()),
        villages=tuple(union(one.code, one.name, one.name_en) for one in villages()),
        grids=tuple(sorted([*base, *_dedicated()], key=lambda grid: grid.code)),
    )
