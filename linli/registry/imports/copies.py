"""What is kept of a file that waits: a copy of its rows without what may not be kept.

The file itself is read while it is being sent and nowhere stored. A column goes that the header
of any kind of record would forbid, because a person may say later that the rows are of another
kind; hidden sheets, which nobody reads, have their names in the copy and no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from linli.kernel.sheets import Book, Cell, CopiedBook, SheetInfo, copied
from linli.registry.imports.plans import ORDER, fields_of
from linli.registry.rules.headers import LOOKED_AT, Header, find_header, named, unkept_in, without

Row = tuple[int, list[Cell]]


@dataclass(frozen=True)
class CleanCopy:
    """A copy that waits, as a stream, and the SHA-256 in hex of the file that it was made of."""

    stream: IO[bytes]
    digest: str

    def open(self) -> CopiedBook:
        """Open it as a book; the stream is closed with it."""
        return CopiedBook(self.stream)


def clean_copy(book: Book, wanted: str = "") -> Iterator[bytes]:
    """Yield a copy of a book; raises BadTable where the rows cannot be read.

    ``wanted``: the name of the one sheet to be read, also of a hidden one.
    """
    return copied(_sheet(book, info, wanted) for info in book.sheets)


def _sheet(book: Book, info: SheetInfo, wanted: str) -> tuple[SheetInfo, int, Iterator[Row]]:
    if not (info.name == wanted if wanted else info.is_visible):
        return info, 0, iter(())
    lines = list(islice(book.rows(info.index), LOOKED_AT))
    found = [find_header(lines, fields_of(kind)) for kind in ORDER]
    headers = sorted({one.first_row: one for one in found if one is not None}.items())
    height = book.height(info.index)
    if not headers:
        # Nobody will read it; that it holds something is told.
        return info, height, iter([(1, [""])] if lines else [])
    unkept: dict[int, str] = {}
    for _row, header in reversed(headers):
        unkept |= unkept_in(lines, header)
    told = SheetInfo(info.index, info.name, info.is_visible, tuple(sorted(unkept.items())))
    return told, height, _rows(book, told, headers[0][1], lines)


def _rows(book: Book, info: SheetInfo, header: Header, lines: Sequence[Row]) -> Iterator[Row]:
    """Yield all rows of a sheet; in columns that may not be kept stand their names alone."""
    names = dict(info.unkept)
    said = {number: row for number, row in lines if number <= header.last_row}
    once_more = said.get(header.last_row, [])
    for number, row in book.rows(info.index):
        clean = without(row, names) if names else row
        if header.first_row <= number <= header.last_row or row == once_more:
            for column in names:
                if column < len(row):
                    clean[column] = named(str(row[column]))
        yield number, clean
    book.forget(info.index)
