"""How an event of the chain is hashed; no Django here."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

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


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def chain_hash(previous: bytes, link: Link) -> bytes:
    """Return the hash of an event that follows the event with hash ``previous``."""
    parts = (
        link.id.hex,
        str(link.lane),
        str(link.seq),
        link.verb,
        link.actor.hex if link.actor else "-",
        link.subject.hex if link.subject else "-",
        _moment(link.at),
        _moment(link.received_at),
        link.fingerprint.hex(),
        link.detail_hash.hex(),
    )
    return hashlib.sha256(previous + "\x1f".join(parts).encode()).digest()
