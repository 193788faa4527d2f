"""Shapes of divisions and grids: repair, size, storage form. Degrees of WGS 84 throughout."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from pyproj import Geod

_POLYGONAL = frozenset({"Polygon", "MultiPolygon"})
PointShift = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@cache
def _earth() -> "Geod":
    # Ten megabytes that a server needs when grids are drawn, and else never.
    from pyproj import Geod

    return Geod(ellps="WGS84")


class NotAnArea(ValueError):
    """A geometry without any surface: a point, a line, or nothing."""


@dataclass(frozen=True)
class Repair:
    """What was wrong with a geometry and how much of its surface the repair moved, in m2."""

    reason: str
    area_before_m2: float
    area_after_m2: float


@dataclass(frozen=True)
class Area:
    """A valid polygon or multipolygon, and how it was repaired if it was not valid."""

    shape: BaseGeometry
    repair: Repair | None = None


def as_area(shape: BaseGeometry) -> Area:
    """Return ``shape`` as a valid area in a canonical form; raise NotAnArea when it has none.

    Holes and parts are kept. Repair follows ``make_valid``: a bow-tie becomes two triangles; what
    has no surface (a spike, a line left over) goes. Heights are dropped. The form is normalised,
    so that the same file read twice gives the same bytes.
    """
    flat = shapely.force_2d(shape)
    if flat.is_empty or not np.isfinite(shapely.get_coordinates(flat)).all():
        raise NotAnArea(flat.geom_type)
    repair = None
    surface = flat
    if not (flat.is_valid and flat.geom_type in _POLYGONAL):
        surface = _surface_of(shapely.make_valid(flat))
        if surface.is_empty:
            raise NotAnArea(flat.geom_type)
        reason = shapely.is_valid_reason(flat)
        repair = Repair(reason, area_m2(flat), area_m2(surface))
    if surface.geom_type == "MultiPolygon" and len(surface.geoms) == 1:
        surface = surface.geoms[0]
    return Area(shapely.normalize(surface), repair)


def _surface_of(shape: BaseGeometry) -> BaseGeometry:
    """Keep the polygons of a geometry, joined."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return shapely.union_all(polygons)


def area_m2(shape: BaseGeometry) -> float:
    """Return the surface on the ellipsoid in square metres (holes taken off, lines count 0)."""
    total = 0.0
    for part in shapely.get_parts(shapely.get_parts(shape)):
        if part.geom_type == "Polygon" and not part.is_empty:
            # Counter-clockwise shells, clockwise holes: then the signed sum is the surface.
            oriented = shapely.orient_polygons(part)
            total += abs(_earth().geometry_area_perimeter(oriented)[0])
    return total


def patch_m2(shape: BaseGeometry) -> float:
    """Return the surface of an overlap or a gap in square metres, however edges are read.

    Some read the edge between two vertices as a geodesic, others as straight in degrees. Where
    neighbours drew one edge with different vertices, either reading alone can show a sliver of
    tens of square metres that the other does not have; only what both show is there. For all
    else the two agree to a millionth.
    """
    return min(area_m2(shape), _straight_m2(shape))


def _straight_m2(shape: BaseGeometry) -> float:
    """Scale the surface in degrees by the ellipsoid's square degree at each part's middle."""
    earth = _earth()
    total = 0.0
    for part in shapely.get_parts(shapely.get_parts(shape)):
        if part.area > 0:
            latitude = np.radians(part.centroid.y)
            shrink = 1 - earth.es * np.sin(latitude) ** 2
            metres_squared = earth.a**2 * (1 - earth.es) * np.cos(latitude) / shrink**2
            total += part.area * np.radians(1) ** 2 * metres_squared
    return float(total)


def surface_text(square_metres: float) -> str:
    """Spell a surface: square metres, or square kilometres from 0.1 on."""
    if square_metres >= 100_000:
        return f"{square_metres / 1e6:,.2f} km²"
    return f"{square_metres:,.1f} m²"


def shifted(shape: BaseGeometry, shift: PointShift) -> BaseGeometry:
    """Move every vertex by ``shift``, which takes and gives an array of n x 2 degrees."""
    return shapely.transform(shape, shift)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the geodesic distance between two points in metres."""
    return float(_earth().inv(lon, lat, other_lon, other_lat)[2])


def to_wkb(shape: BaseGeometry) -> bytes:
    """Return the form in which the database keeps a shape."""
    return bytes(shapely.to_wkb(shape, byte_order=1))


def from_wkb(data: bytes | memoryview) -> BaseGeometry:
    """Read a stored shape (PostgreSQL hands out memoryviews)."""
    return shapely.from_wkb(bytes(data))


def bounds_are_on_earth(shape: BaseGeometry) -> bool:
    """Say whether all vertices are degrees of longitude and latitude."""
    west, south, east, north = shape.bounds
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)
