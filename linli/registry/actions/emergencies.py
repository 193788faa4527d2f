"""Break-glass: one subject, an hour, to be read only, told to two people, reviewed by another."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.actions import acting, record_read
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.actions.finding import TwoFacts
from linli.registry.actions.sealing import opened
from linli.registry.actions.telling import TOLD, listeners, tell
from linli.registry.models import BreakGlass, Resident, TellingKind
from linli.registry.policies.looking import (
    OPEN_FOR,
    REVIEW_WITHIN,
    refuse_lacking,
    refuse_review,
    refuse_words,
)
from linli.registry.queries.finding import found_anywhere

READABLE = ("name", "telephone")


def _only_one(facts: TwoFacts, by: Person, at: datetime) -> Resident:
    """Return the one subject; the search is recorded, and nothing is shown of it."""
    keys = facts.keys()
    record_read(by=by, subject=new_id(), verb="emergency_search", at=at)
    found = found_anywhere(keys)
    if len(found) == 1:
        return found[0]
    raise Refused(
        Refusal(
            "several" if found else "nobody",
            _("These two facts name more than one person.")
            if found
            else _("Nobody is known by these two facts."),
        )
    )


def open_emergency(
    *, facts: TwoFacts, reason: str, by: Person, at: datetime, act_id: uuid.UUID
) -> BreakGlass:
    """Open one resident for an hour and tell two people in the same transaction.

    Refused without a reason, without two facts, or where nobody could be told.
    """
    if refusal := refuse_lacking(by, Permission.BREAK_GLASS, at):
        raise Refused(refusal)
    if refusal := refuse_words(reason, facts.name):
        raise Refused(refusal)
    people = listeners(by, at)
    if len(people) < TOLD:
        raise Refused(Refusal("untold", _("Two other people must be told, and there are not two.")))
    resident = _only_one(facts, by, at)
    with acting(
        act_id,
        "registry.open_emergency",
        by=by,
        at=at,
        subject=resident.pk,
        payload={"reason": reason, "resident": resident.pk},
        detail={"reason": reason},
    ) as first_time:
        if not first_time:
            return BreakGlass.objects.get(pk=act_id)
        opened_now = BreakGlass.objects.create(
            id=act_id,
            resident=resident,
            by=by,
            at=at,
            until=at + OPEN_FOR,
            reason=reason.strip(),
            review_by=timezone.localdate(at) + REVIEW_WITHIN,
        )
        opened_now.told.set(people)
        tell(people=people, kind=TellingKind.EMERGENCY, about=by, subject=act_id, at=at)
    return opened_now


@dataclass(frozen=True)
class Seen:
    """What an emergency shows of its one subject."""

    emergency: BreakGlass
    resident: Resident
    plain: Mapping[str, str]


def look(*, emergency_id: uuid.UUID, by: Person, at: datetime) -> Seen:
    """Open the subject for whoever opened the emergency, while it runs; recorded before.

    Raises BreakGlass.DoesNotExist for everybody else, and when the hour is over.
    """
    running = BreakGlass.objects.filter(by=by, at__lte=at, until__gt=at)
    emergency = running.get(pk=emergency_id)
    with transaction.atomic():
        record_read(
            by=by,
            subject=emergency.resident_id,
            verb="emergency",
            at=at,
            reason=emergency.reason,
        )
    related = Resident.objects.select_related("dwelling__address__division", "grid")
    row = related.defer("grid__geometry").get(pk=emergency.resident_id)
    return Seen(emergency, row, opened(row, READABLE))


@dataclass(frozen=True)
class Judgement:
    """What a reviewer found: whether it was right, and the words for it."""

    was_right: bool
    words: str


def review(
    *, emergency_id: uuid.UUID, judgement: Judgement, by: Person, at: datetime, act_id: uuid.UUID
) -> BreakGlass:
    """Note what somebody else than the opener found."""
    with acting(
        act_id,
        "registry.review_emergency",
        by=by,
        at=at,
        subject=emergency_id,
        payload={"was_right": judgement.was_right, "words": judgement.words},
        detail={"was_right": judgement.was_right},
    ) as first_time:
        emergency = BreakGlass.objects.select_for_update(of=("self",)).get(pk=emergency_id)
        if not first_time:
            return emergency
        refusal = refuse_review(emergency, by, at) or refuse_words(judgement.words)
        if refusal:
            raise Refused(refusal)
        emergency.reviewed_by, emergency.reviewed_at = by, at
        emergency.was_right, emergency.finding = judgement.was_right, judgement.words.strip()
        emergency.save(update_fields=["reviewed_by", "reviewed_at", "was_right", "finding"])
    return emergency
