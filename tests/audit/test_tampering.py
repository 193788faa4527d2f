"""Ten thousand ways to tamper with a chain, each of them found, at the first event it touches."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linli.audit.rules import GENESIS, Link, Sealed, chain_hash, detail_hash, first_wrong

LENGTH = 12
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
Bytes = bytes | None


@dataclass(frozen=True)
class Store:
    """What somebody with the database file holds: the events and the head of their chain."""

    events: tuple[Sealed, ...]
    end: tuple[int, bytes]


def _event(dice: random.Random, seq: int, previous: bytes) -> Sealed:
    salt, detail = dice.randbytes(16), f'{{"n":{dice.random()}}}'
    link = Link(
        id=UUID(bytes=dice.randbytes(16)),
        lane=3,
        seq=seq,
        verb=dice.choice(["case.report", "case.close", "read.contact"]),
        actor=UUID(bytes=dice.randbytes(16)),
        subject=UUID(bytes=dice.randbytes(16)),
        at=START + timedelta(minutes=seq),
        received_at=START + timedelta(minutes=seq, seconds=2),
        fingerprint=dice.randbytes(32),
        detail_hash=detail_hash(salt, detail),
    )
    return Sealed(link, salt, detail, chain_hash(previous, link))


def chain_of(dice: random.Random, length: int = LENGTH) -> Store:
    """Return a whole chain."""
    events: list[Sealed] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        events.append(_event(dice, seq, previous))
        previous = events[-1].hash
    return Store(tuple(events), (length, previous))


def _flipped(dice: random.Random, value: bytes) -> bytes:
    at, bit = dice.randrange(len(value)), 1 << dice.randrange(8)
    return value[:at] + bytes([value[at] ^ bit]) + value[at + 1 :]


def _changed_value(dice: random.Random, value: object) -> object:
    """Return another value of the same type, as near as can be."""
    if isinstance(value, UUID):
        return dice.choice([None, UUID(bytes=_flipped(dice, value.bytes))])
    if isinstance(value, datetime):
        return value + timedelta(microseconds=dice.choice([-1, 1, 10**6, -(10**10)]))
    if isinstance(value, bytes):
        return _flipped(dice, value)
    if isinstance(value, int):
        return value + dice.choice([-1, 1, 7])
    return f"{value}{dice.choice(['x', ' ', chr(0x1F)])}"


LINK_FIELDS = (
    *("id", "lane", "seq", "verb", "actor", "subject"),
    *("at", "received_at", "fingerprint", "detail_hash"),
)
Tampered = tuple[Store, int]


def _put(store: Store, at: int, event: Sealed) -> Tampered:
    return replace(store, events=(*store.events[:at], event, *store.events[at + 1 :])), at


def change_a_field(dice: random.Random, store: Store) -> Tampered:
    at, name = dice.randrange(LENGTH), dice.choice(LINK_FIELDS)
    event = store.events[at]
    value = _changed_value(dice, getattr(event.link, name))
    if name == "id" and value is None:
        value = UUID(int=dice.getrandbits(128))
    return _put(store, at, replace(event, link=replace(event.link, **{name: value})))


def change_a_field_and_its_own_hash(dice: random.Random, store: Store) -> Tampered:
    changed, at = change_a_field(dice, store)
    event = changed.events[at]
    previous = store.events[at - 1].hash if at else GENESIS
    return _put(changed, at, replace(event, hash=chain_hash(previous, event.link)))


def change_a_detail(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    event = store.events[at]
    return _put(store, at, replace(event, detail=_changed_value(dice, event.detail)))


def change_a_detail_and_its_hash(dice: random.Random, store: Store) -> Tampered:
    changed, at = change_a_detail(dice, store)
    event = changed.events[at]
    digest = detail_hash(event.salt or b"", event.detail or "")
    return _put(changed, at, replace(event, link=replace(event.link, detail_hash=digest)))


def change_a_salt(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    event = store.events[at]
    return _put(store, at, replace(event, salt=_flipped(dice, event.salt or b"")))


def erase_half(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    gone = dice.choice([{"salt": None}, {"detail": None}])
    return _put(store, at, replace(store.events[at], **gone))


def change_a_hash(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    event = store.events[at]
    return _put(store, at, replace(event, hash=_flipped(dice, event.hash)))


def take_away(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    count = dice.randint(1, LENGTH - at)
    return replace(store, events=store.events[:at] + store.events[at + count :]), at


def take_away_and_number_anew(dice: random.Random, store: Store) -> Tampered:
    short, at = take_away(dice, store)
    events = [
        replace(event, link=replace(event.link, seq=seq))
        for seq, event in enumerate(short.events, start=1)
    ]
    return replace(short, events=tuple(events)), at


def swap(dice: random.Random, store: Store) -> Tampered:
    first, second = sorted(dice.sample(range(LENGTH), 2))
    events = list(store.events)
    events[first], events[second] = events[second], events[first]
    return replace(store, events=tuple(events)), first


def swap_contents(dice: random.Random, store: Store) -> Tampered:
    first, second = sorted(dice.sample(range(LENGTH), 2))
    one, two = store.events[first], store.events[second]
    events = list(store.events)
    events[first] = replace(two, link=replace(two.link, seq=one.link.seq))
    events[second] = replace(one, link=replace(one.link, seq=two.link.seq))
    return replace(store, events=tuple(events)), first


def repeat(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    return replace(store, events=(*store.events[: at + 1], *store.events[at:])), at + 1


def slip_in(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH + 1)
    previous = store.events[at - 1].hash if at else GENESIS
    forged = _event(dice, at + 1, previous)
    return replace(store, events=(*store.events[:at], forged, *store.events[at:])), at + 1


def cut_back_with_the_head(dice: random.Random, store: Store) -> Tampered:
    at = dice.randrange(LENGTH)
    kept = store.events[:at]
    return Store(kept, (at, kept[-1].hash if kept else GENESIS)), at


def write_anew_from_here(dice: random.Random, store: Store) -> Tampered:
    """Forge every hash after the change and the head too: only a published copy shows it."""
    at = dice.randrange(LENGTH)
    events, previous = list(store.events[:at]), store.events[at - 1].hash if at else GENESIS
    for seq in range(at + 1, LENGTH + 1):
        link = replace(store.events[seq - 1].link, verb="case.note" if seq == at + 1 else "x")
        events.append(Sealed(link, *_parts(store.events[seq - 1]), chain_hash(previous, link)))
        previous = events[-1].hash
    return Store(tuple(events), (LENGTH, previous)), at


def _parts(event: Sealed) -> tuple[Bytes, str | None]:
    return event.salt, event.detail


def change_the_head(dice: random.Random, store: Store) -> Tampered:
    length, head = store.end
    end = dice.choice([(length, _flipped(dice, head)), (length + dice.choice([-1, 1]), head)])
    return replace(store, end=end), LENGTH


WAYS: tuple[Callable[[random.Random, Store], Tampered], ...] = (
    change_a_field,
    change_a_field_and_its_own_hash,
    change_a_detail,
    change_a_detail_and_its_hash,
    change_a_salt,
    erase_half,
    change_a_hash,
    take_away,
    take_away_and_number_anew,
    swap,
    swap_contents,
    repeat,
    slip_in,
    cut_back_with_the_head,
    write_anew_from_here,
    change_the_head,
)
ROUNDS = 640


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_tampering_is_found(way: Callable[[random.Random, Store], Tampered]) -> None:
    dice = random.Random(way.__name__)
    for _round in range(ROUNDS):
        store = chain_of(dice)
        published = {LENGTH: store.end[1].hex()}
        assert first_wrong(store.events, store.end, published) is None
        tampered, at = way(dice, store)
        assert tampered != store
        found = first_wrong(tampered.events, tampered.end, published)
        assert found is not None, (way.__name__, at)
        # Never before the first event that was touched; a forged tail shows at the checkpoint.
        assert found.seq >= at
        if way is not write_anew_from_here:
            assert found.seq <= at + 2


def test_that_is_ten_thousand_kinds() -> None:
    assert len(WAYS) * ROUNDS >= 10_000


def test_a_detail_that_was_rightly_erased_leaves_the_chain_whole() -> None:
    store = chain_of(random.Random(1))
    erased = replace(store.events[4], salt=None, detail=None)
    events = (*store.events[:4], erased, *store.events[5:])
    assert first_wrong(events, store.end, {}) is None


def test_a_salt_hides_short_details() -> None:
    guesses = {hashlib.sha256(str(n).encode()).digest() for n in range(100)}
    assert detail_hash(b"0123456789abcdef", "7") not in guesses
