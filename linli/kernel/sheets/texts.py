"""Text files as tables: whatever encoding, delimiter and line's end, streamed row by row."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from linli.kernel.sheets.limits import (
    LONGEST_LINE,
    LONGEST_ROW,
    MOST_COLUMNS,
    MOST_TEXT_BYTES,
    MOST_TEXT_ROWS,
)
from linli.kernel.tables import BadTable, TableProblem

# A mark at the beginning tells the encoding; spreadsheets save "Unicode text" in the wide ones.
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}
_DELIMITERS = ",\t;"
_HEAD_LINES = 12
# Systems save web pages and XML under the names of spreadsheets.
_OTHERS = (
    (b"<", TableProblem.OLD_FORMAT),
    (b"%PDF", TableProblem.NOT_A_TABLE),
    (b"{", TableProblem.NOT_A_TABLE),
    (b"[{", TableProblem.NOT_A_TABLE),
)


class TextTable:
    """A text file that was looked at: its encoding, and how many lines it has."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.encoding, self.lines = _looked_at(stream)

    def rows(self) -> Iterator[list[str]]:
        """Yield all rows, also empty ones; raise BadTable where the rest cannot be read."""
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding=self.encoding, newline="")
        try:
            yield from _rows(text)
        except UnicodeError as error:
            raise BadTable(TableProblem.ENCODING) from error
        except csv.Error as error:
            raise BadTable(TableProblem.NOT_A_TABLE) from error
        finally:
            text.detach()


def _looked_at(stream: IO[bytes]) -> tuple[str, int]:
    """Read a whole file once: its encoding and the count of its lines; raise BadTable."""
    stream.seek(0)
    marked = _MARKS.get(stream.read(2))
    stream.seek(0)
    wide = marked == "utf-16"
    decode = codecs.getincrementaldecoder("utf-8")().decode
    encoding, lines, size = marked or "utf-8", 0, 0
    while piece := stream.read(LONGEST_LINE):
        if not size:
            _refuse_others(piece)
        size += len(piece)
        if size > MOST_TEXT_BYTES:
            raise BadTable(TableProblem.TOO_LARGE)
        ends = piece.count(b"\n") or piece.count(b"\r")
        if (b"\x00" in piece and not wide) or (not ends and len(piece) == LONGEST_LINE):
            raise BadTable(TableProblem.NOT_A_TABLE)
        lines += ends
        if encoding in ("utf-8", "utf-8-sig"):
            try:
                decode(piece)
            except UnicodeDecodeError:
                encoding = "gb18030"
    return encoding, lines + 1


def _refuse_others(head: bytes) -> None:
    """Raise BadTable for text that is known to be something else."""
    begins = head[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, problem in _OTHERS:
        if begins.startswith(sign):
            raise BadTable(problem)


def _rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    head = [line for _, line in zip(range(_HEAD_LINES), text, strict=False)]
    delimiter = max(_DELIMITERS, key="".join(head).count)
    fed = 0

    def lines() -> Iterator[str]:
        nonlocal fed
        for part in (head, text):
            for line in part:
                fed += len(line)
                # A quotation mark that nobody closed would swallow the file.
                if fed > LONGEST_ROW:
                    raise BadTable(TableProblem.NOT_A_TABLE)
                yield line

    for count, row in enumerate(csv.reader(lines(), delimiter=delimiter, strict=True)):
        fed = 0
        if count >= MOST_TEXT_ROWS or len(row) > MOST_COLUMNS:
            raise BadTable(TableProblem.TOO_LARGE)
        yield row
