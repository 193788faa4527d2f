"""Lists of cases that stay quick and stable on a million rows: keyset, never OFFSET."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.cases.models import Case, Category
from linli.cases.policies import Who, visible_to

PAGE = 50
_MICROSECOND = 1_000_000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means no condition."""

    unit: UUID | None = None
    colour: str = ""
    states: tuple[str, ...] = ()
    category: UUID | None = None
    kind: str = ""
    channel: str = ""
    area: str = ""
    words: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursors of its neighbours ("" where there is none)."""

    cases: Sequence[Case] = field(default_factory=tuple)
    older: str = ""
    newer: str = ""


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return cases with what a list row shows."""
    return cases.select_related("category", "unit", "grid").defer("description", "grid__geometry")


def first_of(cases: QuerySet[Case], most: int) -> list[Case]:
    """Return the first of some ordered cases, with what a list row shows.

    Their keys are asked for first, of an index alone: beside names of categories SQLite would
    rather sort a million rows than walk them in their order.
    """
    arrivals = list(cases.select_related(None).values_list("arrival", flat=True)[:most])
    found = {case.arrival: case for case in with_names(Case.objects.filter(arrival__in=arrivals))}
    return [found[arrival] for arrival in arrivals if arrival in found]


def cases_of(who: Who) -> QuerySet[Case]:
    """Return the cases that exist for somebody, with what a list row shows."""
    cases = with_names(Case.objects.all())
    condition = visible_to(who)
    return cases if condition is None else cases.filter(condition)


def narrowed(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """Return the cases that fit the filters (all but the words)."""
    exact = {
        "unit_id": filters.unit,
        "colour": filters.colour,
        "kind": filters.kind,
        "channel": filters.channel,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    if filters.states:
        cases = cases.filter(state__in=filters.states)
    if filters.area:
        cases = cases.filter(grid__code__startswith=filters.area)
    if filters.category:
        below = Category.objects.filter(parent=filters.category).values("pk")
        cases = cases.filter(Q(category=filters.category) | Q(category__in=below))
    return cases


def _cursor(case: Case, by_due: bool) -> str:
    if not by_due:
        return str(case.arrival)
    stamp = int(case.due_at.timestamp() * _MICROSECOND) if case.due_at else 0
    return f"{stamp}.{case.arrival}"


def _after(cases: QuerySet[Case], cursor: str, *, by_due: bool, back: bool) -> QuerySet[Case]:
    """Return the cases beyond a cursor; a cursor that makes no sense is the first page."""
    parts = cursor.split(".")
    if not all(part.lstrip("-").isdigit() for part in parts) or len(parts) != 1 + by_due:
        return cases
    arrival = int(parts[-1])
    if not by_due:
        return cases.filter(**{"arrival__gt" if back else "arrival__lt": arrival})
    due = datetime.fromtimestamp(int(parts[0]) / _MICROSECOND, UTC)
    sign = "lt" if back else "gt"
    same = Q(due_at=due) & Q(**{f"arrival__{sign}": arrival})
    return cases.filter(Q(**{f"due_at__{sign}": due}) | same)


def page_of(
    cases: QuerySet[Case],
    *,
    by_due: bool = False,
    older: str = "",
    newer: str = "",
    size: int = PAGE,
) -> Page:
    """Return one page: newest report first, or nearest deadline first with ``by_due``.

    ``older``/``newer`` are cursors of a page shown before; rows that come in between move
    nothing.
    """
    back = bool(newer)
    order: tuple[str, ...] = ("arrival",) if back else ("-arrival",)
    if by_due:
        order = ("-due_at", "-arrival") if back else ("due_at", "arrival")
    if older or newer:
        cases = _after(cases, older or newer, by_due=by_due, back=back)
    rows = first_of(cases.order_by(*order), size + 1)
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page()
    has_older = more if not back else True
    has_newer = more if back else bool(older)
    return Page(
        cases=rows,
        older=_cursor(rows[-1], by_due) if has_older else "",
        newer=_cursor(rows[0], by_due) if has_newer else "",
    )
