"""What is compared and how much each outcome weighs: data/linking.toml, read once."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).resolve().parents[2] / "data" / "linking.toml"


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison.

    ``says``: codes of the reasons that a person reads. ``m`` and ``u``: how often the same one,
    and how often different ones, come out so; both None where the fact is not known.
    ``frequency``: the column by whose frequency the weight is put right, or empty.
    """

    sql: str
    says: tuple[str, ...]
    m: float | None
    u: float | None
    frequency: str


@dataclass(frozen=True)
class Fact:
    """One fact of two records, with its outcomes from the best to the rest."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Weights:
    """All that decides whether a person is asked about two records of a kind.

    Columns in the order of a row: ``numbers`` (whole), ``measures``, ``texts``, ``blocks``. Only
    """

    kind: str
    prior: float
    ask_from: float
    crowd: int
    numbers: tuple[str, ...]
    measures: tuple[str, ...]
    texts: tuple[str, ...]
    blocks: tuple[str, ...]
    silent: Mapping[str, Sequence[str]]
    facts: tuple[Fact, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns in the order of a row."""
        return self.numbers + self.measures + self.texts + self.blocks


def _level(told: Mapping[str, Any]) -> Level:
    return Level(
        sql=told.get("sql", ""),
        says=tuple(told.get("says", ())),
        m=told.get("m"),
        u=told.get("u"),
        frequency=told.get("frequency", ""),
    )


def _facts(told: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    return tuple(Fact(one["name"], tuple(map(_level, one["levels"]))) for one in told)


@cache
def _read() -> Mapping[str, Weights]:
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        kind: Weights(
            kind=kind,
            prior=one["prior"],
            ask_from=one["ask_from"],
            crowd=one["crowd"],
            numbers=tuple(one["numbers"]),
            measures=tuple(one.get("measures", ())),
            texts=tuple(one["texts"]),
            blocks=tuple(one["blocks"]),
            silent=one.get("silent", {}),
            facts=_facts(one["facts"]),
        )
        for kind, one in told.items()
    }


def weights_of(kind: str) -> Weights:
    """Return the weights for a kind of record; KeyError where doubles are not looked for."""
    return _read()[kind]


def kinds() -> Sequence[str]:
    """Return the kinds of which doubles are looked for."""
    return tuple(_read())


def all_reasons() -> frozenset[str]:
    """Return every code of a reason that there is."""
    facts = [fact for one in _read().values() for fact in one.facts]
    return frozenset(code for fact in facts for level in fact.levels for code in level.says)
