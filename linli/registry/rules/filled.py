"""A form of another office with the registry's facts in it, as a new spreadsheet.

Titles and header are written again from their texts; no formula, link or macro of the form comes
along. Cells that are not known are filled with colour and say so, facts older than their time of
confirmation are marked, and columns that may not be stay empty.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from linli.kernel.safe_cells import safe_cell
from linli.registry.rules.blanks import Blank
from linli.registry.rules.watermarks import Watermark, mark_properties, marked_sheet

if TYPE_CHECKING:
    from openpyxl import Workbook

_WIDEST, _NARROWEST = 40, 9
Value = str | int | float


class Mark(StrEnum):
    """What a reader has to know of a cell."""

    UNKNOWN = "unknown"
    OLD = "old"
    FORBIDDEN = "forbidden"


# Amber, pale yellow, grey.
COLOURS = {Mark.UNKNOWN: "FFD591", Mark.OLD: "FFF7D6", Mark.FORBIDDEN: "D9D9D9"}


@dataclass(frozen=True)
class FilledCell:
    """A value with what has to be known of it."""

    value: Value
    mark: Mark | None = None


@dataclass(frozen=True)
class FilledSheet:
    """One sheet of a form: its name ("" for the form's own), its head, the cells of its rows."""

    name: str
    blank: Blank
    rows: Iterable[Sequence[FilledCell]]


@dataclass(frozen=True)
class About:
    """The last sheet: its name, lines of two texts, and what each colour means."""

    sheet: str
    lines: Sequence[tuple[str, str]]
    legend: Sequence[tuple[Mark, str]]


def _safe(value: Value) -> Value:
    return safe_cell(value) if isinstance(value, str) else value


def _runs(row: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first column, last column, text) of neighbours with the same text; from 1."""
    at = 1
    for text, same in groupby(row):
        width = len(list(same))
        if text:
            yield at, at + width - 1, text
        at += width


def _top(sheet: Any, blank: Blank, first: int) -> int:
    """Write titles and header from a row on; return how many rows they took."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    line = Side(style="thin", color="9AA5B1")
    frame = Border(left=line, right=line, top=line, bottom=line)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    rows = [*blank.titles, *blank.header]
    tall = _tall(blank.header)
    for number, row in enumerate(rows, first):
        is_header = number - first >= len(blank.titles)
        cells: list[Any] = []
        for text in row:
            cell = WriteOnlyCell(sheet, safe_cell(text))
            cell.font, cell.alignment = Font(bold=True), middle
            if is_header:
                cell.border = frame
            cells.append(cell)
        sheet.append(cells)
        for left, right, _text in _runs(row):
            if right > left and not (is_header and set(range(left, right + 1)) & tall):
                _merge(sheet, (left, number), (right, number))
    last = first + len(rows) - 1
    for column in tall:
        _merge(sheet, (column, last - len(blank.header) + 1), (column, last))
    return len(rows)


def _tall(header: Sequence[Sequence[str]]) -> set[int]:
    """Return the columns (from 1) whose name goes over all rows of the header."""
    if len(header) < 2:
        return set()
    columns = list(zip(*header, strict=False))
    return {at for at, texts in enumerate(columns, 1) if texts[0] and len(set(texts)) == 1}


def _merge(sheet: Any, first: tuple[int, int], last: tuple[int, int]) -> None:
    from openpyxl.utils import get_column_letter

    (left, top), (right, bottom) = first, last
    where = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    sheet.merged_cells.add(where)


@cache
def _fill_of(mark: Mark) -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=COLOURS[mark])


def _cells(sheet: Any, row: Sequence[FilledCell]) -> list[Any]:
    from openpyxl.cell import WriteOnlyCell

    cells: list[Any] = []
    for one in row:
        if one.mark is None:
            cells.append(_safe(one.value))
            continue
        cell = WriteOnlyCell(sheet, _safe(one.value))
        cell.fill = _fill_of(one.mark)
        cells.append(cell)
    return cells


def filled_form(
    sheets: Iterable[FilledSheet], about: About, mark: Watermark | None = None
) -> bytes:
    """Return the form as xlsx; with a mark, every sheet says who took it and what for."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    title = about.lines[0][1] if about.lines else about.sheet
    for one in sheets:
        _write_sheet(book, one, title, mark)
    _write_about(book, about, mark)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _write_sheet(book: "Workbook", one: FilledSheet, title: str, mark: Watermark | None) -> None:
    from openpyxl.utils import get_column_letter

    blank = one.blank
    sheet: Any
    if mark is None:
        sheet, first = book.create_sheet(_sheet_name(one.name or title)), 1
    else:
        sheet, first = marked_sheet(book, _sheet_name(one.name or mark.sheet), mark), 2
    for column, name in enumerate(blank.names, 1):
        width = max(_NARROWEST, min(_WIDEST, 2 * len(name) + 4))
        sheet.column_dimensions[get_column_letter(column)].width = width
    # Written before any row: a sheet that is streamed has its panes at its head.
    height = len(blank.titles) + len(blank.header)
    sheet.freeze_panes = f"A{first + height}"
    _top(sheet, blank, first)
    for row in one.rows:
        sheet.append(_cells(sheet, row))


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31].strip() or "1"


def _write_about(book: "Workbook", about: About, mark: Watermark | None) -> None:
    sheet: Any = (
        book.create_sheet(_sheet_name(about.sheet))
        if mark is None
        else marked_sheet(book, mark.about, mark)
    )
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 60
    for label, text in about.lines:
        sheet.append([safe_cell(label), safe_cell(text)])
    for one, words in about.legend:
        sheet.append(_cells(sheet, [FilledCell("", one), FilledCell(words)]))
    if mark is not None:
        for label, text in mark.facts:
            sheet.append([safe_cell(label), safe_cell(text)])
        mark_properties(book, mark)
