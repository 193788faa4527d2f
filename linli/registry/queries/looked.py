"""Who looked at residents: counts by person and day for supervisors, lines for one resident."""

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.accounts.models import Person, RoleChoice
from linli.accounts.queries import grants_on, names_of
from linli.audit.models import Event
from linli.audit.queries import events_of, reads_of_person_data, words_of
from linli.registry.models import (
    Assistance,
    BreakGlass,
    Errand,
    Export,
    ExportState,
    Purpose,
    Resident,
    Telling,
    Unmasking,
    Wish,
)
from linli.territory.models import Division, Grid

# So many reads are counted on a page.
STRETCH = 5000
LEAST_SHOWN = 5
_LINES = 200
# The reads that one page makes lie closer together than this.
_ONE_PAGE = timedelta(seconds=2)
# What a supervisor sees counted; a resident sees these and their own looks.
KINDS: Mapping[str, str] = {
    "read.search": "searches",
    "read.found": "rows",
    "read.emergency_search": "searches",
    "read.emergency": "emergencies",
    "read.export": "exports",
    "read.resident": "records",
    "read.assistance": "records",
    "read.record_contact": "records",
    "read.wish": "records",
    "read.history": "records",
}
# What a code in the stored detail of a look says: what was chosen, or what opened the page.
REASONS: Mapping[str, str | Promise] = {
    value: label for choices in (Purpose, Errand) for value, label in choices.choices
}
_OWN = Q(verb="read.own")
# Besides reads: acts by which somebody came to see a resident's record.
_ACTS_OF_LOOKING = ("registry.unmask", "registry.open_emergency")


def reason_words(detail: str | None) -> str:
    """Return why, from an event's stored detail: words of a code, or what was written."""
    if not detail:
        return ""
    reason = str(json.loads(detail).get("reason", ""))
    return str(REASONS.get(reason, reason))


@dataclass(frozen=True)
class DayOfLooks:
    """How much one person looked on one day: counts by kind, and fields shown in full."""

    person: uuid.UUID
    name: str
    day: date
    searches: int
    rows: int
    records: int
    fields: int
    emergencies: int
    exports: int


def looks_by_day(back: int, at: datetime) -> Sequence[DayOfLooks]:
    """Return the counts of one stretch of the reads, newest day first; no subjects are named."""
    counted: Counter[tuple[uuid.UUID, date, str]] = Counter()
    for event in reads_of_person_data(STRETCH, back):
        kind = KINDS.get(event.verb)
        if kind and event.actor is not None:
            counted[event.actor, timezone.localdate(event.at), kind] += 1
    if back == 0:
        since = at - timedelta(days=30)
        for by, when in Unmasking.objects.filter(at__gte=since).values_list("by_id", "at"):
            counted[by, timezone.localdate(when), "fields"] += 1
    keys = {(person, day) for person, day, _kind in counted}
    names = names_of(person for person, _day in keys)
    kinds = ("searches", "rows", "records", "fields", "emergencies", "exports")
    found = [
        DayOfLooks(
            person=person,
            name=names.get(person, ""),
            day=day,
            **{kind: counted[person, day, kind] for kind in kinds},
        )
        for person, day in keys
    ]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.name))


@dataclass(frozen=True)
class Look:
    """One look: when, by whom, what, and why. ``event`` is its place in the audit log.

    ``subject`` tells looks at one record from each other, and is shown nowhere.
    """

    event: uuid.UUID
    subject: uuid.UUID | None
    at: datetime
    who: str
    role: str
    what: str
    why: str


def looks_of_person(person: uuid.UUID, day: date, back: int) -> Sequence[Look]:
    """Return what one account looked at on one day; nothing tells whose records they were."""
    found = [
        event
        for event in reads_of_person_data(STRETCH, back)
        if event.actor == person and event.verb in KINDS and timezone.localdate(event.at) == day
    ]
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    shown = Unmasking.objects.filter(by=person, at__gte=start, at__lt=start + timedelta(days=1))
    found += list(Event.objects.filter(pk__in=shown.values("pk")))
    found.sort(key=lambda event: event.at, reverse=True)
    return _looks(found[:_LINES])


def looks_at_resident(resident: uuid.UUID) -> Sequence[Look]:
    """Return who looked at one resident, when and why, the newest first.

    Looks at a record that went into theirs, because both are of one person, are theirs too, and
    so are looks at the help they get. Their own looks take no place from those of others.
    """
    looks = (Q(verb__startswith="read.") | Q(verb__in=_ACTS_OF_LOOKING)) & ~_OWN
    doubles = Resident.objects.filter(merged_into=resident).values_list("pk", flat=True)
    both = (resident, *doubles)
    helped = Assistance.objects.filter(resident__in=both).values_list("pk", flat=True)
    found = [
        event
        for subject in (*both, *helped)
        for event in events_of(subject).filter(looks).reverse()[:_LINES]
    ]
    found.sort(key=lambda event: event.at, reverse=True)
    own = events_of(resident).filter(_OWN).reverse()[:_LINES]
    shown = sorted([*found[:_LINES], *own], key=lambda event: event.at, reverse=True)
    return _folded(_looks(shown))


def _folded(looks: Sequence[Look]) -> Sequence[Look]:
    """Tell one page that somebody opened as one look: its facts and its history are two reads.

    Two looks of one kind stay two lines; one's own of a day are told once.
    """
    found: list[list[Look]] = []
    for one in looks:
        page = found[-1] if found else []
        if page and _is_own_day(one, page[-1]):
            continue
        if page and _is_of_page(one, page):
            page.append(one)
        else:
            found.append([one])
    return [
        replace(page[0], what=_("; ").join(one.what for one in reversed(page))) for page in found
    ]


def _is_own_day(one: Look, last: Look) -> bool:
    is_own = not one.who and not last.who
    return is_own and timezone.localdate(one.at) == timezone.localdate(last.at)


def _is_of_page(one: Look, page: Sequence[Look]) -> bool:
    last = page[-1]
    same = (one.subject, one.who, one.why) == (last.subject, last.who, last.why)
    is_other = all(one.what != each.what for each in page)
    return same and is_other and last.at - one.at < _ONE_PAGE


def _roles_of(people: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    held = grants_on(timezone.localdate()).filter(person__in=set(people))
    found: dict[uuid.UUID, str] = {}
    for person, role in held.values_list("person_id", "role"):
        label = str(RoleChoice(role).label)
        found[person] = f"{found[person]}{_(', ')}{label}" if person in found else label
    return found


def _looks(events: Sequence[Event]) -> Sequence[Look]:
    actors = {event.actor for event in events if event.actor is not None}
    names, roles = names_of(actors), _roles_of(actors)
    own_words = dict(
        Unmasking.objects.filter(pk__in=[event.pk for event in events]).values_list("pk", "reason")
    )
    return [
        Look(
            event=event.pk,
            subject=event.subject,
            at=event.at,
            who=_who(event, names),
            role=roles.get(event.actor, "") if event.actor else "",
            what=words_of(event.verb),
            why=_why(event, own_words),
        )
        for event in events
    ]


def _who(event: Event, names: Mapping[uuid.UUID, str]) -> str:
    """Return who looked; empty for the resident on their own page."""
    if event.actor is not None:
        return names.get(event.actor, "–")
    return "" if event.verb == "read.own" else _("the system")


def _why(event: Event, own_words: Mapping[uuid.UUID, str]) -> str:
    reason, words = reason_words(event.detail), own_words.get(event.pk, "")
    return _("; ").join(filter(None, (reason, words)))


def tellings_of(person: Person) -> Sequence[Telling]:
    """Return what somebody was told, the newest first."""
    found = Telling.objects.filter(person=person).select_related("about").order_by("-at")
    return list(found[:20])


def reviewed_among(tellings: Sequence[Telling]) -> AbstractSet[uuid.UUID]:
    """Return the emergencies that were told of and have been reviewed since."""
    told = [one.subject for one in tellings if one.subject is not None]
    found = BreakGlass.objects.filter(pk__in=told, reviewed_at__isnull=False)
    return set(found.values_list("pk", flat=True))


def emergencies_running(person: Person, at: datetime) -> Sequence[BreakGlass]:
    """Return the emergencies that somebody has open."""
    found = BreakGlass.objects.filter(by=person, until__gt=at, at__lte=at)
    return list(found.order_by("-at"))


def emergencies_to_review(person: Person) -> Sequence[BreakGlass]:
    """Return the emergencies that wait for a review by somebody else than who opened them."""
    found = BreakGlass.objects.filter(reviewed_at__isnull=True).exclude(by=person)
    return list(found.select_related("by").order_by("review_by", "at"))


def emergencies_reviewed() -> Sequence[BreakGlass]:
    """Return the latest reviews."""
    found = BreakGlass.objects.filter(reviewed_at__isnull=False)
    return list(found.select_related("by", "reviewed_by").order_by("-reviewed_at")[:20])


def times_looked(emergency: BreakGlass) -> int:
    """Return how often the subject of an emergency was opened while it ran."""
    found = events_of(emergency.resident_id).filter(verb="read.emergency", actor=emergency.by_id)
    return found.filter(at__gte=emergency.at, at__lte=emergency.until).count()


def exports_of(person: Person) -> Sequence[Export]:
    """Return what somebody asked to take along, the newest first."""
    found = Export.objects.filter(by=person).select_related("decided_by")
    return list(found.order_by("-at")[:20])


def exports_to_decide(person: Person) -> Sequence[Export]:
    """Return the exports that wait for a second person, the oldest first."""
    found = Export.objects.filter(state=ExportState.ASKED).exclude(by=person)
    return list(found.select_related("by").order_by("at"))


def area_names(exports: Sequence[Export]) -> Mapping[str, str]:
    """Return the names of the grids and divisions that exports are of, by code."""
    codes = {export.area for export in exports}
    grids = Grid.objects.filter(code__in=codes).defer("geometry")
    divisions = Division.objects.filter(code__in=codes).defer("geometry")
    named = {one.code: str(one) for one in divisions}
    return named | {one.code: str(one) for one in grids}


@dataclass(frozen=True)
class MonthOfExports:
    """What left the house in a month; ``records`` is None where it is too small to be shown."""

    month: str
    exports: int
    records: int | None


def exports_by_month() -> Sequence[MonthOfExports]:
    """Return totals for everybody to read: how many exports left, and how many records in them."""
    totals: dict[str, list[int]] = {}
    taken = Export.objects.filter(taken_at__isnull=False).values_list("taken_at", "rows")
    for at, rows in taken:
        month = f"{timezone.localtime(at):%Y-%m}"
        so_far = totals.setdefault(month, [0, 0])
        so_far[0] += 1
        so_far[1] += rows or 0
    return [
        MonthOfExports(month, count, rows if rows >= LEAST_SHOWN else None)
        for month, (count, rows) in sorted(totals.items(), reverse=True)
    ]


def wishes_open() -> Sequence[Wish]:
    """Return the objections of residents that wait, the oldest first."""
    found = Wish.objects.filter(state="open").select_related("resident__grid")
    return list(found.defer("resident__grid__geometry").order_by("at"))
