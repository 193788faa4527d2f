"""Whether a form may ask workers for data: what is known here already is not asked again.

The limits are data (``data/admission.toml``), because a district sets its own.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from linli.registry.rules.coverage import months_before
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.headers import plain_name

_FILE = Path(__file__).resolve().parent.parent / "data" / "admission.toml"
DERIVED = "derived"


class Ground(StrEnum):
    """Why a form is refused without a person."""

    FORBIDDEN = "forbidden"
    KNOWN = "known"
    NO_END = "no_end"
    TOO_LONG = "too_long"
    OVER = "over"
    NO_FACTS = "no_facts"


@dataclass(frozen=True)
class Admission:
    """The limits, and what the registry can say of a row beside its facts."""

    most_known: int
    longest_months: int
    certain_from: float
    most_columns: int
    not_facts: frozenset[str]
    never_written: frozenset[str]
    derived: Mapping[str, Field]
    numbering: frozenset[str]

    def is_fact(self, name: str, key: str) -> bool:
        """Say whether a column asks for a fact: no number of a row, no remark, no signature."""
        return key not in self.numbering and plain_name(name) not in self.not_facts


@dataclass(frozen=True)
class Column:
    """One column: what the form calls it, the fact it asks for, how certain that is (0 to 1).

    ``is_fact``: whether it asks for a fact at all; ``forbidden``: what it names that may not be
    kept of anybody.
    """

    name: str
    key: str
    certainty: float
    is_fact: bool = True
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How many columns ask for facts, how many of these are known, and which may not be."""

    facts: int
    known: int
    forbidden: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """The known share in whole percent, rounded down."""
        return 100 * self.known // self.facts if self.facts else 0


def read_admission(text: str) -> Admission:
    """Read the limits from TOML; KeyError or ValueError where they are none."""
    told = tomllib.loads(text)
    derived = {name: _derived(name, one) for name, one in told[DERIVED].items()}
    return Admission(
        most_known=int(told["most_known"]),
        longest_months=int(told["longest_months"]),
        certain_from=float(told["certain_from"]),
        most_columns=int(told["most_columns"]),
        not_facts=frozenset(plain_name(name) for name in told["not_facts"]),
        never_written=frozenset(told["never_written"]),
        derived={field.key: field for field in derived.values()},
        numbering=frozenset(
            field.key
            for name, field in derived.items()
            if not told[DERIVED][name].get("is_fact", True)
        ),
    )


def _derived(name: str, told: Mapping[str, Sequence[str]]) -> Field:
    label, label_en = told["names"]
    words = (label, label_en, *told["synonyms"])
    return Field(DERIVED, name, label, label_en, CellType.TEXT, words, owner="centre")


@lru_cache(maxsize=1)
def admission() -> Admission:
    """Return the limits that the product comes with."""
    return read_admission(_FILE.read_text(encoding="utf-8"))


def is_known(column: Column, rules: Admission) -> bool:
    """Say whether the registry answers a column itself."""
    return (
        bool(column.key)
        and column.certainty >= rules.certain_from
        and column.key not in rules.never_written
    )


def tally(columns: Sequence[Column], rules: Admission) -> Tally:
    """Count the columns of a form. A forbidden one is a column too, and never a known one."""
    asked = [one for one in columns if one.is_fact]
    known = sum(1 for one in asked if not one.forbidden and is_known(one, rules))
    return Tally(len(asked), known, tuple(one.name for one in columns if one.forbidden))


def ground_of(counted: Tally, ends_on: date | None, today: date, rules: Admission) -> Ground | None:
    """Return why a form is refused at once; None where a person decides."""
    if counted.forbidden:
        return Ground.FORBIDDEN
    if not counted.facts:
        return Ground.NO_FACTS
    if counted.percent >= rules.most_known:
        return Ground.KNOWN
    return _ground_of_end(ends_on, today, rules)


def _ground_of_end(ends_on: date | None, today: date, rules: Admission) -> Ground | None:
    if ends_on is None:
        return Ground.NO_END
    if ends_on < today:
        return Ground.OVER
    return Ground.TOO_LONG if months_before(ends_on, rules.longest_months) > today else None


@dataclass(frozen=True)
class Load:
    """What forms ask of people in a month, in fields typed: all, and those known already."""

    asked: float
    known: float


def load_of(counted: Tally, people: int, times: int, months: int) -> Load:
    """Return what one form asks in a month: columns x people x times, ``times`` in ``months``."""
    often = people * times / months
    return Load(counted.facts * often, counted.known * often)
