"""The invented district: whole, without overlap or gap, and the same every time."""

from collections import Counter

import numpy as np
import pytest
import shapely

from linli.demo.rules.divisions import villages
from linli.demo.rules.territory import Territory, chinese_number, make_territory


def test_it_has_the_reference_districts_sizes(territory: Territory) -> None:
    assert len(territory.townships) == 3
    assert len(territory.villages) == 25
    assert len(territory.base_grids) == 119


def test_base_grids_meet_exactly_and_cover_the_district(territory: Territory) -> None:
    shapes = np.array([grid.shape for grid in territory.base_grids])
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    whole = shapely.union_all(shapes)
    assert shapely.equals(whole, territory.district.shape)
    assert len(whole.interiors) == 0


def test_every_place_is_in_one_piece(territory: Territory) -> None:
    places = [territory.district, *territory.townships, *territory.villages, *territory.grids]
    assert {place.shape.geom_type for place in places} == {"Polygon"}


def test_a_grids_code_is_its_villages_and_three_digits_more(territory: Territory) -> None:
    counted = Counter(grid.code[:12] for grid in territory.base_grids)
    assert counted == {village.code: village.grids for village in villages()}
    assert all(grid.code[:12] == grid.village and len(grid.code) == 15 for grid in territory.grids)
    assert len({grid.code for grid in territory.grids}) == len(territory.grids)


def test_a_village_is_the_union_of_its_grids(territory: Territory) -> None:
    for village in territory.villages:
        parts = [g.shape for g in territory.base_grids if g.village == village.code]
        assert shapely.equals(shapely.union_all(parts), village.shape)


def test_grids_are_small_in_town_and_wide_in_the_hills(territory: Territory) -> None:
    terrain = {village.code: village.terrain for village in villages()}
    middle: dict[str, float] = {}
    for kind in ("town", "mountain"):
        areas = [g.area_m2 for g in territory.base_grids if terrain[g.village] == kind]
        middle[kind] = float(np.median(areas))
    assert middle["mountain"] > 5 * middle["town"]


def test_surfaces_are_those_of_the_ground(territory: Territory) -> None:
    # A degree of latitude is 111 km; of longitude 99 km at 27 degrees north.
    grid = territory.base_grids[0]
    assert grid.area_m2 == pytest.approx(grid.shape.area * 111_320 * 98_980, rel=0.01)


def test_dedicated_grids_lie_inside_the_village_they_belong_to(territory: Territory) -> None:
    shapes = {village.code: village.shape for village in territory.villages}
    dedicated = [grid for grid in territory.grids if grid.dedicated]
    assert dedicated
    for grid in dedicated:
        assert grid.shape.within(shapes[grid.village]), grid.name


def test_the_same_seed_makes_the_same_ground_and_another_seed_another() -> None:
    first, again, other = make_territory(), make_territory(), make_territory(seed=5)
    assert first == again
    assert first.district.shape != other.district.shape


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_numbers_are_written_as_in_names(number: int, written: str) -> None:
    assert chinese_number(number) == written
