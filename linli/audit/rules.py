"""How an event of the chain is hashed; no Django here."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from linli.kernel.ciphers import HashKey

GENESIS = bytes(32)
# Chains that grow side by side, so that writers of a city's database need not wait for
# one another's commit. SQLite has one writer and uses the first.
LANES = 16


@dataclass(frozen=True)
class Link:
    """What of an event goes into its hash; times are aware."""

    id: UUID
    lane: int
    seq: int
    verb: str
    actor: UUID | None
    subject: UUID | None
    at: datetime
    received_at: datetime
    fingerprint: bytes
    detail_hash: bytes


def canonical(value: Mapping[str, object]) -> str:
    """Spell a mapping as JSON that is the same for equal content."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def detail_hash(salt: bytes, detail: str) -> bytes:
    """Return the salted hash that stays when salt and detail are erased."""
    return hashlib.sha256(salt + detail.encode()).digest()


@lru_cache(maxsize=256)
def moment_text(value: datetime) -> str:
    """Return a moment as it goes into a hash."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def chain_hash(previous: bytes, link: Link) -> bytes:
    """Return the hash of an event that follows the event with hash ``previous``."""
    what = (link.verb, link.actor.hex if link.actor else "-", moment_text(link.at))
    place = (link.lane, link.seq, moment_text(link.received_at))
    subject = link.subject.hex if link.subject else "-"
    marks = link.fingerprint, link.detail_hash
    return chained(previous, (link.id.hex, subject), place, what, marks)


def chained(
    previous: bytes,
    ids: tuple[str, str],
    place: tuple[int, int, str],
    what: tuple[str, str, str],
    marks: tuple[bytes, bytes],
) -> bytes:
    """Return the hash of an event from its texts, for many events at once.

    ``ids``: of the event and its subject, in hex; ``place``: lane, number, moment it came;
    ``what``: verb, actor in hex, moment of the act; ``marks``: fingerprint, hash of the detail.
    """
    lane, seq, received_at = place
    verb, actor, at = what
    text = (
        f"{ids[0]}\x1f{lane}\x1f{seq}\x1f{verb}\x1f{actor}\x1f{ids[1]}\x1f{at}\x1f{received_at}"
        f"\x1f{marks[0].hex()}\x1f{marks[1].hex()}"
    )
    return hashlib.sha256(previous + text.encode()).digest()


def keyed_fingerprint(key: HashKey, verb: str, payload: Mapping[str, object]) -> bytes:
    """Return a keyed hash of what was asked: equal for equal bytes, and not to be guessed."""
    return key.hashed(verb, canonical(payload))


def is_fingerprint(
    kept: bytes, keys: Iterable[HashKey], verb: str, payload: Mapping[str, object]
) -> bool:
    """Say whether one of the keys makes a fingerprint that was kept, of what is asked now."""
    return any(hmac.compare_digest(kept, keyed_fingerprint(key, verb, payload)) for key in keys)


@dataclass(frozen=True)
class Sealed:
    """An event as it is stored: its link, its readable detail, and the hash of all before it.

    ``salt`` and ``detail`` are None once they were erased.
    """

    link: Link
    salt: bytes | None
    detail: str | None
    hash: bytes


@dataclass(frozen=True)
class Wrong:
    """The first thing that is wrong in a chain: its number, its event if there is one, and what."""

    seq: int
    event: UUID | None
    what: str


def _wrong_with(event: Sealed, seq: int, previous: bytes) -> str:
    if event.link.seq != seq:
        return f"gap: expected number {seq}, found {event.link.seq}"
    if event.detail is not None and event.salt is not None:
        if detail_hash(event.salt, event.detail) != event.link.detail_hash:
            return "the detail was changed"
    elif (event.detail is None) != (event.salt is None):
        return "salt and detail were not erased together"
    if chain_hash(previous, event.link) != event.hash:
        return "the event was changed or moved"
    return ""


def first_wrong(
    events: Iterable[Sealed], end: tuple[int, bytes], published: Mapping[int, str]
) -> Wrong | None:
    """Walk one chain in its order and return the first thing that is wrong, or None.

    ``end``: how many events were written, and the hash of the last. ``published``: for some
    numbers the hash, in hexadecimal digits, that was published when they were the last.
    """
    seq, previous = 0, GENESIS
    for event in events:
        seq += 1
        what = _wrong_with(event, seq, previous)
        if what:
            return Wrong(seq, event.link.id, what)
        previous = event.hash
        if published.get(seq, previous.hex()) != previous.hex():
            return Wrong(seq, event.link.id, "differs from a published checkpoint")
    if (seq, previous) != end:
        return Wrong(seq + 1, None, f"the end is missing: {end[0]} were written")
    if any(number > seq for number in published):
        return Wrong(seq + 1, None, "a published checkpoint is longer than the chain")
    return None
