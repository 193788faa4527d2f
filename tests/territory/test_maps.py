"""Layers of the map."""

from datetime import timedelta

import orjson
import pytest
import shapely

from linli.territory.actions import close_grid
from linli.territory.queries import divisions_layer, grids_layer
from linli.territory.rules.codes import Level
from tests.territory.ground import DAY, VILLAGE, act, square


def test_the_grids_of_a_day_come_as_geojson(grids: list[str]) -> None:
    features = orjson.loads(grids_layer(on=DAY).body)["features"]
    assert [f["properties"]["code"] for f in features] == grids
    assert features[0]["properties"]["village_name"] == "岳庙社区"
    shape = shapely.geometry.shape(features[3]["geometry"])
    assert shapely.hausdorff_distance(shape, square(1, 1)) < 1e-6


def test_a_layer_is_made_once_and_its_etag_changes_with_the_territory(grids: list[str]) -> None:
    first = grids_layer(VILLAGE, DAY)
    assert grids_layer(VILLAGE, DAY) is first
    close_grid(code=grids[3], day=DAY, **act())
    second = grids_layer(VILLAGE, DAY)
    assert second.etag != first.etag
    assert len(orjson.loads(second.body)["features"]) == 3
    assert len(orjson.loads(grids_layer(VILLAGE, DAY - timedelta(1)).body)["features"]) == 4
    assert orjson.loads(grids_layer("999", DAY).body)["features"] == []


def test_a_division_without_an_outline_is_drawn_from_its_grids(grids: list[str]) -> None:
    (village,) = orjson.loads(divisions_layer(Level.VILLAGE, DAY).body)["features"]
    assert village["properties"]["code"] == VILLAGE
    assert shapely.geometry.shape(village["geometry"]).area == pytest.approx(0.0004, rel=1e-6)
