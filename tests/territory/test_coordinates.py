"""WGS 84, GCJ-02 and BD-09."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.territory.rules.coordinates import (
    CoordinateSystem,
    convert,
    convert_point,
    system_of_crs_name,
)
from linli.territory.rules.geometry import distance_m

WGS84, GCJ02, BD09 = CoordinateSystem
NAMES = {WGS84: "WGS84", GCJ02: "GCJ02", BD09: "BD09"}
# The published point of the reference district. It was computed with the plain formula; the
# services themselves lie 0.7 m from that, see the comment in the rules.
POINT = {
    WGS84: (112.734, 27.232),
    GCJ02: (112.7394780, 27.2286703),
    BD09: (112.7460488, 27.2343296),
}


@pytest.mark.parametrize(("source", "target"), list(permutations(CoordinateSystem, 2)))
def test_the_reference_point_is_met_within_a_metre(
    source: CoordinateSystem, target: CoordinateSystem
) -> None:
    found = convert_point(*POINT[source], source, target)
    assert distance_m(*found, *POINT[target]) < 1.0


@pytest.mark.parametrize(("system", "metres"), [(GCJ02, 656), (BD09, 1221)])
def test_the_offsets_have_their_known_size(system: CoordinateSystem, metres: int) -> None:
    moved = convert_point(*POINT[WGS84], WGS84, system)
    assert distance_m(*POINT[WGS84], *moved) == pytest.approx(metres, abs=1.5)


@pytest.mark.parametrize(("source", "target"), list(permutations(CoordinateSystem, 2)))
def test_all_cities_are_met_within_a_millionth_of_a_degree(
    shared: Path, source: CoordinateSystem, target: CoordinateSystem
) -> None:
    text = (shared / "data" / "coordinates" / "cities.json").read_text(encoding="utf-8")
    cities = json.loads(text)
    assert len(cities) == 332
    given_points = np.array([city[NAMES[source]] for city in cities])
    wanted = np.array([city[NAMES[target]] for city in cities])
    found = np.column_stack(convert(given_points[:, 0], given_points[:, 1], source, target))
    assert np.abs(found - wanted).max() < 1e-6


@given(
    lon=st.floats(73.7, 134.7),
    lat=st.floats(18.2, 53.5),
    pair=st.sampled_from(list(permutations(CoordinateSystem, 2))),
)
def test_there_and_back_is_where_one_was(
    lon: float, lat: float, pair: tuple[CoordinateSystem, CoordinateSystem]
) -> None:
    there = convert_point(lon, lat, *pair)
    assert convert_point(*there, pair[1], pair[0]) == pytest.approx((lon, lat), abs=1e-9)


def test_outside_china_there_is_no_offset() -> None:
    assert convert_point(-71.06, 42.36, WGS84, GCJ02) == (-71.06, 42.36)
    assert convert_point(-71.06, 42.36, GCJ02, WGS84) == (-71.06, 42.36)


def test_the_same_system_changes_nothing_and_no_points_are_no_error() -> None:
    assert convert_point(112.1, 27.1, BD09, BD09) == (112.1, 27.1)
    empty = np.zeros(0)
    assert convert(empty, empty, BD09, WGS84)[0].shape == (0,)


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", WGS84),
        ("urn:ogc:def:crs:EPSG::4326", WGS84),
        ("EPSG:4490", WGS84),
        ("urn:ogc:def:crs:EPSG::3857", None),
        ("EPSG:4527", None),
    ],
)
def test_names_of_coordinate_systems(name: str, system: CoordinateSystem | None) -> None:
    assert system_of_crs_name(name) is system
