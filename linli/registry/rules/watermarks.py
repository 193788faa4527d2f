"""A spreadsheet of persons that says on every sheet, and in its properties, who took it and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from linli.kernel.safe_cells import safe_cell

if TYPE_CHECKING:
    from openpyxl import Workbook

# A header of a printed page holds no more signs than these.
_MOST_PRINTED = 240
_MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Watermark:
    """Who took it, when, what for and by whose leave, in words; ``number`` names the export."""

    number: str
    line: str
    facts: Sequence[tuple[str, str]]
    sheet: str
    about: str


def marked_sheet(book: "Workbook", title: str, mark: Watermark) -> object:
    """Add a sheet whose first row and whose printed pages carry the mark."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet = book.create_sheet(title)
    words = mark.line.replace("&", "&&")[:_MOST_PRINTED]
    for place in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter):
        place.center.text = words
    cell = WriteOnlyCell(sheet, safe_cell(mark.line))
    cell.font = Font(bold=True, color="B42318")
    sheet.append([cell])
    return sheet


def mark_properties(book: "Workbook", mark: Watermark) -> None:
    """Say in the properties of a book who took it and why."""
    told = book.properties
    told.creator = told.lastModifiedBy = mark.facts[0][1] if mark.facts else ""
    told.title, told.subject, told.description = mark.sheet, mark.number, mark.line
    told.keywords = mark.number


def watermarked(mark: Watermark, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an xlsx file; formulas are neutralised, and every sheet carries the mark.

    ``rows`` are texts in the order of ``header``. More rows than a sheet holds go on the next.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet, count, number = None, 0, 0
    for row in rows:
        if sheet is None or count == _MOST_ROWS:
            number, count = number + 1, 0
            sheet = marked_sheet(book, f"{mark.sheet} {number}", mark)
            sheet.append([safe_cell(one) for one in header])  # type: ignore[attr-defined]
        sheet.append([safe_cell(one) for one in row])  # type: ignore[attr-defined]
        count += 1
    about = marked_sheet(book, mark.about, mark)
    for fact in mark.facts:
        about.append([safe_cell(one) for one in fact])  # type: ignore[attr-defined]
    mark_properties(book, mark)
    made = BytesIO()
    book.save(made)
    return made.getvalue()
