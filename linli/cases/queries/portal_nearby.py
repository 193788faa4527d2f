"""Matters that are known already, told without a word of those who reported them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.cases.models import Case, Category
from linli.cases.queries.categories import current_version
from linli.cases.rules.nearby import metres_between
from linli.cases.rules.text import similarity
from linli.cases.rules.workflow import OPEN
from linli.kernel.ids import arrival_key

_MOST = 3
_READ = 300
_SAME_WORDS = 0.55
_SAME_PLACE = 0.6


@dataclass(frozen=True)
class Sketch:
    """What is known of a report that is being written; degrees of WGS 84."""

    category: Category
    lon: float | None = None
    lat: float | None = None
    title: str = ""
    place: str = ""


@dataclass(frozen=True)
class Known:
    """A matter that is open: the case, its distance in metres if known, and how many reported."""

    case: Case
    metres: int | None
    reports: int


def _distance(sketch: Sketch, case: Case) -> float | None:
    if None in (sketch.lon, sketch.lat, case.lon, case.lat):
        return None
    here, there = (sketch.lon, sketch.lat), (case.lon, case.lat)
    return metres_between(here, there)  # type: ignore[arg-type]


def _is_same(sketch: Sketch, case: Case, metres: float | None, within: int) -> bool:
    if metres is not None:
        return metres <= within
    same_place = bool(sketch.place) and similarity(sketch.place, case.place) >= _SAME_PLACE
    return same_place and similarity(sketch.title, case.title) >= _SAME_WORDS


def known_matters(sketch: Sketch, at: datetime) -> Sequence[Known]:
    """Return open cases of the category near in place and time, the nearest first."""
    version = current_version(sketch.category, at)
    if version is None:
        return ()
    since = at - timedelta(hours=version.duplicate_hours)
    cases = (
        Case.objects.filter(
            category=sketch.category,
            arrival__gte=arrival_key(since),
            state__in=[state.value for state in OPEN],
        )
        .only("id", "number", "state", "lon", "lat", "place", "title", "reported_at", "due_at")
        .order_by("-arrival")[:_READ]
    )
    found = [(case, _distance(sketch, case)) for case in cases]
    near = [
        (case, metres)
        for case, metres in found
        if _is_same(sketch, case, metres, version.duplicate_metres)
    ]
    near.sort(key=lambda pair: (pair[1] is None, pair[1] or 0.0))
    return [_known(case, metres) for case, metres in near[:_MOST]]


def _known(case: Case, metres: float | None) -> Known:
    joined = Case.objects.filter(merged_into=case.pk, state="merged").count()
    return Known(case, None if metres is None else int(round(metres, -1)), 1 + joined)
