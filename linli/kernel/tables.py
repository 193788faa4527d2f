"""Reading the spreadsheets people make: .csv in whatever encoding, .xlsx with all its habits.

A table is the first visible sheet as rows of trimmed texts. Merged cells count for every cell they
cover, whole numbers lose their ".0", dates are spelled YYYY-MM-DD. Sizes are checked before a
workbook is opened, because a file of a few kilobytes can claim a sheet of billions of cells.
"""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_SHEET_BYTES = 48 * 1024 * 1024
MOST_SHEETS = 20
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 200, 1_000_000
_CHUNK = 1 << 18
# A cell's address and, further on in the same tag, the mark of an error such as #REF!.
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,8})"')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt="e"')
_LONGEST_TAG = 512


class TableProblem(StrEnum):
    """What can be wrong with a file that should hold a table."""

    TOO_LARGE = "too_large"
    NOT_A_TABLE = "not_a_table"
    ENCODING = "encoding"
    OLD_FORMAT = "old_format"
    LOCKED = "locked"
    MACROS = "macros"
    NO_ROWS = "no_rows"


class BadTable(ValueError):
    """A file that cannot be read as a table."""

    def __init__(self, problem: TableProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Table:
    """Rows of texts; ``rows[0]`` is line or row 1 of the file. Error cells read as empty."""

    sheet: str
    rows: list[list[str]]
    error_cells: int = 0


def read_table(name: str, data: bytes) -> Table:
    """Read the first visible sheet of a file, or its only one; raise BadTable.

    The content decides what the file is; ``name`` only tells old formats apart.
    """
    table = _read(name, data, most_sheets=1)[0]
    if not any(any(row) for row in table.rows):
        raise BadTable(TableProblem.NO_ROWS)
    return table


def read_sheets(name: str, data: bytes) -> list[Table]:
    """Read every visible sheet that has anything in it, as `read_table` does; raise BadTable."""
    tables = [
        table
        for table in _read(name, data, most_sheets=MOST_SHEETS)
        if any(any(row) for row in table.rows)
    ]
    if not tables:
        raise BadTable(TableProblem.NO_ROWS)
    return tables


def _read(name: str, data: bytes, most_sheets: int) -> list[Table]:
    if len(data) > MOST_BYTES:
        raise BadTable(TableProblem.TOO_LARGE)
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, most_sheets)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # A workbook with a password lies encrypted in a file of the old format.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise BadTable(TableProblem.LOCKED if locked else TableProblem.OLD_FORMAT)
    if name.lower().endswith((".xls", ".ods", ".et")):
        raise BadTable(TableProblem.OLD_FORMAT)
    return [Table("", _read_csv(data))]


def decoded(data: bytes) -> str:
    """Return the text of bytes in UTF-8 (with or without mark) or GB 18030; raise BadTable."""
    if b"\x00" in data:
        raise BadTable(TableProblem.NOT_A_TABLE)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(TableProblem.ENCODING)


def _read_csv(data: bytes) -> list[list[str]]:
    text = decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    # A boundary written as text is far longer than the csv module expects of a cell.
    csv.field_size_limit(MOST_BYTES)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append([cell.strip() for cell in row])
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise BadTable(TableProblem.TOO_LARGE)
    except csv.Error as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error
    return rows


def _read_workbook(data: bytes, most_sheets: int) -> list[Table]:
    errors = _check_sizes(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        if not visible:
            raise BadTable(TableProblem.NO_ROWS)
        return [_read_sheet(workbook, name, errors) for name in visible[:most_sheets]]
    except CalamineError as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error


def _read_sheet(workbook: CalamineWorkbook, name: str, errors: int) -> Table:
    sheet = workbook.get_sheet_by_name(name)
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top < len(rows):
            value = rows[top][left] if left < len(rows[top]) else ""
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [value] * len(row[left : right + 1])
    return Table(name, rows, errors)


def _check_sizes(data: bytes) -> int:
    """Unpack in pieces, keep nothing; raise when too much comes out. Returns the error cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            if "xl/workbook.xml" not in {entry.filename for entry in entries}:
                # .ods and .xlsb are packages too, and their sheets cannot be looked at first.
                raise BadTable(TableProblem.OLD_FORMAT)
            if any(entry.filename.endswith("vbaProject.bin") for entry in entries):
                raise BadTable(TableProblem.MACROS)
            sizes = [entry.file_size for entry in entries]
            if sum(sizes) > MOST_UNPACKED_BYTES or max(sizes) > MOST_SHEET_BYTES:
                raise BadTable(TableProblem.TOO_LARGE)
            # Every part: a sheet may lie anywhere in the package.
            return sum(_check_sheet(package, entry) for entry in entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error


def _check_sheet(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Look at every cell's address: the reader makes room for all up to the furthest."""
    rows = columns = errors = 0
    tail = b""
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            # What may be half a tag waits for the next piece.
            cut = max((tail + piece).rfind(b"<"), 0)
            whole, tail = (tail + piece)[:cut], (tail + piece)[cut:]
            if len(tail) > _CHUNK:
                tail = tail[:_LONGEST_TAG]
            rows, columns = _furthest(whole, rows, columns)
            errors += len(_ERROR_CELL.findall(whole))
    rows, columns = _furthest(tail, rows, columns)
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise BadTable(TableProblem.TOO_LARGE)
    return errors


def _furthest(text: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits in _CELL.findall(text):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        rows, columns = max(rows, int(digits)), max(columns, column)
    return rows, columns


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.hour == cell.minute == cell.second == 0
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
