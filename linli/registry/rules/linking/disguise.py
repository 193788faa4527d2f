"""Values that can be compared and not read: an alphabet and a key of one run, never kept.

The rows leave the process that holds the keys in this disguise, so that neither the engine's
memory nor what it might write or say when it fails holds a name or a number of a person. It is
no encryption: whoever has enough names can guess signs by how often they come. What is sealed in
the database stays sealed there.
"""

import hashlib
import secrets

# The area of Unicode for private use, of 6,400 signs, and the 65,534 of the plane after it.
_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))
_BITS = 63


class Disguise:
    """One run's alphabet and key."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        first = list(_PRIVATE[0])
        secrets.SystemRandom().shuffle(first)
        self._signs: dict[int, int] = {}
        self._unused = iter([*first, *_PRIVATE[1]])

    def text(self, value: str) -> str | None:
        """Return a text with each sign as another: what differed still differs as much."""
        if not value:
            return None
        signs = self._signs
        for sign in map(ord, value):
            if sign not in signs:
                signs[sign] = next(self._unused)
        return value.translate(signs)

    def number(self, *parts: object) -> int | None:
        """Return a keyed hash of some values as a number; None where one of them is absent."""
        if any(part is None or part in ("", b"") for part in parts):
            return None
        told = "\x1f".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)
        hashed = hashlib.blake2b(told.encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(hashed) >> (64 - _BITS)
