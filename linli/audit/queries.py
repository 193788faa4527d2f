"""Reading the chain: what happened to a subject, and whether anything was tampered with."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.audit.models import Checkpoint, Event, Lane
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


def _published_heads() -> dict[int, dict[int, str]]:
    """Return, for each lane, the hash that was published for a number."""
    published: dict[int, dict[int, str]] = {}
    for checkpoint in Checkpoint.objects.order_by("at").iterator():
        for lane, (seq, head) in json.loads(checkpoint.heads).items():
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


def faults(tell: Callable[[int], None] = lambda _n: None) -> Iterator[Fault]:
    """Yield the first fault of each chain that has one; ``tell`` hears of each event read."""
    published = _published_heads()
    known = set()
    for lane in Lane.objects.order_by("lane"):
        known.add(lane.lane)
        fault = _walk(lane, published.get(lane.lane, {}), tell)
        if fault is not None:
            yield fault
    stray = Event.objects.exclude(lane__in=known).order_by("lane", "seq").first()
    if stray is not None:
        yield Fault(stray.lane, stray.seq, stray.pk, "this chain has no head")
