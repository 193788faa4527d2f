"""Which column of a spreadsheet holds which fact: by its name, its synonyms and its content.

A column that may not be kept is dropped by its name. Its cells are never looked at, and nothing
that leaves this module has them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from linli.kernel.sheets import Cell
from linli.registry.rules.cells import Fault, reader_for
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.headers import Header, forbidden_by, plain_name, plain_word

_SAMPLE = 50
# How alike a name must be to a synonym, of 100; below it only the content speaks.
_ALIKE = 72
_SURE_OF_CONTENT = 0.8
# Types whose cells show what they are without a name.
_TELLING = {
    CellType.IDENTITY: 0.75,
    CellType.CREDIT_CODE: 0.75,
    CellType.TELEPHONE: 0.6,
    CellType.CHOICE: 0.55,
}


_ASKS = re.compile("^(?:是否|有无|有没有)(?:有|配备|配有|安装|设有)?")


class Why(StrEnum):
    """What a proposal goes by."""

    KEPT = "kept"
    NAME = "name"
    SYNONYM = "synonym"
    PART_OF_NAME = "part_of_name"
    SIMILAR = "similar"
    CONTENT = "content"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Proposal:
    """A column (from 0), its header, the fact it may hold, and how certain that is, 0 to 1.

    ``forbidden``: what the header names that may not be kept; such a column has no field.
    """

    column: int
    header: str
    field: Field | None
    certainty: float
    why: Why
    forbidden: tuple[str, ...] = ()


def propose(
    header: Header,
    sample: Sequence[Sequence[Cell]],
    fields: Sequence[Field],
    kept: Mapping[str, str] | None = None,
) -> tuple[Proposal, ...]:
    """Propose a fact for each column that has a name or content, each fact once.

    ``kept``: how the sender's columns were read the last time, header to field key ("" for none).
    """
    proposals: dict[int, Proposal] = {}
    offers: list[tuple[float, int, Why, Field]] = []
    for column in header.forbidden:
        told = header.unkept.get(column) or header.names[column]
        forbidden = forbidden_by(told) or (told,)
        proposals[column] = Proposal(column, told, None, 1.0, Why.FORBIDDEN, forbidden)
    for column, name in enumerate(header.names):
        if column in proposals:
            continue
        cells = _cells(sample, column)
        if name or cells:
            proposals[column] = Proposal(column, name, None, 0.0, Why.UNKNOWN)
            if kept is not None and name in kept and not kept[name]:
                continue
            offers += _offers(column, name, cells, fields, (kept or {}).get(name))
    settled = _settled(proposals, offers)
    return tuple(settled[column] for column in sorted(settled))


def _cells(sample: Sequence[Sequence[Cell]], column: int) -> list[Cell]:
    found = (row[column] for row in sample if column < len(row) and row[column] != "")
    return [cell for cell, _ in zip(found, range(_SAMPLE), strict=False)]


def _offers(
    column: int, name: str, cells: Sequence[Cell], fields: Sequence[Field], kept: str | None
) -> list[tuple[float, int, Why, Field]]:
    found = []
    for field in fields:
        if kept == field.key:
            found.append((1.0, column, Why.KEPT, field))
            continue
        certainty, why = _by_name(name, field)
        fits = _fits(cells, field)
        if cells and fits is not None:
            if certainty:
                # The content confirms or weakens what the name says; it never decides alone.
                certainty *= 0.5 + 0.5 * fits
            elif fits >= _SURE_OF_CONTENT:
                certainty, why = _TELLING.get(field.type, 0.0) * fits, Why.CONTENT
        if certainty:
            found.append((certainty, column, why, field))
    return found


def _words(field: Field) -> tuple[tuple[str, ...], frozenset[str]]:
    own = tuple(plain_word(word) for word in (field.label, field.label_en))
    return own, frozenset(plain_word(word) for word in field.synonyms)


def _by_name(name: str, field: Field) -> tuple[float, Why]:
    """Return how certain the name alone makes it."""
    own, synonyms = _words(field)
    plain = plain_name(name)
    if not plain:
        return 0.0, Why.UNKNOWN
    if plain in own:
        return 1.0, Why.NAME
    if plain in synonyms or _said_plainly(plain, field) in synonyms:
        return 0.95, Why.SYNONYM
    # The lower name of a header of two rows.
    if " " in name and plain_name(name.rsplit(" ", 1)[1]) in synonyms:
        return 0.85, Why.PART_OF_NAME
    alike = max(fuzz.ratio(plain, word) for word in synonyms)
    return (alike / 100 * 0.8, Why.SIMILAR) if alike >= _ALIKE else (0.0, Why.UNKNOWN)


def _said_plainly(name: str, field: Field) -> str:
    """Return a name without what forms like to put around it: 是否有烟感 asks for 烟感."""
    if field.type is CellType.YES_NO:
        return _ASKS.sub("", name)
    if field.type is CellType.TELEPHONE:
        return name.replace("联系方式", "联系电话")
    return name


def _fits(cells: Sequence[Cell], field: Field) -> float | None:
    """Return the share of cells that can be read as the field; None where that says nothing.

    Any text can be an address, and a cell that says 无 says as little of every other field.
    """
    if field.type in (CellType.TEXT, CellType.ADDRESS, CellType.NAME):
        return None
    read = reader_for(field)
    told = [value for value in map(read, cells) if value is not None]
    return sum(not isinstance(value, Fault) for value in told) / len(told) if told else None


def _settled(
    proposals: dict[int, Proposal], offers: list[tuple[float, int, Why, Field]]
) -> dict[int, Proposal]:
    """Give each fact to the column that is most certain of it, the left one of two.

    What a person said goes before what a name says.
    """
    taken: set[str] = set()
    ranked = sorted(offers, key=lambda one: (one[2] is not Why.KEPT, -one[0], one[1]))
    for certainty, column, why, field in ranked:
        if field.key not in taken and proposals[column].field is None:
            taken.add(field.key)
            proposals[column] = replace(
                proposals[column], field=field, certainty=round(certainty, 2), why=why
            )
    return proposals


Read = Callable[[Sequence[Cell]], tuple[dict[str, object], list[tuple[int, Fault]]]]


def row_reader(chosen: Mapping[int, Field]) -> Read:
    """Return what reads a row into {field key: value} and [(column, fault)].

    ``chosen``: column (from 0) to the field it holds. Empty cells are left out; a required fact
    without a cell is a fault. Cells of other columns are not looked at.
    """
    readers = [(column, field.key, reader_for(field)) for column, field in sorted(chosen.items())]
    required = [(column, field.key) for column, field in chosen.items() if field.is_required]

    def read(row: Sequence[Cell]) -> tuple[dict[str, object], list[tuple[int, Fault]]]:
        values: dict[str, object] = {}
        faults: list[tuple[int, Fault]] = []
        width = len(row)
        for column, key, reader in readers:
            if column < width and (value := reader(row[column])) is not None:
                if type(value) is Fault:
                    faults.append((column, value))
                else:
                    values[key] = value
        for column, key in required:
            if key not in values and all(column != at for at, _ in faults):
                faults.append((column, Fault("missing", "")))
        return values, faults

    return read
