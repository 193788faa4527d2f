"""Residents' own record: see, correct, object, withdraw."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.accounts.models import Person
from linli.audit.actions import acting, record_read
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.records import end_record
from linli.registry.actions.sealing import opened, vault_of
from linli.registry.actions.writing import Act
from linli.registry.models import Change, Errand, RecordKind, Resident, Wish, WishKind, WishState
from linli.registry.policies.looking import refuse_words
from linli.registry.policies.own import refuse_wish, refuse_wish_decision

OWN_SEALED = ("name", "telephone", "id_tail")


@dataclass(frozen=True)
class Own:
    """A resident's record as they see it."""

    resident: Resident
    plain: Mapping[str, str]


def own_record(*, resident_id: uuid.UUID, at: datetime) -> Own:
    """Open the record for the resident it is about; their own look is recorded as well."""
    with transaction.atomic():
        record_read(by=None, subject=resident_id, verb="own", at=at)
    related = Resident.objects.select_related(
        "dwelling__address__division", "basis", "source", "grid"
    )
    row = related.defer("grid__geometry", "dwelling__address__division__geometry").get(
        pk=resident_id
    )
    return Own(row, opened(row, OWN_SEALED))


def wish(
    *, resident_id: uuid.UUID, kind: WishKind, words: str, at: datetime, act_id: uuid.UUID
) -> Wish:
    """Note that a resident objects or withdraws; the words are sealed with the record's key."""
    row = Resident.objects.select_related("basis").get(pk=resident_id)
    with acting(
        act_id,
        "registry.wish",
        by=None,
        at=at,
        subject=resident_id,
        payload={"kind": kind.value, "words": words},
        detail={"kind": kind.value},
    ) as first_time:
        if not first_time:
            return Wish.objects.get(pk=act_id)
        if refusal := refuse_wish(row, kind):
            raise Refused(refusal)
        # Consent that is taken back holds no more from this moment; nobody has to agree.
        is_granted = kind is WishKind.WITHDRAW
        made = Wish.objects.create(
            id=act_id,
            resident=row,
            kind=kind,
            state=WishState.GRANTED if is_granted else WishState.OPEN,
            words=vault_of(row).seal(f"wish:{act_id}", words.strip()),
            at=at,
            decided_at=at if is_granted else None,
        )
        if is_granted:
            _end(resident_id, act_id, at)
    return made


def words_of(*, wish_id: uuid.UUID, by: Person, at: datetime) -> str:
    """Open what a resident wrote, for whoever decides about it; recorded before."""
    found = Wish.objects.select_related("resident").get(pk=wish_id)
    with transaction.atomic():
        reason = Errand.OBJECTION.value
        record_read(by=by, subject=found.resident_id, verb="wish", at=at, reason=reason)
    if not bytes(found.words):
        # What was erased has neither words nor a key.
        return ""
    return vault_of(found.resident).open(f"wish:{found.pk}", bytes(found.words))


@dataclass(frozen=True)
class WishAnswer:
    """What is answered to a wish."""

    granted: bool
    words: str


def decide_wish(
    *, wish_id: uuid.UUID, answer: WishAnswer, by: Person, at: datetime, act_id: uuid.UUID
) -> Wish:
    """Grant or refuse a wish. A granted one ends the record, which retention then erases."""
    with acting(
        act_id,
        "registry.decide_wish",
        by=by,
        at=at,
        subject=Wish.objects.values_list("resident_id", flat=True).get(pk=wish_id),
        payload={"granted": answer.granted, "words": answer.words},
        detail={"granted": answer.granted},
    ) as first_time:
        found = Wish.objects.select_for_update(of=("self",)).get(pk=wish_id)
        if not first_time:
            return found
        if refusal := refuse_wish_decision(found, by, at) or refuse_words(answer.words):
            raise Refused(refusal)
        found.state = WishState.GRANTED if answer.granted else WishState.REFUSED
        found.decided_by, found.decided_at, found.answer = by, at, answer.words.strip()
        found.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        if answer.granted:
            _end(found.resident_id, act_id, at)
    return found


def _end(resident_id: uuid.UUID, act_id: uuid.UUID, at: datetime) -> None:
    """End a record now, and its keeping with it: the next round of retention erases it."""
    act = Act(id=uuid.uuid5(act_id, "end"), by=None, at=at)
    end_record(kind=RecordKind.RESIDENT, record_id=resident_id, ended_on=act.day, act=act)
    Resident.objects.filter(pk=resident_id).update(keep_until=act.day)


@dataclass(frozen=True)
class Correction:
    """What a resident says a field should say."""

    resident: uuid.UUID
    field: str
    value: str
    version: int


def correct(*, correction: Correction, at: datetime, act_id: uuid.UUID) -> Change | None:
    """Put a resident's correction forward; None where the record says so already.

    It comes from the resident, and what an office answers for waits for somebody to decide.
    """
    proposal = Proposal(
        kind=RecordKind.RESIDENT,
        record=correction.resident,
        field=correction.field,
        value=correction.value,
        base_version=correction.version,
    )
    return propose_change(
        proposal=proposal, act=Act(act_id, by=None, at=at, resident=correction.resident)
    )
