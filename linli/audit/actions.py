"""The only writers of the chain, and the frame that every other action runs in."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, cast

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from linli.audit.models import Checkpoint, Event, Lane, Quarantined, Tombstone
from linli.audit.rules import (
    LANES,
    canonical,
    chain_hash,
    chained,
    detail_hash,
    is_fingerprint,
    keyed_fingerprint,
    moment_text,
)
from linli.kernel import sealing
from linli.kernel.ids import new_id
from linli.storage.behind import all_written, later
from linli.storage.bulk import BulkTable
from linli.storage.rows import PreparedRow, Run, mark_of, new_row, run_of_thread
from linli.storage.turns import Write, write_at_once


class Actor(Protocol):
    """Whoever acts; only the id is recorded."""

    @property
    def pk(self) -> uuid.UUID:
        """The id of the person."""


class Clash(Exception):
    """The id was used for something else; the second body lies in quarantine (409)."""


class Gone(Exception):
    """What the id made has been erased (410)."""


class Entry(NamedTuple):
    """What is to be recorded of one act or read."""

    id: uuid.UUID
    verb: str
    actor: uuid.UUID | None
    subject: uuid.UUID | None
    at: datetime
    fingerprint: bytes
    detail: str


def fingerprint_of(verb: str, payload: Mapping[str, object]) -> bytes:
    """Return a keyed hash of what was asked: equal for equal bytes, and not to be guessed."""
    return keyed_fingerprint(settings.LINLI_KEYRING.index_key, verb, payload)


def is_same(kept: bytes, verb: str, payload: Mapping[str, object]) -> bool:
    """Say whether a kept fingerprint is that of what is asked now, by whichever key it was made."""
    if hmac.compare_digest(kept, fingerprint_of(verb, payload)):
        return True
    return is_fingerprint(kept, settings.LINLI_KEYRING.index_keys, verb, payload)


_SALT = 16
_OF_MANY = (
    *("id", "seq", "verb", "actor", "subject", "at"),
    *("fingerprint", "salt", "detail", "detail_hash", "hash"),
)
_HEADS = "SELECT lane, seq, head FROM audit_lane "
_MOVE = "UPDATE audit_lane SET seq = {mark}, head = {mark} WHERE lane = {mark}"


@lru_cache(maxsize=2)
def _statements(vendor: str) -> tuple[str, str, str]:
    """Return how to take the first free lane, how to wait for one, and how to move its head."""
    mark = mark_of(vendor)
    move = _MOVE.format(mark=mark)
    if vendor == "sqlite":
        return f"{_HEADS}WHERE lane = 0", "", move
    free = f"{_HEADS}ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED"
    return free, f"{_HEADS}WHERE lane = {mark} FOR UPDATE", move


def _take_lane(run: Run) -> tuple[int, int, bytes]:
    """Lock the first chain that no other writer holds; wait for one if all are held.

    Returns its number, its length and its last hash. Plain SQL: every act passes here.
    """
    free, one, _move = _statements(connection.vendor)
    row = run(free).fetchone() or run(one, [secrets.randbelow(LANES)]).fetchone()
    return row[0], row[1], bytes(row[2])


def _event_of(entry: Entry, lane: int, seq: int, received_at: datetime) -> Event:
    """Return the event as it will stand in its chain, without its hash."""
    salt = secrets.token_bytes(_SALT)
    return new_row(
        Event,
        id=entry.id,
        lane=lane,
        seq=seq,
        verb=entry.verb,
        actor=entry.actor,
        subject=entry.subject,
        at=entry.at,
        received_at=received_at,
        fingerprint=entry.fingerprint,
        salt=salt,
        detail=entry.detail,
        detail_hash=detail_hash(salt, entry.detail),
    )


def _prepared(entry: Entry) -> PreparedRow:
    """Return the event without its place in a chain, which the writer's turn will give it."""
    return PreparedRow(_event_of(entry, 0, 0, timezone.now()))


def _chain(prepared: PreparedRow, run: Run) -> tuple[int, int]:
    """Give the event its place at the end of a chain; return the place."""
    lane, length, head = _take_lane(run)
    prepared.put("lane", lane)
    prepared.put("seq", length + 1)
    prepared.put("hash", chain_hash(head, cast(Event, prepared.row).link()))
    return lane, length + 1


def _move_head(prepared: PreparedRow, run: Run) -> None:
    event = cast(Event, prepared.row)
    run(_statements(connection.vendor)[2], [event.seq, bytes(event.hash), event.lane])


def _append(prepared: PreparedRow) -> bool:
    """Chain the event; False if its id was used before."""
    with connection.wrap_database_errors:
        run = run_of_thread()
        _chain(prepared, run)
        if not prepared.insert_new():
            return False
        _move_head(prepared, run)
    return True


def act_at_once(entry: Entry, write: Write) -> bool:
    """Record an act together with rows that were all known before, exactly once.

    ``write`` inserts them by the function it is given and does nothing else. Returns False
    when nothing was written because the id was used before or a row broke a constraint: the
    caller then goes the way of :func:`acting`, which says what is the matter.
    """
    prepared = _prepared(entry)

    def together(run: Run) -> None:
        _chain(prepared, run)
        prepared.insert(run)
        _move_head(prepared, run)
        write(run)

    return write_at_once(together)


def append_all(entries: Sequence[Entry]) -> None:
    """Chain many events at once, inside the caller's transaction.

    Raises IntegrityError when an id was used before; a caller that cannot know acts one by one.
    """
    all_written()
    run = run_of_thread()
    lane, length, head = _take_lane(run)
    received_at = timezone.now()
    received, salts = moment_text(received_at), secrets.token_bytes(_SALT * len(entries))
    rows = []
    for place, entry in enumerate(entries):
        seq, salt = length + 1 + place, salts[place * _SALT : (place + 1) * _SALT]
        told = detail_hash(salt, entry.detail)
        actor = entry.actor.hex if entry.actor else "-"
        subject = entry.subject.hex if entry.subject else "-"
        head = chained(
            head,
            (entry.id.hex, subject),
            (lane, seq, received),
            (entry.verb, actor, moment_text(entry.at)),
            (entry.fingerprint, told),
        )
        what = (entry.id, seq, entry.verb, entry.actor, entry.subject, entry.at)
        rows.append((*what, entry.fingerprint, salt, entry.detail, told, head))
    BulkTable(Event, _OF_MANY, lane=lane, received_at=received_at).insert(rows)
    later(partial(run, _statements(connection.vendor)[2], [length + len(rows), head, lane]))


def _answer_again(entry: Entry, payload: Mapping[str, object]) -> None:
    """Let the same bytes pass; raise for other bytes or an erased subject."""
    event = Event.objects.get(pk=entry.id)
    if event.subject and Tombstone.objects.filter(pk=event.subject).exists():
        raise Gone(str(entry.id))
    if not is_same(bytes(event.fingerprint), entry.verb, payload):
        raise Clash(str(entry.id))


def _quarantine(entry: Entry, payload: Mapping[str, object]) -> None:
    row_id = new_id()
    place = sealing.Place("audit_quarantined", str(row_id))
    data_key = settings.LINLI_KEYRING.new_data_key()
    Quarantined.objects.create(
        id=row_id,
        act_id=entry.id,
        verb=entry.verb,
        received_at=timezone.now(),
        wrapped_key=settings.LINLI_KEYRING.wrap(data_key, place),
        body=sealing.seal(data_key, place, "body", canonical(payload)),
    )


@contextmanager
def acting(  # noqa: PLR0913 - these six are what an act is
    act_id: uuid.UUID,
    verb: str,
    *,
    by: Actor | None,
    at: datetime,
    subject: uuid.UUID | None = None,
    payload: Mapping[str, object],
    detail: Mapping[str, object] | None = None,
) -> Iterator[bool]:
    """Run one act in one transaction, exactly once.

    Yields True the first time, and False when the same act arrived before: the caller then
    writes nothing and gives the first answer again. Raises Clash when the id was used for
    other content (which is kept in quarantine), Gone when its subject was erased.
    ``payload`` is all that was asked; only its keyed hash is stored. ``detail`` is readable
    in the audit log and holds no data of persons.
    """
    entry = Entry(
        id=act_id,
        verb=verb,
        actor=by.pk if by is not None else None,
        subject=subject,
        at=at,
        fingerprint=fingerprint_of(verb, payload),
        detail=canonical(detail) if detail else "",
    )
    prepared = _prepared(entry)
    try:
        with transaction.atomic():
            first_time = _append(prepared)
            if not first_time:
                _answer_again(entry, payload)
            yield first_time
    except Clash as clash:
        if str(clash) == str(act_id):
            _quarantine(entry, payload)
        raise


def record_read(
    *, by: Actor | None, subject: uuid.UUID, verb: str, at: datetime, reason: str = ""
) -> None:
    """Record that person data is about to be shown; if this fails nothing may be shown."""
    entry = Entry(
        id=new_id(),
        verb=f"read.{verb}",
        actor=by.pk if by is not None else None,
        subject=subject,
        at=at,
        fingerprint=fingerprint_of(verb, {"reason": reason}),
        detail=canonical({"reason": reason}) if reason else "",
    )
    with transaction.atomic():
        _append(_prepared(entry))


def erase_details(*, subject: uuid.UUID, by: Actor | None, at: datetime, act_id: uuid.UUID) -> int:
    """Erase salts and details of a subject's events; the chain still verifies.

    Returns the number of events erased. The subject's ids answer 410 from now on.
    """
    erased = 0
    with acting(act_id, "audit.erase", by=by, at=at, subject=None, payload={"s": subject}) as once:
        if once:
            Tombstone.objects.create(subject=subject, at=at)
            erased = Event.objects.filter(subject=subject).update(salt=None, detail=None)
    return erased


def make_checkpoint(*, at: datetime) -> Checkpoint:
    """Write down the heads of all chains, to be published outside."""
    with transaction.atomic():
        lanes = Lane.objects.select_for_update().order_by("lane")
        heads = canonical({str(x.lane): [x.seq, bytes(x.head).hex()] for x in lanes})
        digest = hashlib.sha256(heads.encode()).hexdigest()
        return Checkpoint.objects.create(id=new_id(), at=at, heads=heads, digest=digest)


def open_quarantined(*, row_id: uuid.UUID, by: Actor, at: datetime, reason: str) -> str:
    """Return a body that was kept, as JSON, after recording who looks at it and why."""
    kept = Quarantined.objects.get(pk=row_id)
    place = sealing.Place("audit_quarantined", str(kept.pk))
    with transaction.atomic():
        record_read(by=by, subject=kept.act_id, verb="quarantined", at=at, reason=reason)
        data_key = settings.LINLI_KEYRING.unwrap(bytes(kept.wrapped_key), place)
        return sealing.unseal(data_key, place, "body", bytes(kept.body))


def settle_quarantined(
    *, row_id: uuid.UUID, by: Actor, at: datetime, act_id: uuid.UUID, note: str
) -> None:
    """Note that a person has dealt with a kept body, and how; the body stays."""
    kept = Quarantined.objects.get(pk=row_id)
    asked = {"row": row_id, "note": note}
    with acting(
        act_id,
        "audit.settle",
        by=by,
        at=at,
        subject=kept.act_id,
        payload=asked,
        detail={"note": note},
    ) as first_time:
        if first_time:
            Quarantined.objects.filter(pk=row_id).update(settled_at=at)
