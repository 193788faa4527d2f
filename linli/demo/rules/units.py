"""The demo's 109 units: a centre, departments, companies, and one office a township and village."""

import csv
from dataclasses import dataclass
from functools import lru_cache

from linli.demo.rules.divisions import DATA, townships, villages

CENTRE = "FWZX"


@dataclass(frozen=True)
class DemoUnit:
    """A unit; ``area`` is the code of the division it is in charge of, or ""."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str = ""
    area: str = ""


def _listed() -> list[dict[str, str]]:
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of_townships(offices: list[dict[str, str]]) -> list[DemoUnit]:
    """A government of each township, and below it one of each of the ``offices``."""
    made: list[DemoUnit] = []
    for one in townships():
        seat = "办事处" if one.name.endswith("街道") else "人民政府"
        made.append(
            DemoUnit(one.code, one.name + seat, f"{one.name_en} Office", "office", CENTRE, one.code)
        )
        made.extend(
            DemoUnit(
                f"{one.code}-{number}",
                one.name + row["name"],
                f"{one.name_en} {row['name_en']}",
                "office",
                one.code,
            )
            for number, row in enumerate(offices, start=1)
        )
    return made


def _of_villages() -> list[DemoUnit]:
    made = []
    for one in villages():
        is_community = one.name.endswith("社区")
        name = one.name + ("居民委员会" if is_community else "村民委员会")
        kind_en = "Residents' Committee" if is_community else "Villagers' Committee"
        made.append(
            DemoUnit(
                one.code, name, f"{one.name_en} {kind_en}", "committee", one.township, one.code
            )
        )
    return made


@lru_cache(maxsize=1)
def units() -> tuple[DemoUnit, ...]:
    """Return all units, upper ones first."""
    rows = _listed()
    listed = [DemoUnit(**row) for row in rows if row["code"]]
    offices = [row for row in rows if not row["code"]]
    return (*listed, *_of_townships(offices), *_of_villages())
