"""Makes .xls files by hand: a compound file with one stream of records in it."""

import struct

SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def label(row: int, column: int, text: str) -> bytes:
    signs = text.encode("utf-16-le")
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + signs)


def many_numbers(row: int, column: int, count: int) -> bytes:
    cells = struct.pack("<HI", 0, 0) * count
    return record(0x00BD, struct.pack("<HH", row, column) + cells + struct.pack("<H", column))


def stream_of(*cells: bytes, before: bytes = b"") -> bytes:
    """Return the records of a book of one sheet."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    name = "Sheet1"
    sheet_name = struct.pack("<BB", len(name), 0) + name.encode()
    length = len(begin) + len(before) + 4 + 6 + len(sheet_name) + 4
    place = record(0x0085, struct.pack("<IH", length, 0) + sheet_name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    return begin + before + place + record(0x0A) + sheet + b"".join(cells) + record(0x0A)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    signs = name.encode("utf-16-le") + b"\x00\x00"
    return (
        signs.ljust(64, b"\x00")
        + struct.pack("<HBBIII", len(signs), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )


def compound(stream: bytes, *others: str, name: str = "Workbook") -> bytes:
    """Return a compound file with a stream, and other entries that hold nothing."""
    stream = stream.ljust(max(len(stream), 4096), b"\x00")
    count = -(-len(stream) // SECTOR)
    stream = stream.ljust(count * SECTOR, b"\x00")
    entries = [_entry("Root Entry", 5, _END, 0, 1), _entry(name, 2, 1, len(stream))]
    entries += [_entry(other, 1, _END, 0) for other in others]
    folder = b"".join(entries).ljust(SECTOR, b"\x00")
    assert len(folder) == SECTOR
    tables = -(-(count + 1) // 128) + 1
    chain = [_END, *range(2, count + 1), _END, *[_TABLE] * tables]
    chain += [_FREE] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, 0, 0, 4096, _END, 0, _END, 0
    )
    header += struct.pack("<109I", *range(count + 1, count + 1 + tables), *[_FREE] * (109 - tables))
    return header + folder + stream + struct.pack(f"<{len(chain)}I", *chain)
