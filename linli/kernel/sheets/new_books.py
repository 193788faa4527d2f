"""Looking at every cell's address of an .xlsx before the reader makes room for all of them.

The reader keeps a full rectangle up to the furthest cell and a copy of each shared text, so that
a file of a few kilobytes could ask for gigabytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from linli.kernel.sheets.cells import Place
from linli.kernel.sheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_TEXT_IN_CELLS
from linli.kernel.sheets.packages import Package
from linli.kernel.tables import BadTable, TableProblem

_Signs = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.int64]
# One tag of a row or a cell, in whatever name space, with attributes in either quotes.
_TAG = re.compile(
    rb"<(?:[\w.-]+:)?(row|c)((?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*?)?)(/?)>\s*(</(?:[\w.-]+:)?c\s*>)?"
)
# An empty cell that only has a format, as it is left over by the thousand.
_GHOST = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,5}")? ?/>')
_ADDRESS = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]{0,3})(\d{0,9})")
# Many programs declare a wrong size of a sheet; only an absurd one is believed.
_DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\s[^>]*?ref\s*=\s*[\"'][A-Z0-9]*:[A-Z]*(\d{1,9})")
_ABSURD_ROWS = 1_000_000
_PLAIN_ADDRESS = rb"<c\s[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*"
_FORMULA = rb"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)"
_ERROR = re.compile(_PLAIN_ADDRESS + rb"\bt=\"e\"[^>]*>" + _FORMULA + rb"?<v>([^<]{1,40})")
_NOT_COMPUTED = re.compile(_PLAIN_ADDRESS + rb">" + _FORMULA + rb"(?:<v\s*/>|<v></v>)?()</c>")
_SHARED = re.compile(
    rb"\st\s*=\s*[\"']s[\"'][^>]*>(?:<(?:[\w.-]+:)?f[^v]*)??<(?:[\w.-]+:)?v[^>]*>\s*(\d{1,9})"
)
_SHARED_TEXT = re.compile(rb"<(?:[\w.-]+:)?si\b")
_PAD, _LESS = bytes(16), ord("<")
_LONGEST_REST, _LONGEST_TAG = 1 << 20, 1 << 16
_MOST_ERRORS = 10_000


@dataclass
class PartLook:
    """What a part of the package holds: its furthest cell, its texts, its cells in error."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    # Every cell said its address in the way all programs write it.
    is_plain: bool = True
    longest_text: int = 0
    errors: dict[Place, str] = field(default_factory=dict)

    @property
    def is_too_large(self) -> bool:
        """Whether the rectangle up to the furthest cell has more room than a sheet may take."""
        too_far = self.rows > MOST_ROWS or self.columns > MOST_COLUMNS
        return too_far or self.rows * self.columns > MOST_CELLS


def column_of(letters: bytes) -> int:
    """Return the number of a column; A is 1."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


def chunks(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Cut pieces of a part anew, so that no cell and no shared text lies in two of them."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        near = max(len(text) - _LONGEST_TAG, 0)
        cut = max(text.rfind(begin, near) for begin in (b"<c ", b"<si", b"<row"))
        if cut <= 0:
            cut = max(text.rfind(b"<"), 0)
        rest = text[cut:]
        if len(rest) > _LONGEST_REST:
            # A long text may go on; a tag that long is nobody's.
            if rest[1:2].isalpha() and b">" not in rest[:_LONGEST_TAG]:
                raise BadTable(TableProblem.TOO_LARGE)
            rest = rest[:_LONGEST_TAG]
        yield text[:cut]
    yield rest


def look_at(pieces: Iterable[bytes]) -> PartLook:
    """Look at one part, quickly: the furthest address counts also where its cell is empty."""
    look = PartLook()
    for text in chunks(pieces):
        if not look.cells and (found := _DIMENSION.search(text)) and int(found[1]) >= _ABSURD_ROWS:
            raise BadTable(TableProblem.TOO_LARGE)
        signs = np.frombuffer(text + _PAD, np.uint8)
        begins, second = signs[:-16] == _LESS, signs[1:-15]
        # A single sign is found much faster than two; names with a prefix are seldom.
        has_prefixes = b":" in text
        if has_prefixes and b":c" in text:
            look.is_plain = False
        _look_at_addresses(signs, np.flatnonzero(begins & (second == ord("c"))), look)
        if (has_prefixes or (begins & (second == ord("s"))).any()) and b"si" in text:
            look.longest_text = max(look.longest_text, *_lengths(text), 0)
        if b't="e"' in text:
            _note(_ERROR, text, look)
        if (begins & (second == ord("f"))).any():
            _note(_NOT_COMPUTED, text, look)
    return look


def _lengths(text: bytes) -> list[int]:
    """Return how long each shared text of a piece is at most."""
    starts = [found.start() for found in _SHARED_TEXT.finditer(text)]
    ends = [*starts[1:], len(text)]
    return [end - start for start, end in zip(starts, ends, strict=False)]


def _note(pattern: re.Pattern[bytes], text: bytes, look: PartLook) -> None:
    for letters, digits, said in pattern.findall(text):
        if len(look.errors) < _MOST_ERRORS:
            place = int(digits) - 1, column_of(letters) - 1
            look.errors[place] = said.decode("utf-8", "replace") or "="


def _look_at_addresses(signs: _Signs, starts: _Places, look: PartLook) -> None:
    """Find the furthest address of the cells in a piece without a loop over them.

    ``starts``: where a tag begins whose name begins with "c".
    """
    after = signs[starts + 2]
    cells = starts[(after <= 32) | (after == ord(">")) | (after == ord("/"))]
    look.cells += len(cells)
    said = signs[cells[:, None] + np.arange(2, 7)]
    plain = (said[:, :4] == np.frombuffer(b' r="', np.uint8)).all(axis=1)
    plain &= (said[:, 4] >= 65) & (said[:, 4] <= 90)
    if not plain.all():
        look.is_plain = False
    if not len(cells) or not look.is_plain:
        return
    columns, digits = _columns(signs, cells + 6)
    look.columns = max(look.columns, int(columns.max()))
    look.rows = max(look.rows, _furthest_row(signs, digits))


def _columns(signs: _Signs, at: _Places) -> tuple[_Places, _Places]:
    """Return the columns of the addresses that begin there, and where their digits begin."""
    columns = signs[at].astype(np.int64) - 64
    at = at + 1
    for _ in range(3):
        letter = signs[at]
        more = letter >= 65
        columns = np.where(more, columns * 26 + letter - 64, columns)
        at = at + more
    return columns, at


def _furthest_row(signs: _Signs, at: _Places) -> int:
    rows = np.zeros(len(at), np.int64)
    going = np.ones(len(at), bool)
    for offset in range(9):
        digit = signs[np.minimum(at + offset, len(signs) - 1)]
        going &= (digit >= 48) & (digit <= 57)
        if not going.any():
            break
        rows = np.where(going, rows * 10 + digit - 48, rows)
    return int(rows.max())


def look_closely_at(pieces: Iterable[bytes]) -> PartLook:
    """Look at each tag of a part: empty cells do not count, cells without an address do."""
    look = PartLook()
    row = column = 0
    for text in chunks(pieces):
        for kind, attributes, closed, ended in _TAG.findall(_GHOST.sub(b"", text)):
            letters, digits = _address(attributes)
            if kind == b"row":
                row, column = int(digits) if digits else row + 1, 0
                continue
            column = column_of(letters) if letters else column + 1
            if closed or ended:
                continue
            look.rows = max(look.rows, int(digits) if letters and digits else row)
            look.columns = max(look.columns, column)
        if look.is_too_large:
            break
    return look


def _address(attributes: bytes) -> tuple[bytes, bytes]:
    found = _ADDRESS.search(attributes)
    return (found[1], found[2]) if found else (b"", b"")


def look_at_new_book(package: Package) -> dict[str, PartLook]:
    """Look at all parts of an .xlsx, as a sheet may lie in any; raise BadTable."""
    looks = {}
    suspects = set()
    for name, pieces in package.parts():
        look = look_at(pieces)
        looks[name] = look
        if look.is_too_large or not look.is_plain:
            suspects.add(name)
    if suspects:
        _look_again(package, suspects)
    longest = max(look.longest_text for look in looks.values())
    if longest * max(look.cells for look in looks.values()) > MOST_TEXT_IN_CELLS:
        _check_shared_texts(package)
    return looks


def _look_again(package: Package, names: set[str]) -> None:
    package.start_again()
    for name, pieces in package.parts():
        if name in names and look_closely_at(pieces).is_too_large:
            raise BadTable(TableProblem.TOO_LARGE)


def _check_shared_texts(package: Package) -> None:
    """Add up the texts that the cells of each sheet share; each cell gets a copy."""
    package.start_again()
    lengths: list[int] = []
    for _name, pieces in package.parts():
        for text in chunks(pieces):
            lengths += _lengths(text)
    package.start_again()
    for _name, pieces in package.parts():
        total = 0
        for text in chunks(pieces):
            at = np.array(_SHARED.findall(text), dtype="S9").astype(np.int64)
            total += int(np.array([*lengths, 0])[np.minimum(at, len(lengths))].sum())
            if total > MOST_TEXT_IN_CELLS:
                raise BadTable(TableProblem.TOO_LARGE)
