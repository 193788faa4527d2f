"""Looking at the sheets of an .ods: repeated cells and rows, merged cells, the furthest cell."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from linli.kernel.sheets.cells import Marks
from linli.kernel.sheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_TEXT_IN_CELLS
from linli.kernel.sheets.packages import Package
from linli.kernel.tables import BadTable, TableProblem

_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])"
    rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(?:[^<]*)"
)
_NUMBER = re.compile(
    rb"table:number-(columns-repeated|rows-repeated|columns-spanned|rows-spanned)"
    rb"\s*=\s*[\"']\s*(\d{1,10})"
)
_NAME = re.compile(rb"table:name\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CONTENT = "content.xml"


@dataclass
class _Look:
    """Where the look is: the sheet, its row and column from 0, and what it found."""

    sheets: dict[str, Marks] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    row: int = 0
    column: int = 0
    repeated_row: int = 1
    columns: int = 0
    cells: int = 0
    text: int = 0
    is_filled: bool = False

    def begin_sheet(self, attributes: bytes) -> None:
        found = _NAME.search(attributes)
        name = (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""
        self.marks = self.sheets.setdefault(html.unescape(name), Marks())
        self.row = self.column = self.columns = 0

    def end_row(self) -> None:
        if self.is_filled:
            self.cells += self.repeated_row * self.columns
            if self.row + self.repeated_row > MOST_ROWS or self.cells > MOST_CELLS:
                raise BadTable(TableProblem.TOO_LARGE)
        self.row += self.repeated_row

    def cell(self, attributes: bytes, size: int) -> None:
        numbers = {name: int(number) for name, number in _NUMBER.findall(attributes)}
        repeated = numbers.get(b"columns-repeated", 1)
        wide, high = numbers.get(b"columns-spanned", 1), numbers.get(b"rows-spanned", 1)
        if wide > 1 or high > 1:
            end = self.row + high - 1, self.column + wide - 1
            self.marks.merged.append(((self.row, self.column), end))
        if b"office:" in attributes or size:
            self.is_filled = True
            self.columns = max(self.columns, self.column + repeated)
            self.text += size * repeated * self.repeated_row
            if self.columns > MOST_COLUMNS or self.text > MOST_TEXT_IN_CELLS:
                raise BadTable(TableProblem.TOO_LARGE)
        self.column += repeated


def _well_formed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass pieces on while they are XML: the reader would wait for ever for a missing end."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_entities
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield piece
        parser.Parse(b"", True)
    except ExpatError as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error


def _refuse_entities(*_: object) -> None:
    raise BadTable(TableProblem.NOT_A_TABLE)


def _chunks(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Cut pieces anew, before the beginning of a row or a cell."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = max(text.rfind(b"<table:table-row"), text.rfind(b"<table:table-cell"), 0)
        rest = text[cut:]
        if len(rest) > 1 << 22:
            raise BadTable(TableProblem.TOO_LARGE)
        yield text[:cut]
    yield rest


def look_at_open_book(package: Package) -> dict[str, Marks]:
    """Return the merged cells of each sheet by its name; raise BadTable."""
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.names):
        raise BadTable(TableProblem.MACROS)
    if b"encryption-data" in package.whole("META-INF/manifest.xml"):
        raise BadTable(TableProblem.LOCKED)
    look = _Look()
    for name, pieces in package.parts():
        if name == _CONTENT:
            for text in _chunks(_well_formed(pieces)):
                _look_at_tags(text, look)
        else:
            # Counted all the same: no part may unpack without end.
            for _ in pieces:
                pass
    return look.sheets


def _look_at_tags(text: bytes, look: _Look) -> None:
    tags = list(_TAG.finditer(text))
    ends = [*(tag.start() for tag in tags[1:]), len(text)]
    for tag, end in zip(tags, ends, strict=False):
        closing, kind, attributes = tag.groups()
        if kind == b"table":
            if not closing:
                look.begin_sheet(attributes)
        elif kind == b"table-row":
            _row(closing, attributes, look)
        elif not closing:
            look.cell(attributes, end - tag.end() if not attributes.endswith(b"/") else 0)


def _row(closing: bytes, attributes: bytes, look: _Look) -> None:
    if closing:
        look.end_row()
        return
    look.column, look.columns, look.is_filled = 0, 0, False
    look.repeated_row = int(dict(_NUMBER.findall(attributes)).get(b"rows-repeated", 1))
    if attributes.endswith(b"/"):
        look.end_row()
