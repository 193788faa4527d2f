"""A blank form of another office: its titles, its header, and which fact each column asks for.

Only the texts of the form go on from here. What stood in cells below the header, what a file
computes and what it links to is not looked at, so that nothing of it can come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.kernel.sheets import Cell, CellError
from linli.registry.rules.admission import Column, admission
from linli.registry.rules.columns import propose
from linli.registry.rules.dictionary import Field, dictionary
from linli.registry.rules.headers import Header, Line, find_header

_LONGEST = 120
_MOST_TITLES = 9
_SEVERAL = 3
# Records whose rows can also say what hangs on them, by kinds of facts.
REACHED: Mapping[str, tuple[str, ...]] = {
    "dwelling": ("building",),
    "tenancy": ("dwelling",),
    "resident": ("dwelling",),
}
# Kinds that a form may ask about. Assistance is sealed: no form gets it.
KINDS = ("resident", "dwelling", "building", "tenancy", "organisation", "school", "team")


@dataclass(frozen=True)
class Blank:
    """The texts of a form: rows of titles, one or two rows of the header, a name a column.

    A cell that is merged over several has its text in each of them. ``sheet`` is the name of
    the sheet it stands on, empty where it stands alone.
    """

    titles: tuple[tuple[str, ...], ...]
    header: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    sheet: str = ""


def _text(cell: Cell) -> str:
    if isinstance(cell, CellError):
        return ""
    return " ".join(str(cell).split())[:_LONGEST]


def blank_of(lines: Sequence[Line], sheet: str = "") -> Blank | None:
    """Return the form whose first lines these are (row number from 1, cells); None if none is."""
    header = find_header(lines, [*dictionary().fields.values(), *admission().derived.values()])
    header = header or _named_only(lines)
    if header is None:
        return None
    width = len(header.names)
    texts = {number: tuple(_text(cell) for cell in row[:width]) for number, row in lines}
    titles = [texts[number] for number in sorted(texts) if number < header.first_row]
    rows = [texts[number] for number in sorted(texts) if _is_header(number, header)]
    return Blank(tuple(titles[-_MOST_TITLES:]), tuple(rows), header.names, sheet)


def _named_only(lines: Sequence[Line]) -> Header | None:
    """Return the row with most names, of a form that asks for nothing known and has no rows."""
    texts = [(number, [_text(cell) for cell in row]) for number, row in lines]
    found = max(texts, key=lambda one: len({*one[1]} - {""}), default=None)
    if found is None or len({*found[1]} - {""}) < 2:
        return None
    return Header(found[0], found[0], tuple(found[1]))


def _is_header(number: int, header: Header) -> bool:
    return header.first_row <= number <= header.last_row


def typed_blank(names: Sequence[str]) -> Blank:
    """Return the form whose columns somebody typed."""
    told = tuple(" ".join(name.split())[:_LONGEST] for name in names)
    return Blank((), (told,), told)


def fields_for(kind: str) -> tuple[Field, ...]:
    """Return what a row about a kind of record can say, in the order in which it is preferred."""
    known = dictionary()
    more = REACHED.get(kind, ())
    beside = [one for one in known.fields.values() if one.kind in more]
    return (*known.of(kind), *beside, *admission().derived.values())


def asked_columns(
    names: Sequence[str], kind: str, kept: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """Return what each column asks for, of records of a kind.

    ``kept``: what a person chose for some names, name to key ("" for none of the facts here).
    """
    rules, fields = admission(), fields_for(kind)
    found = {one.column: one for one in propose(Header(1, 1, tuple(names)), (), fields, kept)}
    asked = []
    for column, name in enumerate(names):
        told = found.get(column)
        if told is None:
            asked.append(Column(name, "", 0.0, is_fact=False))
        elif told.forbidden:
            asked.append(Column(name, "", 1.0, forbidden=told.forbidden))
        else:
            key = told.field.key if told.field else ""
            asked.append(Column(name, key, told.certainty, rules.is_fact(name, key)))
    return tuple(asked)


def likely_kind(names: Sequence[str]) -> str:
    """Return the kind of record that most columns ask about; the first of two."""

    def certain(kind: str) -> float:
        own = {kind, "organisation"} if kind == "school" else {kind}
        asked = asked_columns(names, kind)
        # A column that many kinds have says little; one of the kind's own facts says more.
        return sum(one.certainty * (2 if one.key.split(".")[0] in own else 1) for one in asked)

    return max(KINDS, key=certain)


def asks_for_known(names: Sequence[str]) -> bool:
    """Say whether any column asks for a fact that the dictionary knows, of whatever kind."""
    return any(one.key for one in asked_columns(names, likely_kind(names)))


def asks_for_something(names: Sequence[str]) -> bool:
    """Say whether columns are more than a sheet of explanations has: several, known, forbidden."""
    asked = asked_columns(names, likely_kind(names))
    several = len({one.name for one in asked if one.is_fact}) >= _SEVERAL
    return several or any(one.key or one.forbidden for one in asked)


def is_about_persons(kind: str, keys: Sequence[str]) -> bool:
    """Say whether rows would name persons: each of residents does, others by a sealed fact."""
    sealed = {one.key for one in fields_for(kind) if one.is_sealed}
    return kind == "resident" or any(key in sealed for key in keys)
