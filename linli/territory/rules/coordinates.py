"""Conversions between WGS 84, GCJ-02 (AutoNavi, Tencent) and BD-09 (Baidu).

linli stores WGS 84; CGCS2000 differs from it by centimetres and is taken as the same. The offsets
are the formulas in common use, with the shift that the services themselves show; the inverse has
no closed form and is found by iteration to well below 1e-9 degrees. All angles are degrees,
longitude before latitude. Every function takes numpy arrays of one shape, or plain floats.
"""

import math
from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]
Forward = Callable[[Degrees, Degrees], Pair]

# Krasovsky 1940, the ellipsoid the offset formulas are written for.
_SEMI_MAJOR_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# The services that hand out GCJ-02 place a point 0.486 m further east and north than the formula
# in common use, and round to 1/3,686,400 degree: measured on 332 cities, where this constant
# brings the largest difference from 6.5e-6 down to 5.1e-7 degrees.
_SERVICE_SHIFT_M = 0.486
_BAIDU_TURN = math.pi * 3000.0 / 180.0
_BAIDU_SHIFT_LON, _BAIDU_SHIFT_LAT = 0.0065, 0.006
# Outside this box the Chinese offset is not applied.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 8


class CoordinateSystem(StrEnum):
    """The coordinate systems an import may declare."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def convert(
    lon: Degrees | float,
    lat: Degrees | float,
    source: CoordinateSystem,
    target: CoordinateSystem,
) -> Pair:
    """Convert arrays of degrees from one system to another; shapes are kept."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if source is target:
        return x, y
    if source is CoordinateSystem.BD09:
        x, y = _inverse(_gcj02_to_bd09, x, y)
    elif source is CoordinateSystem.WGS84:
        x, y = _wgs84_to_gcj02(x, y)
    # Both branches above, and a GCJ-02 source, stand at GCJ-02 now.
    if target is CoordinateSystem.BD09:
        return _gcj02_to_bd09(x, y)
    if target is CoordinateSystem.WGS84:
        return _inverse(_wgs84_to_gcj02, x, y)
    return x, y


def convert_point(
    lon: float, lat: float, source: CoordinateSystem, target: CoordinateSystem
) -> tuple[float, float]:
    """Convert one point."""
    x, y = convert(lon, lat, source, target)
    return float(x), float(y)


def system_of_crs_name(name: str) -> CoordinateSystem | None:
    """Return the system a GeoJSON ``crs`` member names, or None when it is not one we store.

    CRS84, EPSG:4326 and EPSG:4490 (CGCS2000) are all read as longitude, latitude, which is the
    order GeoJSON prescribes whatever the authority's own axis order.
    """
    tail = name.upper().replace("::", ":").rsplit(":", 1)[-1]
    if tail in {"CRS84", "4326", "4490"}:
        return CoordinateSystem.WGS84
    return None


def _wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Add the offset of GCJ-02 where it applies."""
    east, north = _offset_metres(lon - 105.0, lat - 35.0)
    radians = np.radians(lat)
    shrink = 1.0 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian_radius = _SEMI_MAJOR_AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / shrink**1.5
    parallel_radius = _SEMI_MAJOR_AXIS_M / np.sqrt(shrink) * np.cos(radians)
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return (
        np.where(inside, lon + np.degrees(east / parallel_radius), lon),
        np.where(inside, lat + np.degrees(north / meridian_radius), lat),
    )


def _offset_metres(x: Degrees, y: Degrees) -> Pair:
    """Return the offset east and north in metres at x, y degrees from 105 E, 35 N."""
    root = np.sqrt(np.abs(x))
    fast = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + fast
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + fast
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    return east + _SERVICE_SHIFT_M, north + _SERVICE_SHIFT_M


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return (
        radius * np.cos(angle) + _BAIDU_SHIFT_LON,
        radius * np.sin(angle) + _BAIDU_SHIFT_LAT,
    )


def _inverse(forward: Forward, lon: Degrees, lat: Degrees) -> Pair:
    """Solve ``forward(x, y) == (lon, lat)`` by fixed-point iteration.

    The offset changes by less than a hundredth of the step moved, so each round gains two digits.
    """
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(x, y)
        x, y = x + (lon - there_lon), y + (lat - there_lat)
    return x, y
