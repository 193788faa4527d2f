"""What the desk asks: units, cases by number, and the queues of a person's work."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from linli.accounts.models import Person, Unit
from linli.accounts.rules.roles import Permission, Role
from linli.cases.models import Case, Category, Extension, Notice
from linli.cases.policies import Who
from linli.cases.queries.called import calls_to
from linli.cases.queries.lists import cases_of, with_names
from linli.cases.rules.deadlines import COLOURS_BY_URGENCY, urgency
from linli.cases.rules.workflow import OPEN, CaseState
from linli.registry.queries.waiting import to_read_or_decide
from linli.storage.together import counts_of, firsts_of
from linli.territory.models import Division
from linli.territory.queries import open_on

_NUMBER = re.compile(r"\d{8}-[0-9A-Z]{6}\Z")
# A queue is counted up to here; more is said as "500+", for nobody reads such a list to its end.
COUNTED = 500
MOST_UNREAD = 100


def open_units(day: date) -> QuerySet[Unit]:
    """Return the units of a day, by name."""
    return Unit.objects.filter(open_on(day)).order_by("name", "code")


def _in_language(rows: Iterable[tuple[Any, str, str]]) -> list[tuple[str, str]]:
    """Return key and name of rows of key, Chinese and English name, in the reader's language."""
    is_english = get_language() == "en"
    return [(str(key), name_en if is_english and name_en else name) for key, name, name_en in rows]


def unit_choices(day: date) -> list[tuple[str, str]]:
    """Return ids and names of the units of a day: plain values, for models cost more."""
    return _in_language(open_units(day).values_list("pk", "name", "name_en"))


def category_choices() -> list[tuple[str, str]]:
    """Return ids and names of the categories, those below another after it and indented."""
    rows = Category.objects.filter(is_active=True).values_list("pk", "name", "name_en", "parent_id")
    below: dict[UUID | None, list[tuple[UUID, str, str]]] = {}
    for key, name, name_en, parent in rows.order_by("position", "code"):
        below.setdefault(parent, []).append((key, name, name_en))
    found: list[tuple[str, str]] = []
    for top in below.get(None, ()):
        found.extend(_in_language([top]))
        found.extend((key, f"\u3000{name}") for key, name in _in_language(below.get(top[0], ())))
    return found


def division_choices(day: date) -> list[tuple[str, str]]:
    """Return codes and names of the divisions of a day."""
    divisions = Division.objects.filter(open_on(day)).order_by("code")
    return _in_language(divisions.values_list("code", "name", "name_en"))


def case_named(text: str) -> Case | None:
    """Return the case with this number, or with this id."""
    text = text.strip().upper()
    if _NUMBER.match(text):
        return Case.objects.filter(number=text).first()
    try:
        return Case.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


@dataclass(frozen=True)
class Queue:
    """A kind of work: which cases wait there, and whose work it is.

    ``mine`` narrows to cases that are the person's own: of the unit, of the grids, reported, or
    those the person is called to. ``is_turn`` says whether it is the person's turn there, or they
    only follow what others do.
    """

    key: str
    states: tuple[str, ...]
    permission: Permission | None = None
    role: Role | None = None
    mine: str = ""
    is_turn: bool = True


# The order is the order of the tiles.
QUEUES: tuple[Queue, ...] = (
    Queue("verify", ("verifying",), role=Role.GRID_WORKER, mine="grids"),
    Queue("accept", ("reported",), Permission.ACCEPT_CASE),
    Queue("register", ("accepted",), Permission.REGISTER_CASE),
    Queue("dispatch", ("registered",), Permission.DISPATCH_CASE),
    Queue("sign", ("dispatched",), role=Role.UNIT_OFFICER, mine="unit"),
    Queue("handle", ("handling",), role=Role.UNIT_OFFICER, mine="unit"),
    Queue("waiting", ("paused",), role=Role.UNIT_OFFICER, mine="unit"),
    Queue("check", ("handled",), Permission.CHECK_CASE),
    Queue("call", ("checked",), Permission.CALL_BACK),
    Queue("shelved", ("shelved",), Permission.SHELVE_CASE),
    Queue("reports", tuple(sorted(OPEN)), role=Role.GRID_WORKER, mine="reported", is_turn=False),
)
# Whoever has one of these sees its cases by that alone (policies/scopes.py).
_OWN = frozenset({"grids", "unit", "reported"})
# Everybody has it, and it is no tile: the page of one's work shows its beginning.
CALLED = Queue("called", tuple(sorted(CaseState)), mine="called")
BY_KEY = {queue.key: queue for queue in (*QUEUES, CALLED)}


def queues_of(who: Who) -> list[Queue]:
    """Return the queues that are this person's work."""
    standing = who.standing
    if standing is None:
        return []
    return [
        queue
        for queue in QUEUES
        if (queue.permission is not None and who.may(queue.permission))
        or (queue.role is not None and queue.role in standing.roles)
    ]


def _mine(queue: Queue, who: Who) -> Q:
    if queue.mine == "grids":
        return Q(grid__in=who.grids)
    if queue.mine == "unit" and who.standing is not None:
        return Q(unit__in=who.standing.officer_of)
    if queue.mine == "reported":
        return Q(reported_by=who.person)
    if queue.mine == "called":
        return Q(pk__in=calls_to(who).values("case"))
    return Q()


def waiting_in(queue: Queue, who: Who) -> QuerySet[Case]:
    """Return the cases of a queue that are there for this person."""
    # What is one's own exists for oneself: to ask both leaves the index of neither.
    cases = with_names(Case.objects.all()) if queue.mine in _OWN else cases_of(who)
    if len(queue.states) == 1:
        return cases.filter(_mine(queue, who), state=queue.states[0])
    return cases.filter(_mine(queue, who), state__in=queue.states)


@dataclass(frozen=True)
class Load:
    """How much waits in a queue, by colour and each colour up to COUNTED."""

    queue: Queue
    by_colour: Mapping[str, int]

    @property
    def total(self) -> int:
        """How much it is, up to COUNTED."""
        return min(COUNTED, sum(self.by_colour.values()))

    @property
    def red(self) -> int:
        """How much of it is overdue."""
        return self.by_colour["red"]

    @property
    def yellow(self) -> int:
        """How much of it is behind."""
        return self.by_colour["yellow"]

    @property
    def is_capped(self) -> bool:
        """Whether there is more than was counted."""
        return self.total >= COUNTED


def loads_of(queues: Sequence[Queue], who: Who) -> list[Load]:
    """Count what waits in some queues by colour, in one question."""
    colours = COLOURS_BY_URGENCY
    waiting = [waiting_in(queue, who) for queue in queues]
    counts = iter(
        counts_of([cases.filter(colour=colour) for cases in waiting for colour in colours], COUNTED)
    )
    return [Load(queue, {colour: next(counts) for colour in colours}) for queue in queues]


def _by_due(cases: QuerySet[Case]) -> list[QuerySet[Case]]:
    """Return cases of one colour as urgency sorts them: by due, then those without, by arrival.

    Two sets: no index has those without a due time at its end in both databases.
    """
    return [
        cases.filter(due_at__isnull=False).order_by("due_at", "arrival"),
        cases.filter(due_at__isnull=True).order_by("arrival"),
    ]


def most_pressing(who: Who, loads: Sequence[Load], most: int) -> list[Case]:
    """Return the cases to begin with over all queues where it is the person's turn.

    They are sorted by colour, then due. Each queue is asked for its first ones of a colour, the
    worst colour first, until there are enough; an index has them in this order.
    """
    begun: list[int] = []
    for colour in COLOURS_BY_URGENCY:
        queues = [load.queue for load in loads if load.queue.is_turn and load.by_colour[colour]]
        sets = [waiting_in(queue, who).filter(colour=colour) for queue in queues]
        begun += firsts_of([part for one in sets for part in _by_due(one)], "arrival", most)
        if len(begun) >= most:
            break
    found = list(cases_of(who).filter(arrival__in=begun))
    found.sort(key=lambda case: urgency(case.colour, case.due_at, case.arrival))
    return found[:most]


def asked_extensions(who: Who) -> QuerySet[Extension]:
    """Return the requests for more time that nobody has decided, oldest first.

    What one asked for oneself is decided by somebody else.
    """
    return (
        Extension.objects.filter(granted__isnull=True, case__in=cases_of(who).values("pk"))
        .exclude(asked_by=who.person)
        .select_related("case__unit", "asked_by")
        .order_by("asked_at")
    )


def notices_of(who: Who, *, unread: bool) -> QuerySet[Notice]:
    """Return the notices of a person, newest first."""
    return (
        Notice.objects.filter(person=who.person, read_at__isnull=unread)
        .select_related("case")
        .order_by("-at", "-pk")
    )


def unread_count(person: Person) -> int:
    """Return what the bell counts, in one question: notices not read, and what waits.

    That is what the registry told somebody, and what of it they decide about; a hundred of each
    kind at the most.
    """
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    return sum(counts_of([unread, *to_read_or_decide(person, timezone.now())], MOST_UNREAD))
