"""Open cases as points on a map: as many as a map can show, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.cases.models import Case
from linli.cases.policies import Who
from linli.cases.queries.lists import Filters, cases_of, narrowed
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


def points_of(who: Who, filters: Filters) -> Points:
    """Return the open cases with a place that exist for somebody and fit the filters."""
    states = [state.value for state in OPEN]
    cases = narrowed(cases_of(who), filters).filter(state__in=states, lon__isnull=False)
    rows = list(
        cases.select_related(None)
        .order_by("-arrival")
        .values_list("pk", "number", "title", "colour", "lon", "lat")[: MOST_POINTS + 1]
    )
    return Points([_feature(row) for row in rows[:MOST_POINTS]], len(rows) > MOST_POINTS)


def newest_on_map(who: Who, filters: Filters, most: int) -> list[Case]:
    """Return the newest of those cases, for the list beside the map."""
    states = [state.value for state in OPEN]
    cases = narrowed(cases_of(who), filters).filter(state__in=states, lon__isnull=False)
    return list(cases.order_by("-arrival")[:most])
