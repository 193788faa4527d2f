"""Houses of a grid, their homes, and how many live in each: places and counts, never persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from linli.registry.models import Building, Dwelling
from linli.registry.policies.scopes import Who, visible_records

PAGE = 50
MOST_POINTS = 3000
_LINE = "address__line"
_LIVING = Q(dwellings__ended_on__isnull=True, dwellings__merged_into__isnull=True)
HOUSES, ALONE = "houses", "alone"


@dataclass(frozen=True)
class Heads:
    """Homes of a place, the people counted in them, and how many homes nobody counted."""

    homes: int
    people: int
    uncounted: int


@dataclass(frozen=True)
class HomePage:
    """One page of houses or homes; ``after`` is the cursor of the next one, or empty."""

    rows: Sequence[Any]
    after: str = ""


def _counted(rows: QuerySet[Building]) -> QuerySet[Any]:
    return rows.annotate(
        homes=Count("dwellings", filter=_LIVING),
        people=Sum("dwellings__heads", filter=_LIVING),
        uncounted=Count("dwellings", filter=_LIVING & Q(dwellings__heads__isnull=True)),
    )


def _houses(grid: str, who: Who, at: datetime) -> QuerySet[Building]:
    return visible_records(Building, who, at).filter(grid__code=grid).select_related("address")


def _homes(grid: str, who: Who, at: datetime) -> QuerySet[Dwelling]:
    return visible_records(Dwelling, who, at).filter(grid__code=grid).select_related("address")


def _page(rows: QuerySet[Any], cursor: str) -> HomePage:
    """Return what comes after a cursor; one that makes no sense is the first page."""
    try:
        key, line = UUID(cursor[:32]), cursor[32:]
    except ValueError:
        pass
    else:
        rows = rows.filter(Q(address__line__gt=line) | Q(address__line=line, pk__gt=key))
    found = list(rows.order_by(_LINE, "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    after = f"{last.pk.hex}{last.address.line}" if last is not None else ""
    return HomePage(found[:PAGE], after)


def houses_of(grid: str, who: Who, at: datetime, cursor: str = "") -> HomePage:
    """Return a page of the houses of a grid (code) by address, each with its homes and heads."""
    return _page(_counted(_houses(grid, who, at)), cursor)


def alone_in(grid: str, who: Who, at: datetime, cursor: str = "") -> HomePage:
    """Return a page of the homes of a grid that are in no building of the registry."""
    return _page(_homes(grid, who, at).filter(building__isnull=True), cursor)


def homes_of(house: Building, who: Who, at: datetime, cursor: str = "") -> HomePage:
    """Return a page of the homes of one house, each with its heads."""
    rows = visible_records(Dwelling, who, at).filter(building=house).select_related("address")
    return _page(rows, cursor)


def _heads(rows: QuerySet[Dwelling]) -> Heads:
    told: Mapping[str, Any] = rows.order_by().aggregate(
        homes=Count("pk"),
        people=Sum("heads"),
        uncounted=Count("pk", filter=Q(heads__isnull=True)),
    )
    return Heads(told["homes"], told["people"] or 0, told["uncounted"])


def heads_in(grid: str, who: Who, at: datetime) -> Heads:
    """Return how many homes and heads there are in a grid (code)."""
    return _heads(_homes(grid, who, at))


def heads_of(house: Building, who: Who, at: datetime) -> Heads:
    """Return how many homes and heads there are in a house."""
    return _heads(visible_records(Dwelling, who, at).filter(building=house))


def house_of(grid: str, house: UUID, who: Who, at: datetime) -> Building | None:
    """Return a house of a grid that exists for somebody."""
    return _houses(grid, who, at).filter(pk=house).first()


def points_of(grid: str, who: Who, at: datetime) -> tuple[Sequence[Any], Sequence[Dwelling]]:
    """Return the houses and the homes without one that have a place on the map."""
    placed = Q(address__lon__isnull=False)
    houses = _counted(_houses(grid, who, at)).filter(placed).order_by(_LINE)
    alone = _homes(grid, who, at).filter(placed, building__isnull=True).order_by(_LINE)
    return list(houses[:MOST_POINTS]), list(alone[:MOST_POINTS])
