"""What of the registry waits for somebody: what they were told, and what they decide about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import standing_of
from linli.accounts.rules.roles import Permission
from linli.registry.models import (
    Assistance,
    BreakGlass,
    Change,
    ChangeState,
    DataForm,
    Export,
    ExportState,
    FormState,
    RecordKind,
    Resident,
    Telling,
    Wish,
    WishState,
)
from linli.registry.policies import Who, visible_ended, visible_records
from linli.registry.queries.changes import changes_to_decide
from linli.storage.together import counts_of

# Counted up to here; more are said as "99+".
MOST = 100
# Whoever may one of these decides about changes; of assistance those who work on it.
DECIDING = (Permission.APPROVE_CHANGES, Permission.SEE_ASSISTANCE)


class Waits(StrEnum):
    """What kind of thing waits."""

    CHANGES = "changes"
    WISHES = "wishes"
    FORMS = "forms"
    EXPORTS = "exports"
    EMERGENCIES = "emergencies"


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind that wait for a decision, at most MOST."""

    what: Waits
    count: int


def unseen_tellings(person: Person) -> QuerySet[Telling]:
    """Return what somebody was told and has not read, the newest first."""
    found = Telling.objects.filter(person=person, seen_at__isnull=True)
    return found.select_related("about").order_by("-at", "-pk")


def _changes(who: Who, at: datetime) -> QuerySet[Change]:
    if not who.sees_whole_district or who.may(Permission.SEE_ASSISTANCE):
        return changes_to_decide(who, at).exclude(_own_of_others(who.person))
    # On every page: no table of records is gone through for those who see them all.
    found = Change.objects.filter(state=ChangeState.PROPOSED).exclude(by=who.person)
    return found.exclude(kind=RecordKind.ASSISTANCE)


def _own_of_others(person: Person | None) -> Q:
    """Return the condition of one's own changes about which somebody else decides."""
    others = Assistance.workers.through._default_manager.exclude(person=person)
    is_shared = Q(Exists(others.filter(assistance=OuterRef("record"))))
    return Q(by=person) & (~Q(kind=RecordKind.ASSISTANCE) | is_shared)


def _wishes(who: Who, at: datetime) -> QuerySet[Wish]:
    found = Wish.objects.filter(state=WishState.OPEN)
    if who.sees_whole_district:
        return found
    theirs = (visible_records(Resident, who, at), visible_ended(Resident, who, at))
    inside = Q(resident__in=theirs[0].values("pk")) | Q(resident__in=theirs[1].values("pk"))
    return found.filter(inside)


def _to_decide(person: Person, at: datetime) -> list[tuple[Waits, QuerySet[Any]]]:
    standing = standing_of(person, timezone.localdate(at))
    found: list[tuple[Waits, QuerySet[Any]]] = []
    if any(map(standing.may, DECIDING)):
        found.append((Waits.CHANGES, _changes(Who.of(person, at), at)))
    if standing.may(Permission.APPROVE_CHANGES):
        who = Who.of(person, at)
        asked = DataForm.objects.filter(state=FormState.ASKED).exclude(asked_by=person)
        found += [
            (Waits.WISHES, _wishes(who, at)),
            (Waits.FORMS, asked),
        ]
    if standing.may(Permission.APPROVE_EXPORT):
        wanted = Export.objects.filter(state=ExportState.ASKED).exclude(by=person)
        found.append((Waits.EXPORTS, wanted))
    if standing.may(Permission.REVIEW_EMERGENCY):
        opened = BreakGlass.objects.filter(reviewed_at__isnull=True).exclude(by=person)
        found.append((Waits.EMERGENCIES, opened))
    return found


def decisions_for(person: Person, at: datetime) -> Sequence[Waiting]:
    """Return how much of each kind waits for somebody's decision; what is nothing is left out."""
    sets = _to_decide(person, at)
    counts = counts_of([rows for _what, rows in sets], MOST)
    counted = zip((what for what, _rows in sets), counts, strict=True)
    return [Waiting(what, count) for what, count in counted if count]


def to_read_or_decide(person: Person, at: datetime) -> list[QuerySet[Any]]:
    """Return what of the registry somebody has to read or to decide, as sets to be counted."""
    return [unseen_tellings(person), *(rows for _what, rows in _to_decide(person, at))]
