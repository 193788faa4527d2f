"""A copy of a book: rows of native cells, packed in blocks, read as the book itself was.

It is what a program keeps of a file that it has looked at: row numbers, sheets and cells are as
they were, and reading it costs no memory of its size. It is written in one go, without knowing
beforehand how long it gets; a list of the sheets stands at its end. Nothing from outside is read
as a copy.
"""

import io
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any

from linli.kernel.sheets.books import Book, Row, SheetInfo
from linli.kernel.sheets.cells import Cell, CellError
from linli.kernel.tables import BadTable, TableProblem

# So many rows are packed into a piece.
ROWS_IN_PIECE = 500
_QUICK = 1
_LENGTH, _PLACE = struct.Struct("<I"), struct.Struct("<Q")
_PLAIN = frozenset({str, int, float, bool})
_SIGNS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    CellError: ("error", str),
    datetime: ("moment", datetime.isoformat),
    date: ("day", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("span", lambda cell: [cell.days, cell.seconds, cell.microseconds]),
}
_READ: Mapping[str, Callable[[Any], Cell]] = {
    "error": CellError,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "span": lambda told: timedelta(*told),
}
# A sheet, how many rows it has at most, and those that are kept.
Sheet = tuple[SheetInfo, int, Iterable[Row]]


def _written(cell: Cell) -> Any:
    kind = type(cell)
    if kind in _PLAIN:
        return cell
    sign, write = _SIGNS[kind]
    return {sign: write(cell)}


def _read(told: Mapping[str, Any]) -> Cell:
    ((sign, value),) = told.items()
    return _READ[sign](value)


def _plain(row: Row) -> list[Any]:
    number, cells = row
    if _PLAIN.issuperset(map(type, cells)):
        return [number, cells]
    return [number, [_written(cell) for cell in cells]]


def _packed(told: Any) -> bytes:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    # A text of a broken file may hold half a sign.
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _QUICK)


def _unpacked(data: bytes) -> Any:
    text = zlib.decompress(data).decode("utf-8", "surrogatepass")
    return json.loads(text, object_hook=_read)


def copied(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """Yield the pieces of a copy. What reading a sheet raises goes on to the caller."""
    at, told = 0, []
    for info, height, rows in sheets:
        told.append([info.name, info.is_visible, height, info.unkept, at])
        going = iter(rows)
        while some := [_plain(row) for row in islice(going, ROWS_IN_PIECE)]:
            block = _packed(some)
            yield _LENGTH.pack(len(block)) + block
            at += _LENGTH.size + len(block)
        yield _LENGTH.pack(0)
        at += _LENGTH.size
    yield _packed(told) + _PLACE.pack(at)


def _sheets_of(stream: IO[bytes]) -> list[Any]:
    end = stream.seek(-_PLACE.size, io.SEEK_END)
    (at,) = _PLACE.unpack(stream.read(_PLACE.size))
    stream.seek(at)
    told: list[Any] = _unpacked(stream.read(end - at))
    return told


class CopiedBook(Book):
    """The copy of a book, from a stream that can be read from anywhere; BadTable if it is none."""

    is_streamed = True

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            told = _sheets_of(stream)
            infos = [
                SheetInfo(index, name, is_visible, tuple((place, text) for place, text in unkept))
                for index, (name, is_visible, _height, unkept, _at) in enumerate(told)
            ]
        except (ValueError, TypeError, OSError, struct.error, zlib.error) as error:
            # A copy of an older linli that still waits.
            raise BadTable(TableProblem.NOT_A_TABLE) from error
        super().__init__(stream, infos)
        self._told: list[tuple[int, int]] = [(one[2], one[4]) for one in told]

    def rows(self, index: int = 0) -> Iterator[Row]:
        """Yield (row number from 1, cells) as they were copied."""
        at = self._told[index][1]
        while True:
            self._stream.seek(at)
            (length,) = _LENGTH.unpack(self._stream.read(_LENGTH.size))
            if not length:
                return
            block = _unpacked(self._stream.read(length))
            at += _LENGTH.size + length
            yield from map(tuple, block)

    def height(self, index: int = 0) -> int:
        """Return how many rows the sheet had at most."""
        return self._told[index][0]

    def forget(self, index: int) -> None:
        """Nothing of a copy is held."""
