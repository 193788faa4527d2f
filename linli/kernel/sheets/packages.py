"""Workbooks that are packages (.xlsx, .ods): what lies in them, unpacked in pieces.

Each part is inflated here and not by its declared size, which a bomb can understate.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from linli.kernel.sheets.limits import MOST_UNPACKED_BYTES
from linli.kernel.tables import BadTable, TableProblem

_PIECE = 1 << 20
_LOCAL_HEADER = 30
_IS_ENCRYPTED = 0x1


class Package:
    """The parts of a zipped workbook. Raises BadTable where it cannot or may not be read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._unpacked = 0
        try:
            entries = zipfile.ZipFile(stream).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise BadTable(TableProblem.NOT_A_TABLE) from error
        if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
            raise BadTable(TableProblem.LOCKED)
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
            raise BadTable(TableProblem.TOO_LARGE)
        self.names = frozenset(entry.filename for entry in entries)
        self._entries = entries

    def start_again(self) -> None:
        """Count the unpacked bytes anew, for a second look."""
        self._unpacked = 0

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield (name, its bytes in pieces) of every part, also of two with one name."""
        for entry in self._entries:
            yield entry.filename, self._pieces(entry)

    def whole(self, name: str) -> bytes:
        """Return one part, or nothing if there is none."""
        for entry in self._entries:
            if entry.filename == name:
                return b"".join(self._pieces(entry))
        return b""

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            yield from self._inflated(entry)
        except (zlib.error, struct.error, OSError) as error:
            raise BadTable(TableProblem.NOT_A_TABLE) from error

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadTable(TableProblem.NOT_A_TABLE)
        self._stream.seek(entry.header_offset)
        name, extra = struct.unpack("<HH", self._stream.read(_LOCAL_HEADER)[26:])
        self._stream.seek(name + extra, 1)
        packed = self._stream.read(entry.compress_size)
        if entry.compress_type == zipfile.ZIP_STORED:
            for start in range(0, len(packed), _PIECE):
                yield self._counted(packed[start : start + _PIECE])
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        while piece := unpacker.decompress(packed, _PIECE):
            yield self._counted(piece)
            packed = unpacker.unconsumed_tail

    def _counted(self, piece: bytes) -> bytes:
        self._unpacked += len(piece)
        if self._unpacked > MOST_UNPACKED_BYTES:
            raise BadTable(TableProblem.TOO_LARGE)
        return piece
