"""Reading the chain: what happened to a subject, and whether anything was tampered with."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from django.conf import settings
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from linli.audit.models import Checkpoint, Event, Lane, Quarantined
from linli.audit.rules import Sealed, first_wrong, keyed_fingerprint

# What the audit log calls the acts of this domain: code of the verb, and words for a reader.
ACT_WORDS: Mapping[str, Promise] = {
    "audit.erase": _("Erase the details of a subject"),
    "audit.settle": _("Settle what was kept for a person"),
    "read.audit": _("Read the events of a subject"),
    "read.audit_log": _("Download the audit log"),
    "read.quarantined": _("Read what was kept for a person"),
}


@cache
def _act_words() -> Mapping[str, Promise | str]:
    """Return the words of all domains; LINLI_ACT_WORDS names the tables."""
    found: dict[str, Promise | str] = {}
    for path in settings.LINLI_ACT_WORDS:
        found |= import_string(path)
    return found


def words_of(verb: str) -> str:
    """Return what an act is called in the reader's language; an unknown verb is its code."""
    return str(_act_words().get(verb, verb))


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


def _newest(count: int) -> Q:
    """Return the condition of the last ``count`` events of each chain."""
    wanted = Q(pk__in=[])
    for lane in Lane.objects.filter(seq__gt=0):
        wanted |= Q(lane=lane.lane, seq__gt=lane.seq - count)
    return wanted


def newest_events(most: int) -> list[Event]:
    """Return the newest events of all chains, newest first; reads a few rows of each chain."""
    found = Event.objects.filter(_newest(most)).order_by("-received_at", "-seq")
    return list(found[:most])


def _reads() -> QuerySet[Event]:
    """Return the reads of person data, the newest first."""
    # The planner knows that the index of reads may be used only where the words themselves stand.
    condition = RawSQL("\"verb\" >= 'read.' AND \"verb\" < 'read/'", (), BooleanField())
    return Event.objects.filter(condition).order_by("-received_at", "-lane", "-seq")


def reads_of_person_data(count: int, back: int) -> list[Event]:
    """Return ``count`` reads of person data, the newest first, ``back`` times as many ago."""
    return list(_reads()[back * count : (back + 1) * count])


def has_older_reads(count: int, back: int) -> bool:
    """Say whether there are reads older than these."""
    return bool(_reads()[(back + 1) * count : (back + 1) * count + 1])


def unsettled() -> QuerySet[Quarantined]:
    """Return the bodies that wait for a person, oldest first."""
    return Quarantined.objects.filter(settled_at__isnull=True).order_by("received_at", "id")


def was_done(act_id: uuid.UUID) -> bool:
    """Say whether an act of this id was recorded."""
    return Event.objects.filter(pk=act_id).exists()


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


def is_published() -> bool:
    """Say whether the newest checkpoint shows the chains as they are."""
    newest = Checkpoint.objects.order_by("-at", "-id").values_list("heads", flat=True).first()
    if newest is None:
        return False
    now = {str(one.lane): [one.seq, bytes(one.head).hex()] for one in Lane.objects.all()}
    return bool(json.loads(newest) == now)


@dataclass
class _Erased:
    """Subjects whose events were found without their details."""

    subjects: dict[uuid.UUID | None, Fault]

    def note(self, event: Event) -> None:
        if event.detail is None and event.subject not in self.subjects:
            what = "the detail was erased, and no act says so"
            self.subjects[event.subject] = Fault(event.lane, event.seq, event.pk, what)

    def faults(self) -> Iterator[Fault]:
        """Yield those that no recorded act erased: the fingerprint of such an act is keyed."""
        keys = settings.LINLI_KEYRING.index_keys
        for subject, fault in self.subjects.items():
            asked = [keyed_fingerprint(key, "audit.erase", {"s": subject}) for key in keys]
            if not Event.objects.filter(verb="audit.erase", fingerprint__in=asked).exists():
                yield fault


def _stored(lane: int, tell: Callable[[int], None], erased: _Erased) -> Iterator[Sealed]:
    for event in Event.objects.filter(lane=lane).order_by("seq").iterator(chunk_size=2000):
        erased.note(event)
        salt = bytes(event.salt) if event.salt is not None else None
        yield Sealed(event.link(), salt, event.detail, bytes(event.hash))
        tell(1)


def faults(
    tell: Callable[[int], None] = lambda _n: None, kept: Iterable[Heads] = ()
) -> Iterator[Fault]:
    """Yield the first fault of each chain that has one; ``tell`` hears of each event read.

    ``kept``: heads of checkpoints from a copy that lies outside, as they were published.
    """
    published = _published_heads(kept)
    known, erased = set(), _Erased({})
    for lane in Lane.objects.order_by("lane"):
        known.add(lane.lane)
        end = (lane.seq, bytes(lane.head))
        wrong = first_wrong(_stored(lane.lane, tell, erased), end, published.get(lane.lane, {}))
        if wrong is not None:
            yield Fault(lane.lane, wrong.seq, wrong.event, wrong.what)
    stray = Event.objects.exclude(lane__in=known).order_by("lane", "seq").first()
    if stray is not None:
        yield Fault(stray.lane, stray.seq, stray.pk, "this chain has no head")
    yield from erased.faults()
