"""Reading the chain: what happened to a subject, and whether anything was tampered with."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from django.db.models import Max, Q, QuerySet

from linli.audit.models import Checkpoint, Event, Lane, Quarantined
from linli.audit.rules import GENESIS, chain_hash, detail_hash


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong in one chain."""

    lane: int
    seq: int
    event: uuid.UUID | None
    what: str


def events_of(subject: uuid.UUID) -> QuerySet[Event]:
    """Return the events of one subject, oldest first."""
    return Event.objects.filter(subject=subject).order_by("received_at", "lane", "seq")


def latest_checkpoints(most: int) -> QuerySet[Checkpoint]:
    """Return the newest checkpoints, newest first."""
    return Checkpoint.objects.order_by("-at", "-id")[:most]


@dataclass(frozen=True)
class ChainState:
    """How long one chain is, and its last hash in hexadecimal digits."""

    lane: int
    length: int
    head: str


def chain_states() -> list[ChainState]:
    """Return the chains that hold events."""
    lanes = Lane.objects.filter(seq__gt=0).order_by("lane")
    return [ChainState(one.lane, one.seq, bytes(one.head).hex()) for one in lanes]


def _stretch(count: int, back: int) -> Q:
    """Return the condition of ``count`` numbers of each chain, ``back`` stretches ago."""
    wanted = Q(pk__in=[])
    for lane in Lane.objects.filter(seq__gt=back * count):
        end = lane.seq - back * count
        wanted |= Q(lane=lane.lane, seq__gt=end - count, seq__lte=end)
    return wanted


def newest_events(most: int) -> list[Event]:
    """Return the newest events of all chains, newest first; reads a few rows of each chain."""
    found = Event.objects.filter(_stretch(most, 0)).order_by("-received_at", "-seq")
    return list(found[:most])


def reads_of_person_data(count: int, back: int) -> list[Event]:
    """Return the reads among ``count`` events of each chain, ``back`` stretches ago.

    A stretch of numbers, not a page of reads: the log has no index by verb, because every act
    would pay for it.
    """
    found = Event.objects.filter(_stretch(count, back), verb__startswith="read.")
    return list(found.order_by("-received_at", "-seq"))


def has_stretch(count: int, back: int) -> bool:
    """Say whether any chain reaches back so far."""
    longest = Lane.objects.aggregate(n=Max("seq"))["n"] or 0
    return bool(longest > back * count)


def unsettled() -> QuerySet[Quarantined]:
    """Return the bodies that wait for a person, oldest first."""
    return Quarantined.objects.filter(settled_at__isnull=True).order_by("received_at", "id")


def was_done(act_id: uuid.UUID) -> bool:
    """Say whether an act of this id was recorded."""
    return Event.objects.filter(pk=act_id).exists()


def _fault_of(event: Event, seq: int, previous: bytes) -> str:
    if event.seq != seq:
        return f"gap: expected number {seq}, found {event.seq}"
    if event.detail is not None and event.salt is not None:
        if detail_hash(bytes(event.salt), event.detail) != bytes(event.detail_hash):
            return "the detail was changed"
    elif (event.detail is None) != (event.salt is None):
        return "salt and detail were not erased together"
    if chain_hash(previous, event.link()) != bytes(event.hash):
        return "the event was changed or moved"
    return ""


Heads = Mapping[str, tuple[int, str]]


def _published_heads(kept: Iterable[Heads]) -> dict[int, dict[int, str]]:
    """Return, for each lane, the hash that was published for a number.

    A copy that was ``kept`` outside counts more than what the database says was published.
    """
    published: dict[int, dict[int, str]] = {}
    stored = Checkpoint.objects.order_by("at").values_list("heads", flat=True).iterator()
    for heads in chain((json.loads(text) for text in stored), kept):
        for lane, (seq, head) in heads.items():
            published.setdefault(int(lane), {})[int(seq)] = str(head)
    return published


def _walk(lane: Lane, published: dict[int, str], tell: Callable[[int], None]) -> Fault | None:
    seq, previous = 0, GENESIS
    events = Event.objects.filter(lane=lane.lane).order_by("seq")
    for event in events.iterator(chunk_size=2000):
        seq += 1
        what = _fault_of(event, seq, previous)
        if what:
            return Fault(lane.lane, seq, event.pk, what)
        previous = bytes(event.hash)
        if published.get(seq, previous.hex()) != previous.hex():
            return Fault(lane.lane, seq, event.pk, "differs from a published checkpoint")
        tell(1)
    if seq != lane.seq or previous != bytes(lane.head):
        return Fault(lane.lane, seq + 1, None, f"the end is missing: {lane.seq} were written")
    missing = [number for number in published if number > seq]
    if missing:
        return Fault(lane.lane, seq + 1, None, "a published checkpoint is longer than the chain")
    return None


def faults(
    tell: Callable[[int], None] = lambda _n: None, kept: Iterable[Heads] = ()
) -> Iterator[Fault]:
    """Yield the first fault of each chain that has one; ``tell`` hears of each event read.

    ``kept``: heads of checkpoints from a copy that lies outside, as they were published.
    """
    published = _published_heads(kept)
    known = set()
    for lane in Lane.objects.order_by("lane"):
        known.add(lane.lane)
        fault = _walk(lane, published.get(lane.lane, {}), tell)
        if fault is not None:
            yield fault
    stray = Event.objects.exclude(lane__in=known).order_by("lane", "seq").first()
    if stray is not None:
        yield Fault(stray.lane, stray.seq, stray.pk, "this chain has no head")
