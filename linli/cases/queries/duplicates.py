"""Which open cases may be the same matter: near in place, time and words, for colleagues."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.cases.models import Case, Category, CategoryVersion
from linli.cases.queries.categories import current_version
from linli.cases.rules.nearby import metres_between
from linli.cases.rules.text import similarity
from linli.cases.rules.workflow import OPEN
from linli.kernel.ids import arrival_key

# So many of the newest candidates are compared; more would only cost time.
_READ = 200
_MOST = 5
# Where one of the two has no point, the words alone must be this alike.
_SAME_WORDS = 0.5
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Sketch:
    """What is known of a matter; degrees of WGS 84. ``itself`` is left out of the answer."""

    category: Category
    at: datetime
    lon: float | None = None
    lat: float | None = None
    words: str = ""
    itself: UUID | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, if there is a place on the map."""
        if self.lon is None or self.lat is None:
            return None
        return self.lon, self.lat


@dataclass(frozen=True)
class Alike:
    """An open case that may be the same: metres away if known, likeness of words 0 to 1."""

    case: Case
    metres: int | None
    likeness: float

    @property
    def percent(self) -> int:
        """The likeness in percent."""
        return round(100 * self.likeness)


def sketch_of(case: Case) -> Sketch:
    """Return what is known of a case that is there already."""
    return Sketch(
        category=case.category,
        at=case.reported_at,
        lon=case.lon,
        lat=case.lat,
        words=_words(case),
        itself=case.pk,
    )


def _words(case: Case) -> str:
    return f"{case.title} {case.description} {case.place}"


def _in_box(point: tuple[float, float], metres: int) -> Q:
    """Cases in the box around the circle, and those without a point."""
    lon, lat = point
    north = metres / _METRES_A_DEGREE
    east = north / max(0.01, math.cos(math.radians(lat)))
    box = Q(lon__gte=lon - east, lon__lte=lon + east, lat__gte=lat - north, lat__lte=lat + north)
    return box | Q(lon__isnull=True)


def _candidates(sketch: Sketch, version: CategoryVersion) -> QuerySet[Case]:
    span = timedelta(hours=version.duplicate_hours)
    cases = Case.objects.filter(
        category=sketch.category,
        arrival__gte=arrival_key(sketch.at - span),
        arrival__lte=arrival_key(sketch.at + span),
        state__in=[state.value for state in OPEN],
    )
    if sketch.point is not None:
        cases = cases.filter(_in_box(sketch.point, version.duplicate_metres))
    if sketch.itself is not None:
        cases = cases.exclude(pk=sketch.itself)
    return cases.select_related("unit")


def _alike(sketch: Sketch, case: Case, within: int) -> Alike | None:
    likeness = similarity(sketch.words, _words(case)) if sketch.words.strip() else 0.0
    if sketch.point is None or case.lon is None or case.lat is None:
        return Alike(case, None, likeness) if likeness >= _SAME_WORDS else None
    metres = metres_between(sketch.point, (case.lon, case.lat))
    return Alike(case, round(metres), likeness) if metres <= within else None


def alike_to(sketch: Sketch) -> Sequence[Alike]:
    """Return open cases that may be the same matter, those with the most alike words first.

    The category says within how many metres and hours. A case without a point is compared by
    its words alone.
    """
    version = current_version(sketch.category, sketch.at)
    if version is None:
        return ()
    rows = _candidates(sketch, version).order_by("-arrival")[:_READ]
    found = [_alike(sketch, case, version.duplicate_metres) for case in rows]
    known = [alike for alike in found if alike is not None]
    known.sort(key=lambda alike: (-alike.likeness, alike.metres or 0))
    return known[:_MOST]
