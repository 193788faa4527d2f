"""The public board: totals only, small ones withheld, and the list of shelved matters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from linli.cases.models import Case, CaseStep, Category, FrozenMonth
from linli.cases.rules.personal_numbers import personal_numbers, without
from linli.cases.rules.workflow import OPEN, CaseState, CaseVerb
from linli.kernel.disclosure import LEAST, Cell, disclosed, least_of
from linli.kernel.ids import arrival_key

MONTHS = 12
SHELVED_SHOWN = 50
_DAY = 86_400
_OPEN_STATES = [state.value for state in OPEN]
_COLUMNS = ("received", "closed", "open")
_NOT_OURS = [CaseState.VOIDED.value, CaseState.MERGED.value]


@dataclass(frozen=True)
class Row:
    """One category or month of the board; ``median_days`` None where too few were closed."""

    name: str
    name_en: str
    received: Cell
    closed: Cell
    open: Cell | None = None
    median_days: float | None = None


@dataclass(frozen=True)
class Shelved:
    """A matter that cannot be solved now: its kind, its village, since when, and why."""

    category: Category
    village: str
    village_en: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class Board:
    """All that stands on the board; figures of the last twelve months."""

    made_at: datetime
    since: date
    received: int
    closed: int
    open: int
    median_days: float | None
    categories: Sequence[Row] = field(default=())
    months: Sequence[Row] = field(default=())
    shelved: Sequence[Shelved] = field(default=())
    shelved_count: int = 0


def _first_day(at: datetime) -> datetime:
    """Return the first moment of the month eleven months ago, local time."""
    local = timezone.localtime(at)
    month = local.year * 12 + local.month - 1 - (MONTHS - 1)
    return local.replace(
        year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def _tops() -> dict[UUID, Category]:
    """Return the top category of every category."""
    every = {category.pk: category for category in Category.objects.all()}
    tops = {}
    for key, category in every.items():
        top = category
        while top.parent_id is not None:
            top = every[top.parent_id]
        tops[key] = top
    return tops


def _medians(since: datetime, tops: Mapping[UUID, Category]) -> dict[UUID | None, float]:
    """Return median days from report to close by top category; None is all of them."""
    closed = Case.objects.filter(
        arrival__gte=arrival_key(since), state=CaseState.CLOSED.value, closed_at__isnull=False
    ).values_list("category_id", "reported_at", "closed_at")
    days: dict[UUID | None, list[float]] = {None: []}
    for category, reported_at, closed_at in closed.iterator(chunk_size=5000):
        if closed_at is None:
            continue
        spent = (closed_at - reported_at).total_seconds() / _DAY
        days[None].append(spent)
        days.setdefault(tops[category].pk, []).append(spent)
    least = _least_by_top(tops)
    return {
        key: median(spent)
        for key, spent in days.items()
        if len(spent) >= (LEAST if key is None else least[key])
    }


def _least_by_top(tops: Mapping[UUID, Category]) -> dict[UUID, int]:
    """Return how many a row of each top category must count: more where a dispute lies in it."""
    found: dict[UUID, int] = {}
    for one in Category.objects.all():
        top = tops[one.pk].pk
        found[top] = max(found.get(top, LEAST), least_of(one.name, one.name_en))
    return found


def _counts(since: datetime) -> QuerySet[Any, Any]:
    return (
        Case.objects.filter(arrival__gte=arrival_key(since))
        .exclude(state__in=_NOT_OURS)
        .values("category_id")
        .annotate(
            received=Count("pk"),
            closed=Count("pk", filter=Q(state=CaseState.CLOSED.value)),
            open=Count("pk", filter=Q(state__in=_OPEN_STATES)),
        )
    )


def _category_rows(since: datetime, medians: Mapping[UUID | None, float]) -> list[Row]:
    tops = _tops()
    counts: dict[UUID, Counter[str]] = {}
    for row in _counts(since):
        counter = counts.setdefault(tops[row["category_id"]].pk, Counter())
        counter.update({name: row[name] for name in _COLUMNS})
    shown = [top for top in set(tops.values()) if top.pk in counts]
    shown.sort(key=lambda top: (top.position, top.code))
    least = _least_by_top(tops)
    cells = disclosed(
        {name: [counts[top.pk][name] for top in shown] for name in _COLUMNS},
        [least[top.pk] for top in shown],
    )
    return [
        Row(
            name=top.name,
            name_en=top.name_en or top.name,
            received=cells["received"][index],
            closed=cells["closed"][index],
            open=cells["open"][index],
            median_days=medians.get(top.pk),
        )
        for index, top in enumerate(shown)
    ]


def _by_month(cases: QuerySet[Case], moment: str) -> dict[str, int]:
    months = cases.annotate(month=TruncMonth(moment)).values("month").annotate(n=Count("pk"))
    return {f"{row['month']:%Y-%m}": row["n"] for row in months if row["month"]}


def counts_by_month(since: datetime) -> dict[str, tuple[int, int]]:
    """Return how many were received and closed in each month, as 2026-11, as it stands now."""
    new = Case.objects.filter(arrival__gte=arrival_key(since)).exclude(state__in=_NOT_OURS)
    received = _by_month(new, "reported_at")
    closed = _by_month(new.filter(state=CaseState.CLOSED.value), "closed_at")
    names = set(received) | set(closed)
    return {name: (received.get(name, 0), closed.get(name, 0)) for name in names}


def _month_rows(since: datetime) -> list[Row]:
    counts = counts_by_month(since)
    for one in FrozenMonth.objects.filter(month__gte=f"{since:%Y-%m}"):
        counts[one.month] = (one.received, one.closed)
    names = sorted(counts)
    cells = disclosed(
        {
            "received": [counts[name][0] for name in names],
            "closed": [counts[name][1] for name in names],
        }
    )
    return [
        Row(name, name, cells["received"][index], cells["closed"][index])
        for index, name in enumerate(names)
    ]


def _shelved() -> tuple[list[Shelved], int]:
    cases = Case.objects.filter(state=CaseState.SHELVED.value)
    newest = (
        cases.select_related("category")
        .annotate(
            village=F("grid__division__name"),
            village_en=F("grid__division__name_en"),
        )
        .order_by("-arrival")[:SHELVED_SHOWN]
    )
    reasons = CaseStep.objects.filter(verb=CaseVerb.SHELVE.value, case__in=[c.pk for c in newest])
    last = {step.case_id: step for step in reasons.order_by("position")}
    found = []
    for case in newest:
        step = last.get(case.pk)
        reason = step.reply if step is not None else ""
        found.append(
            Shelved(
                category=case.category,
                village=case.village or "",
                village_en=case.village_en or case.village or "",
                since=step.at if step is not None else case.reported_at,
                # Written by staff; should a number of a person stand in it, it stays here.
                reason=without(reason, personal_numbers(reason)),
            )
        )
    return found, cases.count()


def board(at: datetime) -> Board:
    """Return the board as it stands at a moment. Costly: keep it for some minutes."""
    since = _first_day(at)
    medians = _medians(since, _tops())
    recent = Case.objects.filter(arrival__gte=arrival_key(since)).exclude(state__in=_NOT_OURS)
    totals = recent.aggregate(
        received=Count("pk"),
        closed=Count("pk", filter=Q(state=CaseState.CLOSED.value)),
        open=Count("pk", filter=Q(state__in=_OPEN_STATES)),
    )
    shelved, count = _shelved()
    return Board(
        made_at=at,
        since=since.date(),
        received=totals["received"],
        closed=totals["closed"],
        open=totals["open"],
        median_days=medians.get(None),
        categories=_category_rows(since, medians),
        months=_month_rows(since),
        shelved=shelved,
        shelved_count=count,
    )


FRESH_FOR = timedelta(minutes=10)
