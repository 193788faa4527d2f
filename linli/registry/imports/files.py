"""A file wherever it lies, and the mark by which it is known again."""

import hashlib
from pathlib import Path
from typing import IO

from linli.kernel.sheets import Book, open_book
from linli.registry.imports.copies import CleanCopy

_PIECE = 1 << 18
# A path, what the file holds, or a stream that can be read from anywhere.
File = Path | bytes | IO[bytes]


def digest_of(source: File) -> str:
    """Return the SHA-256 of a file in hex."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    if not isinstance(source, Path):
        digest = hashlib.sha256()
        source.seek(0)
        while piece := source.read(_PIECE):
            digest.update(piece)
        return digest.hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def opened(source: File | CleanCopy) -> Book:
    """Open a file or its copy; raise BadTable where it cannot be read."""
    return source.open() if isinstance(source, CleanCopy) else open_book(source)
