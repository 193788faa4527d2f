"""Sealed files of any size: written and read piece by piece, and read from any place.

Each piece is bound to its number, and the last one says that it is the last: pieces that are
missing, moved or changed do not open. A piece begins with a dot, so that none is empty.
"""

import base64
import io
from collections.abc import Callable, Iterator
from typing import IO, Any

from linli.kernel.ciphers import NONCE_LENGTH
from linli.kernel.sealing import UnsealError

# A multiple of three: in base 64 nothing is filled up.
PIECE = 3 << 18
# A sealed piece that another one follows: nonce, dot, text, and the tag of both ciphers.
_LENGTH = NONCE_LENGTH + 1 + PIECE // 3 * 4 + 16
Seal = Callable[[str, str], bytes]
Unseal = Callable[[str, bytes], str]


def _column(name: str, number: int, *, is_last: bool) -> str:
    return f"{name}:{number}:{'last' if is_last else 'more'}"


def pieces_of(stream: IO[bytes], seal: Seal, name: str) -> Iterator[bytes]:
    """Yield the sealed pieces of a stream; ``seal`` takes what a piece is bound to, and its text.

    All but the last are equally long.
    """
    number, piece = 0, stream.read(PIECE)
    is_last = False
    while not is_last:
        following = stream.read(PIECE) if len(piece) == PIECE else b""
        is_last = not following
        text = "." + base64.b64encode(piece).decode()
        yield seal(_column(name, number, is_last=is_last), text)
        number, piece = number + 1, following


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not len(self._rest):
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        some = self._rest[: len(buffer)]
        buffer[: len(some)] = some
        self._rest = self._rest[len(some) :]
        return len(some)


def stream_of(pieces: Iterator[bytes]) -> IO[bytes]:
    """Return what is made piece by piece as a stream that can be read once."""
    return io.BufferedReader(_Pieces(pieces), PIECE)


class SealedStream(io.RawIOBase):
    """Reads what `pieces_of` made, from the place where a file stands. Raises UnsealError."""

    def __init__(self, file: IO[bytes], unseal: Unseal, name: str) -> None:
        super().__init__()
        self._file, self._unseal, self._name = file, unseal, name
        self._start = file.tell()
        end = file.seek(0, io.SEEK_END)
        self._at = 0
        self._known: tuple[int, bytes] = (-1, b"")
        self._last = max(0, -(-(end - self._start) // _LENGTH) - 1)
        self._size = self._last * PIECE + len(self._piece(self._last))

    def _piece(self, number: int) -> bytes:
        if self._known[0] != number:
            self._file.seek(self._start + number * _LENGTH)
            sealed = self._file.read(_LENGTH)
            column = _column(self._name, number, is_last=number == self._last)
            text = self._unseal(column, sealed)
            if not text:
                raise UnsealError("a piece is missing")
            self._known = number, base64.b64decode(text[1:])
        return self._known[1]

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the piece goes that is there; returns how many bytes."""
        if self._at >= self._size:
            return 0
        number, skip = divmod(self._at, PIECE)
        some = self._piece(number)[skip : skip + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def close(self) -> None:
        """Close the file as well."""
        self._file.close()
        super().close()
