"""Ids that anyone can make: time-ordered, unique, and with no sequence anywhere."""

import secrets
import uuid
from datetime import datetime

from uuid_utils import uuid7

# Without 0/O, 1/I/L and U: read over the telephone without mistakes.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# 2020-01-01 in milliseconds: leaves 41 bits of time good until 2089.
_EPOCH_MS = 1_577_836_800_000
_RANDOM_BITS = 22
_LARGEST = 2**63 - 1


# Looking this up costs more than making the id.
_IS_SAFE = uuid.SafeUUID.unknown
_put = object.__setattr__


def new_id() -> uuid.UUID:
    """Return a new UUID of version 7: an import makes two for each row, so nothing is checked."""
    made = object.__new__(uuid.UUID)
    _put(made, "int", uuid7().int)
    _put(made, "is_safe", _IS_SAFE)
    return made


def new_case_number(day: datetime) -> str:
    """Return a number a person can read aloud, such as ``20261123-7KMQ2X``."""
    drawn, tail = secrets.randbelow(len(_ALPHABET) ** 6), ""
    for _place in range(6):
        drawn, sign = divmod(drawn, len(_ALPHABET))
        tail += _ALPHABET[sign]
    return f"{day.year:04d}{day.month:02d}{day.day:02d}-{tail}"


def arrival_key(moment: datetime) -> int:
    """Return a 63-bit key that sorts by ``moment`` (aware) and is unique but for luck of 2^-22."""
    milliseconds = int(moment.timestamp() * 1000) - _EPOCH_MS
    # Replayed history may lie before the epoch: the key is then negative and still sorts.
    return (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)


def arrival_bounds(since: datetime, until: datetime) -> tuple[int, int]:
    """Return the smallest and the largest arrival key of moments from ``since`` to ``until``."""
    low = (int(since.timestamp() * 1000) - _EPOCH_MS) << _RANDOM_BITS
    high = ((int(until.timestamp() * 1000) - _EPOCH_MS + 1) << _RANDOM_BITS) - 1
    # Years far from ours do not fit into 64 bits, and hold no case.
    return max(low, -_LARGEST - 1), min(high, _LARGEST)


def code_from_bytes(raw: bytes, length: int) -> str:
    """Spell ``length`` characters of the speakable alphabet from random-looking bytes."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in raw[:length])
