"""Lists of the places of one grid: keyset pages by address or name; never a list of persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linli.registry.models import Building, Dwelling, Organisation, RecordKind, Team, Tenancy
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.rules.coverage import CHIEF_FACTS, fresh_since

PAGE = 50
_NOT_ENDED = Q(ended_on__isnull=True, merged_into__isnull=True)


@dataclass(frozen=True)
class PlacePage:
    """One page of a list; ``after`` is the cursor of the next one, or empty."""

    rows: Sequence[Any]
    after: str = ""


def _buildings(rows: QuerySet[Any]) -> QuerySet[Any]:
    living = Q(dwellings__ended_on__isnull=True, dwellings__merged_into__isnull=True)
    found: QuerySet[Any] = rows.annotate(homes=Count("dwellings", filter=living))
    return found.select_related("address")


def _dwellings(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("address")


def _organisations(rows: QuerySet[Any]) -> QuerySet[Any]:
    sealed = ("wrapped_key", "contact_name", "contact_telephone")
    return rows.select_related("address", "kind").defer(*sealed)


def _tenancies(rows: QuerySet[Any]) -> QuerySet[Any]:
    sealed = ("wrapped_key", "contact_name", "contact_telephone")
    return rows.select_related("dwelling__address").defer(*sealed)


def _teams(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("division").defer("division__geometry", "wrapped_key")


Narrow = Callable[[QuerySet[Any]], QuerySet[Any]]
# Table, column that it is sorted and searched by, and what a row needs besides.
_LISTS: Mapping[str, tuple[type[Any], str, Narrow]] = {
    RecordKind.DWELLING: (Dwelling, "address__line", _dwellings),
    RecordKind.BUILDING: (Building, "address__line", _buildings),
    RecordKind.ORGANISATION: (Organisation, "name", _organisations),
    RecordKind.TENANCY: (Tenancy, "dwelling__address__line", _tenancies),
    RecordKind.TEAM: (Team, "name", _teams),
}
LISTED = tuple(_LISTS)


def _word_of(row: Any, column: str) -> str:
    for step in column.split("__"):
        row = getattr(row, step)
    return str(row)


def _cursor_of(row: Any, column: str) -> str:
    return f"{row.pk.hex}{_word_of(row, column)}"


def _beyond(rows: QuerySet[Any], column: str, cursor: str) -> QuerySet[Any]:
    """Return what comes after a cursor; one that makes no sense is the first page."""
    try:
        key, word = UUID(cursor[:32]), cursor[32:]
    except ValueError:
        return rows
    return rows.filter(Q(**{f"{column}__gt": word}) | Q(**{column: word}, pk__gt=key))


@dataclass(frozen=True)
class Wanted:
    """Which list of which grid: kind, code of the grid, words of an address or name, cursor.

    ``before``: only what was last confirmed before this day.
    """

    kind: str
    grid: str
    words: str = ""
    after: str = ""
    before: date | None = None


def old_before(kind: str, today: date) -> date | None:
    """Return the day before which a confirmation of a place is old; None where no fact says."""
    return fresh_since(kind, today) if kind in CHIEF_FACTS else None


def count_old(kind: str, grid: str, who: Who, at: datetime) -> int:
    """Return how many places of a kind in a grid wait to be confirmed anew."""
    before = old_before(kind, timezone.localdate(at))
    if before is None:
        return 0
    rows = visible_records(_LISTS[kind][0], who, at)
    return int(rows.filter(grid=grid, confirmed_on__lt=before).count())


def places_of(wanted: Wanted, who: Who, at: datetime) -> PlacePage:
    """Return one page of the places of a grid, of those that exist for somebody."""
    model, column, narrow = _LISTS[wanted.kind]
    rows = visible_records(model, who, at).filter(grid=wanted.grid)
    if wanted.words:
        rows = rows.filter(**{f"{column}__contains": wanted.words})
    if wanted.before is not None:
        rows = rows.filter(confirmed_on__lt=wanted.before)
    rows = narrow(_beyond(rows, column, wanted.after)).order_by(column, "pk")
    found = list(rows[: PAGE + 1])
    after = _cursor_of(found[PAGE - 1], column) if len(found) > PAGE else ""
    return PlacePage(found[:PAGE], after)


def homes_in(building: Building) -> Sequence[Dwelling]:
    """Return the dwellings of a building in the order of their addresses."""
    homes = building.dwellings.filter(_NOT_ENDED).select_related("address")
    return list(homes.order_by("address__line")[:500])


def organisations_at(address: UUID) -> Sequence[Organisation]:
    """Return the organisations at an address."""
    found = Organisation.objects.filter(_NOT_ENDED, address=address).select_related("kind")
    return list(found.order_by("name")[:50])
