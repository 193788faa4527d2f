"""Opening a file of any kind, and streaming the rows of its sheets."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from linli.kernel.sheets.cells import Cell, CellError, Marks
from linli.kernel.sheets.limits import MOST_COLUMNS, MOST_PACKED_BYTES, MOST_SHEETS
from linli.kernel.sheets.marks import marks_of
from linli.kernel.sheets.texts import TextTable
from linli.kernel.tables import BadTable, TableProblem

Row = tuple[int, list[Cell]]
_ZIPPED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a book: its place from 0, its name ("" for a text file), whether it is shown.

    ``unkept``: columns (from 0) that a copy was made without, with the names they had.
    """

    index: int
    name: str
    is_visible: bool
    unkept: tuple[tuple[int, str], ...] = ()


class Book(ABC):
    """An open file. Use it in a ``with``: what it has read is let go at the end.

    ``is_streamed``: its rows are read one by one, and it takes no memory of their size.
    """

    is_streamed = False

    def __init__(self, stream: IO[bytes], sheets: Sequence[SheetInfo]) -> None:
        self._stream = stream
        self.sheets = tuple(sheets)

    @abstractmethod
    def rows(self, index: int = 0) -> Iterator[Row]:
        """Yield (row number from 1, cells) of a sheet, without empty rows; raise BadTable.

        Merged cells count for every cell they cover. Rows of a text file differ in length.
        """

    @abstractmethod
    def height(self, index: int = 0) -> int:
        """Return how many rows a sheet has at most, for showing progress."""

    @abstractmethod
    def forget(self, index: int) -> None:
        """Let go of a sheet that will not be read again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let go of what was read."""
        self._stream.close()


def open_book(source: Path | bytes | IO[bytes]) -> Book:
    """Look at a file and open it; its content decides what it is, not its name. Raise BadTable.

    A stream is closed with the book, and where there is none.
    """
    stream = _stream_of(source)
    try:
        if not stream.read(4).startswith((_ZIPPED, _OLD)):
            return _TextBook(stream)
        return _Workbook(stream)
    except BaseException:
        stream.close()
        raise


def _stream_of(source: Path | bytes | IO[bytes]) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, Path):
        return source.open("rb")
    source.seek(0)
    return source


class _TextBook(Book):
    is_streamed = True

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream, [SheetInfo(0, "", is_visible=True)])
        self._table = TextTable(stream)

    def rows(self, index: int = 0) -> Iterator[Row]:  # noqa: ARG002 - there is one sheet
        for number, row in enumerate(self._table.rows(), 1):
            if any(row):
                yield number, row  # type: ignore[misc]

    def height(self, index: int = 0) -> int:  # noqa: ARG002 - there is one sheet
        return self._table.lines

    def forget(self, index: int) -> None:
        """Nothing of a text file is held."""


class _Workbook(Book):
    def __init__(self, stream: IO[bytes]) -> None:
        if stream.seek(0, io.SEEK_END) > MOST_PACKED_BYTES:
            raise BadTable(TableProblem.TOO_LARGE)
        self._marks = marks_of(stream)
        stream.seek(0)
        self._read: dict[int, CalamineSheet] = {}
        try:
            self._book = CalamineWorkbook.from_filelike(stream)
            told = self._book.sheets_metadata
        except PasswordError as error:
            raise BadTable(TableProblem.LOCKED) from error
        except CalamineError as error:
            raise BadTable(TableProblem.NOT_A_TABLE) from error
        if not told:
            raise BadTable(TableProblem.NOT_A_TABLE)
        shown = [one.visible is SheetVisibleEnum.Visible for one in told[:MOST_SHEETS]]
        names = [one.name for one in told]
        super().__init__(stream, [SheetInfo(i, names[i], seen) for i, seen in enumerate(shown)])

    def forget(self, index: int) -> None:
        self._read.pop(index, None)

    def close(self) -> None:
        self._read.clear()
        self._book.close()
        super().close()

    def _sheet(self, index: int) -> CalamineSheet:
        if index not in self._read:
            try:
                self._read[index] = self._book.get_sheet_by_name(self.sheets[index].name)
            except CalamineError as error:
                raise BadTable(TableProblem.NOT_A_TABLE) from error
        return self._read[index]

    def height(self, index: int = 0) -> int:
        end = self._sheet(index).end
        return end[0] + 1 if end else 0

    def rows(self, index: int = 0) -> Iterator[Row]:
        sheet = self._sheet(index)
        left = sheet.start[1] if sheet.start else 0
        rows: Iterator[list[Cell]] = iter(sheet.iter_rows())
        if left:
            rows = ([""] * left + row for row in rows)
        marks = self._marks.get(self.sheets[index].name, Marks())
        merged = sheet.merged_cell_ranges or marks.merged
        if marks.errors:
            rows = _with_errors(rows, marks)
        if merged:
            rows = _with_merged(rows, sorted(merged))
        for number, row in enumerate(rows, 1):
            # any() is quick, and wrong only about rows of zeros.
            if any(row) or row.count("") < len(row):
                yield number, row


def _with_errors(rows: Iterator[list[Cell]], marks: Marks) -> Iterator[list[Cell]]:
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), said in marks.errors.items():
        by_row.setdefault(row, []).append((column, said))
    number = -1
    for number, cells in enumerate(rows):
        yield _marked(cells, by_row.get(number, []))
    # The reader sees nothing in a formula that nobody computed.
    for later in range(number + 1, max(by_row) + 1):
        yield _marked([], by_row.get(later, []))


def _marked(row: list[Cell], errors: list[tuple[int, str]]) -> list[Cell]:
    for column, said in errors:
        row += [""] * (column + 1 - len(row))
        if row[column] == "":
            row[column] = CellError(said)
    return row


Merge = tuple[tuple[int, int], tuple[int, int]]


def _with_merged(rows: Iterator[list[Cell]], merged: list[Merge]) -> Iterator[list[Cell]]:
    """Give every covered cell what its merged cell says; ranges sorted by their first row."""
    waiting = iter(merged)
    following = next(waiting, None)
    active: list[tuple[Merge, Cell]] = []
    for number, row in enumerate(rows):
        while following and following[0][0] <= number:
            (top, left), _ = following
            if top == number and left < len(row) and row[left] != "":
                active.append((following, row[left]))
                if len(active) > MOST_COLUMNS:
                    raise BadTable(TableProblem.NOT_A_TABLE)
            following = next(waiting, None)
        if active:
            active = [one for one in active if one[0][1][0] >= number]
            for ((_, left), (_, right)), value in active:
                row[left : right + 1] = [value] * len(row[left : right + 1])
        yield row
