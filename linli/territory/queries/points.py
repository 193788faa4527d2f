"""From a point to its grid.

Boundary rule: a grid owns its boundary; on an edge that grids share, and where they overlap, the
lowest code wins. Only grids with a boundary on the day are asked, by default base grids.

The index lives in the process and hangs on a stamp read from the database with every question, so
what another process changes is seen by the next question here. Indexes are immutable: threads
share them, and only building one takes a lock.
"""

import math
import threading
from bisect import bisect_right
from collections import OrderedDict
from datetime import date
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q
from numpy.typing import ArrayLike, NDArray

from linli.territory.models import Division, FormerBoundary, Grid, GridKind
from linli.territory.queries.scopes import open_on, today
from linli.territory.rules.coverage import NamedArea
from linli.territory.rules.geometry import from_wkb
from linli.territory.rules.periods import Period, change_days
from linli.territory.rules.point_index import PointIndex

# Several spans of days are in use at once when history is replayed.
_INDEXES_KEPT = 6
# Two facts: the stamp that actions renew, and the newest grid, for rows made in other ways.
_STAMP_SQL = (
    "SELECT (SELECT stamp FROM territory_territoryversion),"
    " (SELECT id FROM territory_grid ORDER BY id DESC LIMIT 1)"
)
Stamp = tuple[str, str]


def grid_at(
    lon: float, lat: float, on: date | None = None, kind: GridKind = GridKind.BASE
) -> UUID | None:
    """Return the id of the grid that holds a point (degrees of WGS 84) on a day, or None."""
    index, ids = _current(today(on), kind)
    position = index.position(lon, lat)
    return ids[position] if position >= 0 else None


def grids_at(
    lons: ArrayLike, lats: ArrayLike, on: date | None = None, kind: GridKind = GridKind.BASE
) -> NDArray[np.object_]:
    """Return for each of n points the id of its grid, or None, as an array of n objects.

    NaN is nowhere. Raises ValueError when the two are not of one length.
    """
    x = np.ascontiguousarray(lons, dtype=np.float64).ravel()
    y = np.ascontiguousarray(lats, dtype=np.float64).ravel()
    if len(x) != len(y):
        raise ValueError(f"{len(x)} longitudes and {len(y)} latitudes")
    index, ids = _current(today(on), kind)
    # NOWHERE is -1, and the last of ids is None.
    found: NDArray[np.object_] = ids[index.positions(x, y)]
    return found


def lies_in_no_grid(lon: float | None, lat: float | None, on: date | None = None) -> bool:
    """Say whether a point (degrees of WGS 84) lies in none of the grids of a day.

    Without a point, or where there are no grids yet, there is nothing to say.
    """
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    day = today(on)
    if any(grid_at(lon, lat, day, kind) is not None for kind in GridKind):
        return False
    return Grid.objects.filter(open_on(day), geometry__isnull=False).exists()


def lies_outside(lon: float | None, lat: float | None, on: date | None = None) -> bool:
    """Say whether a point (degrees of WGS 84) lies outside the district on a day.

    What lies in a grid or within the outline of a division is inside; grids may have gaps. Without
    a point, or where no boundary at all is known, nothing is outside.
    """
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    day = today(on)
    if any(grid_at(lon, lat, day, kind) is not None for kind in GridKind):
        return False
    divisions = Division.objects.filter(open_on(day), geometry__isnull=False)
    outlines = [from_wkb(shape) for shape in divisions.values_list("geometry", flat=True) if shape]
    if outlines:
        return not shapely.intersects_xy(np.array(outlines, dtype=object), lon, lat).any()
    return Grid.objects.filter(open_on(day), geometry__isnull=False).exists()


def boundaries_on(
    day: date, kind: GridKind | None = None, under: str = ""
) -> list[tuple[UUID, str, bytes]]:
    """Return id, code and WKB of every grid that has a boundary on a day, by code."""
    drawn = Q(boundary_since__isnull=True) | Q(boundary_since__lte=day)
    grids = Grid.objects.filter(open_on(day), drawn, code__startswith=under, geometry__isnull=False)
    former = FormerBoundary.objects.filter(
        open_on(day),
        open_on(day, "grid__"),
        grid__code__startswith=under,
        geometry__isnull=False,
    )
    if kind is not None:
        grids, former = grids.filter(kind=kind), former.filter(grid__kind=kind)
    rows = [
        *grids.values_list("id", "code", "geometry"),
        *former.values_list("grid_id", "grid__code", "geometry"),
    ]
    found = [(grid_id, code, bytes(shape)) for grid_id, code, shape in rows if shape is not None]
    return sorted(found, key=lambda row: row[1])


def change_days_of_grids() -> list[date]:
    """Return the days on which a grid began, ended or was redrawn, in order."""
    spans = [Period(*row) for row in Grid.objects.values_list("since", "until").distinct()]
    drawn = Grid.objects.filter(boundary_since__isnull=False)
    spans += [Period(day) for day in drawn.values_list("boundary_since", flat=True) if day]
    spans += [Period(*row) for row in FormerBoundary.objects.values_list("since", "until")]
    return change_days(spans)


def territory_stamp() -> Stamp:
    """Return what changes whenever a grid does."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP_SQL)
        stamp, newest = cursor.fetchone()
    return str(stamp), str(newest)


Index = tuple[PointIndex, NDArray[np.object_]]


class _Cache:
    """The change days of one stamp and the indexes built between them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._days: tuple[Stamp, list[date]] | None = None
        self._indexes: OrderedDict[tuple[Stamp, GridKind, int], Index] = OrderedDict()

    def index(self, day: date, kind: GridKind) -> Index:
        stamp = territory_stamp()
        days = self._days
        if days is None or days[0] != stamp:
            days = (stamp, change_days_of_grids())
            self._days = days
        key = (stamp, kind, bisect_right(days[1], day))
        found = self._indexes.get(key)
        if found is None:
            with self._lock:
                found = self._indexes.get(key) or self._build(key, day, kind)
        return found

    def _build(self, key: tuple[Stamp, GridKind, int], day: date, kind: GridKind) -> Index:
        rows = boundaries_on(day, kind)
        index = PointIndex([NamedArea(code, from_wkb(shape)) for _id, code, shape in rows])
        ids = np.empty(len(rows) + 1, dtype=object)
        ids[:-1] = [grid_id for grid_id, _code, _shape in rows]
        self._indexes[key] = (index, ids)
        while len(self._indexes) > _INDEXES_KEPT:
            self._indexes.popitem(last=False)
        return index, ids


_cache = _Cache()


def _current(day: date, kind: GridKind) -> Index:
    return _cache.index(day, kind)
