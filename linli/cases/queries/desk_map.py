"""Open cases as points on a map: as many as a map can show, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.cases.models import Case
from linli.cases.policies import Who
from linli.cases.queries.lists import Filters, cases_of, first_of, narrowed
from linli.cases.rules.workflow import OPEN

# More points than this neither help the eye nor load quickly on a phone.
MOST_POINTS = 3000


@dataclass(frozen=True)
class Points:
    """GeoJSON features, and whether there are more than were taken."""

    features: Sequence[Mapping[str, object]]
    is_capped: bool


def _feature(row: tuple[object, ...]) -> dict[str, object]:
    pk, number, title, colour, lon, lat = row
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"label": f"{number} {title}", "url": f"/desk/cases/{pk}/", "colour": colour},
    }


def _on_map(who: Who, filters: Filters) -> QuerySet[Case]:
    states = [state.value for state in OPEN]
    return narrowed(cases_of(who), filters).filter(state__in=states, lon__isnull=False)


def points_of(who: Who, filters: Filters) -> Points:
    """Return the open cases with a place that exist for somebody and fit the filters."""
    rows = list(
        _on_map(who, filters)
        .select_related(None)
        .order_by("-arrival")
        .values_list("pk", "number", "title", "colour", "lon", "lat")[: MOST_POINTS + 1]
    )
    return Points([_feature(row) for row in rows[:MOST_POINTS]], len(rows) > MOST_POINTS)


def is_beyond_map(who: Who, filters: Filters) -> bool:
    """Say whether there are more such cases than a map shows."""
    return bool(_on_map(who, filters).order_by("-arrival")[MOST_POINTS : MOST_POINTS + 1].exists())


def newest_on_map(who: Who, filters: Filters, most: int) -> list[Case]:
    """Return the newest of those cases, for the list beside the map."""
    return first_of(_on_map(who, filters).order_by("-arrival"), most)
