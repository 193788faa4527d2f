"""Where a sheet's header stands: on one of its first ten lines, below titles and notes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise

from linli.kernel.forbidden import forbidden_in, is_forbidden_word
from linli.kernel.sheets import Book, Cell, CellError, SheetInfo
from linli.registry.rules.dictionary import Field
from linli.registry.rules.signs import folded

_LINES = 10
_SAMPLE = 200
# So many lines of a sheet are looked at to find its header.
LOOKED_AT = _LINES + _SAMPLE
_LONGEST_NAME = 40
_MARKS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]|[*＊:：※★!！?？]")
_NOT_WORD = re.compile(r"[()\[\]【】\s_\-/、,，.。·\"'“”‘’]+")
# 民 族, as a narrow column is headed.
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
# 民族：汉, as on a form of one person.
_VALUE = re.compile(r"(?<=.)[:：].*")
_LETTER = re.compile(r"[^\W\d_]")
Line = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Header:
    """A header: its first and last row in the sheet (from 1), and a name for each column.

    The lines of a header of two rows are joined by a space; a column without a name has "".
    ``unkept``: columns (from 0) of which the sheet says, here or elsewhere, that they may not be
    kept, and by which name.
    """

    first_row: int
    last_row: int
    names: tuple[str, ...]
    unkept: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def forbidden(self) -> tuple[int, ...]:
        """Return the columns (from 0) that may not be kept."""
        own = (column for column, name in enumerate(self.names) if forbidden_by(name))
        return tuple(sorted({*own, *self.unkept}))


@dataclass(frozen=True)
class SheetLook:
    """A sheet with data: its header, some rows below it, and the count of its rows at most."""

    sheet: SheetInfo
    header: Header
    sample: tuple[Sequence[Cell], ...]
    height: int


@dataclass(frozen=True)
class BookLook:
    """What a book holds: sheets with data, sheets without, and hidden ones, which were not read."""

    data: tuple[SheetLook, ...]
    without_data: tuple[SheetInfo, ...]
    hidden: tuple[SheetInfo, ...]


def forbidden_by(name: str) -> tuple[str, ...]:
    """Return what the name of a column says that may not be kept, however it is spaced."""
    told = (name, _SPACED.sub("", folded(name)))
    return tuple(dict.fromkeys(what for text in told for what in forbidden_in(text, is_name=True)))


def plain_name(name: str) -> str:
    """Return the name of a column as it is compared: half width, no remarks, no marks, no case."""
    text = folded(name)
    return _NOT_WORD.sub("", _MARKS.sub("", text) or text).casefold()


@lru_cache(maxsize=4096)
def plain_word(word: str) -> str:
    """Return `plain_name` of a word of the dictionary: few, asked for with each column."""
    return plain_name(word)


def known_names(fields: Iterable[Field]) -> frozenset[str]:
    """Return the names by which columns of these facts are known, for comparing."""
    return frozenset(plain_word(word) for field in fields for word in field.synonyms)


def _names(row: Sequence[Cell]) -> list[str]:
    """Return what may be names in a row, "" for each cell that is none."""
    return [
        text
        if isinstance(cell, str)
        and not isinstance(cell, CellError)
        and len(text := " ".join(cell.split())) <= _LONGEST_NAME
        and _LETTER.search(text)
        else ""
        for cell in row
    ]


def _is_known(name: str, known: frozenset[str]) -> bool:
    return plain_name(name) in known


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell != "")


def _score(row: Sequence[Cell], known: frozenset[str]) -> tuple[int, int]:
    """Return how many columns a row names that are known, and how many it may name at all."""
    names = {name for name in _names(row) if name}
    # A row of data may hold a word that is also a name; a header holds nothing but names.
    if len(names) * 2 < _filled(set_of := list(dict.fromkeys(row))) and len(set_of) > 1:
        return 0, 0
    return sum(_is_known(name, known) for name in names), len(names)


def find_header(lines: Sequence[Line], fields: Iterable[Field]) -> Header | None:
    """Find the header among the first lines of a sheet, given as (row number, cells).

    The row that names most of the facts wins, the upper one of two; where none is
    known, the first row of two names or more that is followed by another row.
    """
    known = known_names(fields)
    first = [line for line in lines if line[0] <= _LINES]
    scores = [_score(row, known) for _, row in first]
    best = max((score[0] for score in scores), default=0)
    for at, (hits, names) in enumerate(scores):
        if (best and hits == best) or (not best and names > 1 and at + 1 < len(lines)):
            return _joined(first, at, known)
    return None


def _joined(lines: Sequence[Line], at: int, known: frozenset[str]) -> Header:
    """Join the line above or below to a header whose names go over two rows."""
    number, row = lines[at]
    names = _names(row)
    if at and lines[at - 1][0] == number - 1:
        upper = _names(lines[at - 1][1])
        if _is_upper(upper, names):
            return Header(number - 1, number, _both(upper, names))
    if at + 1 < len(lines) and lines[at + 1][0] == number + 1:
        lower = lines[at + 1][1]
        if _is_upper(names, below := _names(lower)) and _filled(lower) == _filled(below):
            is_named = any(_is_known(name, known) for name in below)
            if is_named or _repeats(names, below) or _hangs(names, below):
                return Header(number, lines[at + 1][0], _both(names, below))
    return Header(number, number, tuple(names))


def _spans(upper: Sequence[str], lower: Sequence[str]) -> int:
    """Count the names that stand over two or more different names of the row below."""
    over: dict[str, set[str]] = {}
    for above, below in zip(_spread(upper, lower), lower, strict=False):
        over.setdefault(above, set()).add(below)
    return sum(1 for name, below in over.items() if name and len(below - {""}) > 1)


def _repeats(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a merged name stands over different names."""
    pairs = list(zip(upper, lower, strict=False))
    return any(
        one and one == two and below != beside for (one, below), (two, beside) in pairwise(pairs)
    )


def _hangs(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a row names something only below groups, as no row of data does."""
    width = min(len(upper), len(lower))
    alone = [at for at in range(width) if upper[at] and (at + 1 >= width or upper[at + 1])]
    return bool(alone) and not any(lower[at] for at in alone)


def _spread(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Give an empty cell the name on its left, where the row below names the column."""
    spread: list[str] = []
    for at, name in enumerate(lower):
        above = upper[at] if at < len(upper) else ""
        spread.append(above or (spread[-1] if spread and name else ""))
    return spread


def _is_upper(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a row groups the names of the next: a title alone does not."""
    distinct = {name for name in upper if name}
    # 填表人：王五 says who filled the sheet in; it names no column.
    notes = any(sign in name for name in distinct for sign in ":：")
    return len(distinct) > 1 and not notes and _spans(upper, lower) > 0


def _both(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    below = [*lower, *[""] * (width - len(lower))]
    above = [*upper, *[""] * (width - len(upper))]
    spread = _spread(above, below)
    pairs = zip(spread, below, strict=True)
    return tuple(up if up == low else f"{up} {low}".strip() for up, low in pairs)


def look_into(book: Book, fields: Sequence[Field]) -> BookLook:
    """Look for data in every sheet that is shown; hidden sheets are named and not read."""
    data, without = [], []
    for sheet in book.sheets:
        if sheet.is_visible:
            look = look_at(book, sheet, fields)
            if look:
                data.append(look)
            else:
                without.append(sheet)
    hidden = tuple(sheet for sheet in book.sheets if not sheet.is_visible)
    return BookLook(tuple(data), tuple(without), hidden)


def look_at(book: Book, sheet: SheetInfo, fields: Sequence[Field]) -> SheetLook | None:
    """Look for data in one sheet, also in a hidden one that was chosen; None without a header."""
    lines = list(islice(book.rows(sheet.index), LOOKED_AT))
    header = find_header(lines, fields)
    if header is None:
        return None
    header = replace(header, unkept={**unkept_in(lines, header), **dict(sheet.unkept)})
    sample = tuple(row for _, row in rows_below(lines, header))
    return SheetLook(sheet, header, sample, book.height(sheet.index))


def unkept_in(lines: Iterable[Line], header: Header) -> dict[int, str]:
    """Return the columns (from 0) that may not be kept, with the name that says so.

    Besides the header any of the first lines may say it: a person may take another of them for
    the header. There only a bare word counts, for 民族路 is a street, and none that goes on over
    most of its line, as a title does.
    """
    found = {at: named(name) for at, name in enumerate(header.names) if forbidden_by(name)}
    for number, row in lines:
        if number > max(_LINES, header.last_row):
            break
        is_header = header.first_row <= number <= header.last_row
        most = _filled(row) / 2
        for column, cell in enumerate(row):
            if column in found or not isinstance(cell, str) or cell == "":
                continue
            says = forbidden_by(cell) if is_header else is_forbidden_word(cell)
            if says and (is_header or row.count(cell) <= most):
                name = header.names[column] if column < len(header.names) else ""
                found[column] = named(name or cell)
    return found


def named(text: str) -> str:
    """Return the name of a column without a value that somebody wrote behind it."""
    return _VALUE.sub("", " ".join(text.split()))[:_LONGEST_NAME]


def rows_below(lines: Iterable[Line], header: Header) -> Iterator[Line]:
    """Yield the rows of data: those below the header that do not say the header once more.

    What stands in a column that may not be kept is taken out here, before anybody reads it.
    """
    names = list(header.names)
    first, width = names[0], len(names)
    unread = header.forbidden
    for number, row in lines:
        # One look at the first cell tells all but a few rows from the header.
        if number > header.last_row and (row[0] != first or list(row[:width]) != names):
            yield (number, without(row, unread)) if unread else (number, row)


def without(row: Sequence[Cell], unread: Iterable[int]) -> list[Cell]:
    """Return a row whose cells in some columns are empty."""
    kept = list(row)
    for column in unread:
        if column < len(kept):
            kept[column] = ""
    return kept
