"""The field dictionary: every fact once, with its owner, its type and the names of its columns.

It is data (``data/fields.toml``), because every district calls the same things otherwise.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).resolve().parent.parent / "data" / "fields.toml"
# What is known of an address belongs to each kind of record that stands at one.
ADDRESS = "address"
_WITHOUT_ADDRESS = frozenset({ADDRESS, "assistance"})


class CellType(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    NAME = "name"
    TELEPHONE = "telephone"
    IDENTITY = "identity"
    YEAR = "year"
    DATE = "date"
    COUNT = "count"
    SURFACE = "surface"
    YES_NO = "yes_no"
    CHOICE = "choice"
    ADDRESS = "address"
    CREDIT_CODE = "credit_code"
    POINT = "point"


@dataclass(frozen=True)
class Field:
    """One fact. ``synonyms`` include its names; ``choices`` map words to the stored value."""

    kind: str
    name: str
    label: str
    label_en: str
    type: CellType
    synonyms: tuple[str, ...]
    owner: str
    confirm_months: int = 60
    is_sealed: bool = False
    is_required: bool = False
    needs_approval: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the name by which forms and mappings call the fact."""
        return f"{self.kind}.{self.name}"


@dataclass(frozen=True)
class Dictionary:
    """All facts by their keys, in the order of the file."""

    version: str
    fields: Mapping[str, Field]

    def of(self, kind: str) -> tuple[Field, ...]:
        """Return the facts of a kind of record, those of its address first."""
        kinds = {kind} if kind in _WITHOUT_ADDRESS else {ADDRESS, kind}
        if kind == "school":
            kinds.add("organisation")
        return tuple(one for one in self.fields.values() if one.kind in kinds)


def _choices(told: Mapping[str, list[str]]) -> dict[str, str]:
    return {word: value for value, words in told.items() for word in (value, *words)}


def _field(kind: str, name: str, told: Mapping[str, Any]) -> Field:
    label, label_en = told["names"]
    return Field(
        kind=kind,
        name=name,
        label=str(label),
        label_en=str(label_en),
        type=CellType(str(told["type"])),
        synonyms=(str(label), str(label_en), *told["synonyms"]),
        owner=str(told["owner"]),
        confirm_months=int(str(told.get("confirm_months", 60))),
        is_sealed=bool(told.get("sealed", False)),
        is_required=bool(told.get("required", False)),
        needs_approval=bool(told.get("approval", False)),
        choices=_choices(told.get("choices", {})),
    )


def read_dictionary(text: str) -> Dictionary:
    """Read a field dictionary from TOML; KeyError or ValueError where it is not one."""
    told = tomllib.loads(text)
    version = str(told.pop("version"))
    found = [_field(kind, name, one) for kind, part in told.items() for name, one in part.items()]
    return Dictionary(version, {one.key: one for one in found})


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """Return the dictionary that the product comes with."""
    return read_dictionary(_FILE.read_text(encoding="utf-8"))
