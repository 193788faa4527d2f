"""Forms of other offices, each column of them with the fact that it is filled with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from linli.registry.models import RecordKind
from linli.registry.rules.admission import Column, admission
from linli.registry.rules.blanks import Blank, is_about_persons


@dataclass(frozen=True)
class Layout:
    """A form with what each of its columns is filled with, about one kind of record.

    ``more``: the further sheets of a file that has several, each about a kind of its own;
    ``left_out``: names of the sheets that are not filled.
    """

    name: str
    blank: Blank
    kind: RecordKind
    columns: tuple[Column, ...]
    more: tuple["Layout", ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def sheets(self) -> tuple["Layout", ...]:
        """Return all sheets that are filled, this one first."""
        return (self, *self.more)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the facts that the registry writes here, in the order of the columns."""
        rules = admission()
        told = (one for one in self.columns if one.key and not one.forbidden)
        return tuple(one.key for one in told if one.key not in rules.never_written)

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Return the facts that the registry writes on any sheet, each once."""
        return tuple(dict.fromkeys(key for sheet in self.sheets for key in sheet.keys))

    @property
    def names_persons(self) -> bool:
        """Say whether the rows of any sheet would name persons."""
        return any(is_about_persons(sheet.kind.value, sheet.keys) for sheet in self.sheets)

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Return the columns that may not be kept of anybody, by their names."""
        names = (one.name for sheet in self.sheets for one in sheet.columns if one.forbidden)
        return tuple(dict.fromkeys(names))

    def as_json(self) -> dict[str, Any]:
        """Return the form as an export keeps it until it is taken."""
        return {
            "name": self.name,
            "sheet": self.blank.sheet,
            "titles": self.blank.titles,
            "header": self.blank.header,
            "columns": [[one.name, one.key, one.is_fact, one.forbidden] for one in self.columns],
            "more": [{"kind": one.kind.value, **one.as_json()} for one in self.more],
            "left_out": self.left_out,
        }

    @classmethod
    def from_json(cls, kind: str, told: Mapping[str, Any]) -> "Layout":
        """Return the form that was kept."""
        columns = tuple(
            Column(name, key, 1.0, is_fact, tuple(forbidden))
            for name, key, is_fact, forbidden in told["columns"]
        )
        blank = Blank(
            tuple(tuple(row) for row in told["titles"]),
            tuple(tuple(row) for row in told["header"]),
            tuple(one.name for one in columns),
            told.get("sheet", ""),
        )
        more = tuple(cls.from_json(one["kind"], one) for one in told.get("more", ()))
        left_out = tuple(told.get("left_out", ()))
        return cls(told["name"], blank, RecordKind(kind), columns, more, left_out)

    @classmethod
    def of_sheets(cls, sheets: "list[Layout]", left_out: tuple[str, ...]) -> "Layout":
        """Return one form of several sheets."""
        first, *more = sheets
        return replace(first, more=tuple(more), left_out=left_out)
