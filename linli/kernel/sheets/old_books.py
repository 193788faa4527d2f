"""Looking at every cell's address of an .xls: a file system in a file, with records in it."""

import struct
from collections.abc import Iterator

from linli.kernel.sheets.limits import MOST_CELLS, MOST_COLUMNS
from linli.kernel.tables import BadTable, TableProblem

_HEADER = struct.Struct("<HHHH")
_END_OF_CHAIN, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY = 128
_SHEET_BEGINS, _PASSWORD = 0x0809, 0x002F
# Records that put something into a cell; their first two numbers are row and column.
_CELLS = frozenset(
    {0x0002, 0x0003, 0x0004, 0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406}
)
_MANY_NUMBERS = 0x00BD


def _chain(data: bytes, table: list[int], start: int, size: int) -> bytes:
    """Return the sectors of a chain; raise BadTable where it runs in a circle."""
    found, sector = [], start
    while sector < len(table):
        found.append(data[(sector + 1) * size : (sector + 2) * size])
        if len(found) > len(table):
            raise BadTable(TableProblem.NOT_A_TABLE)
        sector = table[sector]
    return b"".join(found)


def _table(data: bytes, size: int) -> list[int]:
    """Return which sector follows each sector."""
    per = size // 4
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if more >= _END_OF_CHAIN:
            break
        numbers = struct.unpack_from(f"<{per}I", data, (more + 1) * size)
        sectors += numbers[:-1]
        more = numbers[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END_OF_CHAIN and (sector + 2) * size <= len(data):
            table += struct.unpack_from(f"<{per}I", data, (sector + 1) * size)
    return table


def streams_of(data: bytes) -> dict[str, bytes]:
    """Return the large streams of a compound file by their names, small ones as nothing."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    if size < 512:
        raise BadTable(TableProblem.NOT_A_TABLE)
    table = _table(data, size)
    (first,) = struct.unpack_from("<I", data, 48)
    folder = _chain(data, table, first, size)
    found: dict[str, bytes] = {}
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", folder, at + 64)
        name = folder[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        start, many = struct.unpack_from("<II", folder, at + 116)
        if kind == 2 and name in ("Workbook", "Book") and many >= 4096:
            found[name] = _chain(data, table, start, size)[:many]
        elif kind:
            found.setdefault(name, b"")
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield (kind, length, the first two numbers) of each record."""
    at, end = 0, len(stream) - 4
    padded = stream + bytes(8)
    unpack = _HEADER.unpack_from
    while at <= end:
        kind, length, one, two = unpack(padded, at)
        yield kind, length, one, two
        at += 4 + length


def look_at_old_book(data: bytes) -> None:
    """Raise BadTable for an .xls that is locked, holds macros, or claims too many cells."""
    try:
        streams = streams_of(data)
    except struct.error as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error
    if "EncryptedPackage" in streams:
        raise BadTable(TableProblem.LOCKED)
    if "_VBA_PROJECT" in streams or "_VBA_PROJECT_CUR" in streams:
        raise BadTable(TableProblem.MACROS)
    stream = streams.get("Workbook") or streams.get("Book")
    if not stream:
        raise BadTable(TableProblem.NOT_A_TABLE)
    _look_at_records(stream)


def _look_at_records(stream: bytes) -> None:
    rows = columns = total = 0
    for kind, length, one, two in _records(stream):
        if kind in _CELLS:
            rows, columns = max(rows, one + 1), max(columns, two + 1)
        elif kind == _MANY_NUMBERS:
            rows, columns = max(rows, one + 1), max(columns, two + (length - 6) // 6)
        elif kind == _SHEET_BEGINS:
            total += rows * columns
            rows = columns = 0
        elif kind == _PASSWORD:
            raise BadTable(TableProblem.LOCKED)
        if columns > MOST_COLUMNS or total + rows * columns > MOST_CELLS:
            raise BadTable(TableProblem.TOO_LARGE)
