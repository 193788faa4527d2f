"""Reading a table of cases row by row: .csv or .csv.gz of any length in the same memory."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

_GZIP = b"\x1f\x8b"
# No row of a real table is longer; a bomb is one endless line.
_LONGEST_LINE = 1 << 20


class BadFile(Exception):
    """The file as a whole cannot be read; the sentence says why."""


@dataclass(frozen=True)
class TableRow:
    """One row: the number of its line in the file, and its values by column."""

    line: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return the trimmed value of a column; "" for a column that is not named or not there."""
        return (self.values.get(column) or "").strip() if column else ""


def _lines(stream: io.TextIOBase) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise BadFile(_("A line is longer than %(n)d characters.") % {"n": _LONGEST_LINE})
        yield line


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path, "rb")) if packed else path.open("rb")


def _stream(path: Path) -> io.TextIOWrapper:
    return io.TextIOWrapper(_opened(path), encoding="utf-8-sig", newline="")


def columns_of(path: Path) -> list[str]:
    """Return the header. Raises BadFile, OSError."""
    with _stream(path) as stream:
        try:
            return [name.strip() for name in next(csv.reader(_lines(stream), strict=True), [])]
        except _UNREADABLE as error:
            raise BadFile(_why(error)) from error


def rows_of(path: Path) -> Iterator[TableRow]:
    """Yield the rows in their order. Raises BadFile at the place that cannot be read."""
    with _stream(path) as stream:
        reader = csv.DictReader(_lines(stream), strict=True)
        try:
            yield from _walked(reader)
        except _UNREADABLE as error:
            where = _("After line %(line)d: ") % {"line": reader.line_num}
            raise BadFile(where + _why(error)) from error


def _walked(reader: "csv.DictReader[str]") -> Iterator[TableRow]:
    reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
    for values in reader:
        yield TableRow(reader.line_num, values)


_UNREADABLE = (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError)


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return _("The text is not UTF-8.")
    if isinstance(error, csv.Error):
        return _("This is no table of comma-separated values (%(reason)s).") % {"reason": error}
    return _("The packed file is damaged or cut off.")


def missing(header: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the columns that the header does not hold."""
    there = set(header)
    return sorted(name for name in wanted if name not in there)
