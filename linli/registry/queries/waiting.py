"""What of the registry waits for somebody: what they were told, and what they decide about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.accounts.models import Person
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


def decisions_for(person: Person, at: datetime) -> Sequence[Waiting]:
    """Return how much of each kind waits for somebody's decision; what is nothing is left out."""
    who = Who.of(person, at)
    found: list[tuple[Waits, QuerySet[Change] | QuerySet[Wish] | QuerySet[DataForm]]] = []
    more: list[tuple[Waits, QuerySet[Export] | QuerySet[BreakGlass]]] = []
    if any(map(who.may, DECIDING)):
        found.append((Waits.CHANGES, _changes(who, at)))
    if who.may(Permission.APPROVE_CHANGES):
        asked = DataForm.objects.filter(state=FormState.ASKED).exclude(asked_by=person)
        found += [
            (Waits.WISHES, _wishes(who, at)),
            (Waits.FORMS, asked),
        ]
    if who.may(Permission.APPROVE_EXPORT):
        wanted = Export.objects.filter(state=ExportState.ASKED).exclude(by=person)
        more.append((Waits.EXPORTS, wanted))
    if who.may(Permission.REVIEW_EMERGENCY):
        opened = BreakGlass.objects.filter(reviewed_at__isnull=True).exclude(by=person)
        more.append((Waits.EMERGENCIES, opened))
    counted = [(what, rows.order_by()[:MOST].count()) for what, rows in [*found, *more]]
    return [Waiting(what, count) for what, count in counted if count]


def waiting_count(person: Person, at: datetime) -> int:
    """Return how many things of the registry somebody has to read or to decide."""
    told = unseen_tellings(person).order_by()[:MOST].count()
    return told + sum(one.count for one in decisions_for(person, at))
