"""From a point to its grid."""

import csv
import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from linli.territory.actions import close_grid, save_grids
from linli.territory.imports import GridOptions, Source, import_grids, plan_grids
from linli.territory.models import Division, Grid, GridKind
from linli.territory.queries import grid_at, grids_at, lies_outside
from linli.territory.rules.coverage import NamedArea
from linli.territory.rules.facts import GridFacts
from linli.territory.rules.geometry import from_wkb, to_wkb
from linli.territory.rules.point_index import NOWHERE, PointIndex
from tests.territory.ground import DAY, SINCE, STEP, VILLAGE, WEST, act, middle, square


def brute_force(areas: list[NamedArea], lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Ask shapely about every point and every area, from the highest code to the lowest."""
    ordered = sorted(areas, key=lambda area: area.code)
    answers = np.full(len(lons), NOWHERE)
    for position in reversed(range(len(ordered))):
        answers[shapely.intersects_xy(ordered[position].shape, lons, lats)] = position
    return answers


def test_a_point_lies_in_the_grid_around_it(grids: list[str]) -> None:
    ids = dict(Grid.objects.values_list("code", "id"))
    assert grid_at(*middle(0, 0)) == ids[grids[0]]
    assert grid_at(*middle(1, 1)) == ids[grids[3]]
    assert grid_at(*middle(5, 5)) is None
    assert grid_at(float("nan"), 27.2) is None


def test_outside_is_what_no_grid_and_no_outline_holds(grids: list[str]) -> None:
    assert not lies_outside(*middle(0, 0))
    assert not lies_outside(None, None)
    assert lies_outside(*middle(5, 5))
    # A gap between grids is no abroad: the outline of the district holds it.
    outline = to_wkb(shapely.normalize(square(0, 0, size=4)))
    Division.objects.filter(code="430412").update(geometry=outline)
    assert not lies_outside(*middle(3, 3))
    assert lies_outside(*middle(5, 5))


@pytest.mark.django_db
def test_nothing_is_outside_where_no_boundary_is_known() -> None:
    assert not lies_outside(*middle(5, 5))


def test_a_shared_edge_belongs_to_the_lowest_code(grids: list[str]) -> None:
    ids = dict(Grid.objects.values_list("code", "id"))
    edge = square(0, 0).bounds[2]
    assert grid_at(edge, middle(0, 0)[1]) == ids[grids[0]]
    corner = square(1, 1).bounds
    assert grid_at(corner[0], corner[1]) == ids[grids[0]]


def test_many_points_get_the_answers_that_single_points_get(grids: list[str]) -> None:
    columns, rows = np.meshgrid(np.linspace(-0.5, 2.5, 25), np.linspace(-0.5, 2.5, 25))
    lons, lats = WEST + columns.ravel() * STEP, 27.20 + rows.ravel() * STEP
    many = grids_at(lons, lats)
    assert list(many) == [grid_at(x, y) for x, y in zip(lons, lats, strict=True)]
    assert {None, *Grid.objects.values_list("id", flat=True)} == set(many)
    with pytest.raises(ValueError, match="1 longitudes and 2 latitudes"):
        grids_at([1.0], [1.0, 2.0])


def test_before_its_first_day_and_after_its_last_a_grid_holds_no_point(grids: list[str]) -> None:
    close_grid(code=grids[0], day=DAY, **act())
    there = middle(0, 0)
    assert grid_at(*there, on=SINCE - timedelta(1)) is None
    assert grid_at(*there, on=SINCE) is not None
    assert grid_at(*there, on=DAY - timedelta(1)) is not None
    assert grid_at(*there, on=DAY) is None


def test_dedicated_grids_are_asked_only_by_name(grids: list[str]) -> None:
    market = GridFacts(
        f"{VILLAGE}900", "市场", kind="dedicated", shape=to_wkb(square(0.2, 0.2, 0.6))
    )
    save_grids(rows=[market], day=SINCE, **act())
    base, dedicated = grid_at(*middle(0, 0)), grid_at(*middle(0, 0), kind=GridKind.DEDICATED)
    assert Grid.objects.get(pk=base).code == grids[0]
    assert Grid.objects.get(pk=dedicated).code == market.code


def test_what_another_process_changes_is_seen_by_the_next_question(grids: list[str]) -> None:
    assert grid_at(*middle(3, 3)) is None
    new = GridFacts(f"{VILLAGE}005", "第五网格", shape=to_wkb(square(3, 3)))
    save_grids(rows=[new], day=SINCE, **act())
    assert grid_at(*middle(3, 3)) is not None


def test_a_warm_question_costs_one_small_query(grids: list[str]) -> None:
    grid_at(*middle(0, 0))
    with CaptureQueriesContext(connection) as queries:
        grid_at(*middle(0, 0))
        grid_at(*middle(1, 0), on=date(2026, 1, 5))
    assert len(queries) == 2


def test_no_areas_hold_no_points() -> None:
    index = PointIndex([])
    assert index.position(1.0, 1.0) == NOWHERE
    assert list(index.positions(np.array([1.0]), np.array([1.0]))) == [NOWHERE]


def test_points_far_from_every_border_need_no_polygon() -> None:
    index = PointIndex([NamedArea("1", square(0, 0))])
    lon, lat = middle(0, 0)
    assert list(index.positions(np.array([lon, 0.0]), np.array([lat, 0.0]))) == [0, NOWHERE]


@st.composite
def scattered_areas(draw: st.DrawFn) -> list[NamedArea]:
    """Return up to six triangles, squares with a hole, or pairs of squares, often overlapping."""
    areas = []
    for number in range(draw(st.integers(1, 6))):
        x, y = draw(st.integers(0, 20)), draw(st.integers(0, 20))
        size = draw(st.integers(1, 12))
        kind = draw(st.sampled_from(["triangle", "ring", "pair"]))
        if kind == "triangle":
            shape = shapely.Polygon([(x, y), (x + size, y), (x, y + size)])
        elif kind == "ring":
            outer = shapely.box(x, y, x + size, y + size)
            shape = outer - shapely.box(x + size / 4, y + size / 4, x + size / 2, y + size / 2)
        else:
            shape = shapely.union(
                shapely.box(x, y, x + size, y + 1), shapely.box(x, y + 2, x + size, y + 3)
            )
        areas.append(NamedArea(f"{number}", shape))
    return areas


@given(areas=scattered_areas(), seed=st.integers(0, 1000))
def test_the_index_says_what_shapely_says(areas: list[NamedArea], seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = np.vstack([shapely.get_coordinates(area.shape) for area in areas])
    points = np.vstack(
        [corners, random.uniform(-2, 36, (200, 2)), random.integers(0, 33, (200, 2))]
    )
    index = PointIndex(areas)
    expected = brute_force(areas, points[:, 0], points[:, 1])
    assert (index.positions(points[:, 0], points[:, 1]) == expected).all()
    assert [index.position(x, y) for x, y in points.tolist()] == expected.tolist()


def test_every_boston_request_lies_in_the_area_shapely_says(shared: Path, divisions: None) -> None:
    folder = shared / "data" / "boston-311"
    options = GridOptions(SINCE, code_column="ZIP5", name_column="ZIP5", village=VILLAGE)
    plan = plan_grids(Source.of(folder / "zip_areas.geojson"), options)
    assert import_grids(plan, **act()).tally.added == 37
    assert any("02467" in finding.sentence for finding in plan.report.findings)
    with gzip.open(folder / "requests_2011Q3.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["longitude"]]
    lons = np.array([float(row["longitude"]) for row in rows])
    lats = np.array([float(row["latitude"]) for row in rows])
    stored = [
        (grid.pk, NamedArea(grid.code, from_wkb(grid.geometry or b"")))
        for grid in Grid.objects.order_by("code")
    ]
    expected = brute_force([area for _id, area in stored], lons, lats)
    ids = np.array([grid_id for grid_id, _area in stored] + [None], dtype=object)
    found = grids_at(lons, lats)
    assert len(found) == 31_828
    assert (found == ids[expected]).all()
    assert len(found) - sum(grid is None for grid in found) > 31_800


def test_vertices_of_torontos_areas_lie_where_shapely_says(shared: Path) -> None:
    text = (shared / "data" / "toronto" / "neighbourhoods_158.geojson").read_text(encoding="utf-8")
    areas = [
        NamedArea(f"{number:03d}", shapely.geometry.shape(feature["geometry"]))
        for number, feature in enumerate(json.loads(text)["features"])
    ]
    corners = np.vstack([shapely.get_coordinates(area.shape) for area in areas])
    index = PointIndex(areas)
    expected = brute_force(areas, corners[:, 0], corners[:, 1])
    assert (index.positions(corners[:, 0], corners[:, 1]) == expected).all()
