"""The villages and communities of the demo: public names and codes, invented places.

``data/divisions.csv`` carries over the names and codes of a real district's divisions, which are
public facts.  Where they lie (km east and north of a centre), how many grids they have and what
their ground is like was invented for the demo.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

DISTRICT_CODE = "430412"
DISTRICT_NAME = "南岳区（演示）"
DISTRICT_NAME_EN = "Nanyue District (demo)"

DATA = Path(__file__).resolve().parent.parent / "data"


class Terrain(StrEnum):
    """What the ground is like: it sets how small the grids are and what is reported there."""

    TOWN = "town"
    EDGE = "edge"
    VALLEY = "valley"
    HILL = "hill"
    MOUNTAIN = "mountain"

    @property
    def is_urban(self) -> bool:
        """Whether there are streets and compounds rather than village groups."""
        return self in {Terrain.TOWN, Terrain.EDGE}


@dataclass(frozen=True)
class Township:
    """A township or street with its nine-digit code."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Village:
    """A village or community; ``east`` and ``north`` are metres from the demo's centre."""

    code: str
    name: str
    name_en: str
    township: str
    east: float
    north: float
    grids: int
    terrain: Terrain


def _rows() -> list[dict[str, str]]:
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def townships() -> tuple[Township, ...]:
    """Return the townships in the order of their codes."""
    found = {
        row["code"][:9]: Township(row["code"][:9], row["township"], row["township_en"])
        for row in _rows()
    }
    return tuple(found[code] for code in sorted(found))


@lru_cache(maxsize=1)
def villages() -> tuple[Village, ...]:
    """Return the villages and communities in the order of their codes."""
    return tuple(
        Village(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            township=row["code"][:9],
            east=float(row["east_km"]) * 1000,
            north=float(row["north_km"]) * 1000,
            grids=int(row["grids"]),
            terrain=Terrain(row["terrain"]),
        )
        for row in _rows()
    )
