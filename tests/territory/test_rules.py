"""Codes, periods, shapes, coverage and lineage, without a database."""

from datetime import date

import pytest
import shapely

from linli.territory.rules.codes import (
    BadCode,
    CodeProblem,
    Level,
    division_code,
    grid_code,
    level_of,
    next_grid_codes,
    parent_of,
)
from linli.territory.rules.coverage import NamedArea, gaps, overlaps
from linli.territory.rules.geometry import (
    NotAnArea,
    area_m2,
    as_area,
    bounds_are_on_earth,
    from_wkb,
    patch_m2,
    to_wkb,
)
from linli.territory.rules.lineage import (
    LineageProblem,
    ancestors,
    descendants,
    misfits_of_split,
)
from linli.territory.rules.periods import Period, change_days
from tests.territory.ground import square


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("430412", "430412", Level.DISTRICT),
        (" 430412001 ", "430412001", Level.TOWNSHIP),
        ("430412001002", "430412001002", Level.VILLAGE),
        ("430412001000", "430412001", Level.TOWNSHIP),
        ("430412000000", "430412", Level.DISTRICT),
    ],
)
def test_division_codes_have_six_nine_or_twelve_digits(text: str, code: str, level: Level) -> None:
    assert division_code(text) == code
    assert level_of(code) is level


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("4304", CodeProblem.LENGTH),
        ("43041２", CodeProblem.NOT_DIGITS),
        ("", CodeProblem.NOT_DIGITS),
    ],
)
def test_other_texts_are_no_codes(text: str, problem: CodeProblem) -> None:
    for read in (division_code, grid_code):
        with pytest.raises(BadCode) as caught:
            read(text)
        assert caught.value.problem is problem


def test_a_code_contains_its_parent() -> None:
    assert parent_of(grid_code("430412001002007")) == "430412001002"
    assert parent_of("430412001") == "430412"
    assert parent_of("430412") is None


def test_new_grid_codes_follow_the_highest_ever_used() -> None:
    taken = {"430412001002001", "430412001002007", "430412001003900"}
    assert next_grid_codes("430412001002", taken, 2) == ["430412001002008", "430412001002009"]
    with pytest.raises(BadCode) as caught:
        next_grid_codes("430412001003", taken, 100)
    assert caught.value.problem is CodeProblem.NO_NUMBER_LEFT


def test_a_period_holds_from_its_first_day_until_before_its_last() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert period.holds_on(date(2026, 1, 1))
    assert period.holds_on(date(2026, 1, 31))
    assert not period.holds_on(date(2026, 2, 1))
    assert not period.holds_on(date(2025, 12, 31))
    assert Period(date(2026, 1, 1)).holds_on(date(2099, 1, 1))
    with pytest.raises(ValueError, match="is not after"):
        Period(date(2026, 1, 1), date(2026, 1, 1))
    assert change_days([period, Period(date(2026, 1, 15))]) == [
        date(2026, 1, 1),
        date(2026, 1, 15),
        date(2026, 2, 1),
    ]


def test_a_cell_of_a_hundredth_degree_has_its_known_surface() -> None:
    # 0.01 degrees are 990.0 m by 1,107.9 m at latitude 27.2 (WGS 84 series for arcs).
    assert area_m2(square(0, 0)) == pytest.approx(990.0 * 1107.9, rel=1e-3)
    ring = square(0, 0) - square(0.25, 0.25, 0.5)
    assert area_m2(ring) == pytest.approx(0.75 * area_m2(square(0, 0)), rel=1e-4)
    assert area_m2(shapely.LineString([(0, 0), (1, 1)])) == 0


def test_a_valid_boundary_is_kept_with_its_holes_and_parts() -> None:
    ring = square(0, 0) - square(0.25, 0.25, 0.5)
    two = shapely.union(square(0, 0), square(3, 3))
    assert as_area(ring).repair is None
    assert len(as_area(ring).shape.interiors) == 1
    assert len(as_area(two).shape.geoms) == 2
    assert as_area(shapely.MultiPolygon([square(0, 0)])).shape.geom_type == "Polygon"
    assert from_wkb(memoryview(to_wkb(ring))).equals(ring)


def test_a_bow_tie_becomes_two_triangles_and_says_so() -> None:
    area = as_area(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    assert area.shape.is_valid
    assert len(area.shape.geoms) == 2
    assert area.repair is not None
    assert "Self-intersection" in area.repair.reason
    assert area.repair.area_after_m2 == pytest.approx(6.15e9, rel=0.01)


def test_what_has_no_surface_is_no_area() -> None:
    flat = shapely.Polygon([(0, 0), (1, 1), (2, 2)])
    for shape in (flat, shapely.Polygon(), shapely.Point(1, 2)):
        with pytest.raises(NotAnArea):
            as_area(shape)
    with pytest.raises(NotAnArea):
        as_area(shapely.Polygon([(0, 0), (float("inf"), 0), (1, 1)]))


def test_metres_are_not_degrees() -> None:
    assert bounds_are_on_earth(square(0, 0))
    assert not bounds_are_on_earth(shapely.box(38_456_000, 3_012_000, 38_457_000, 3_013_000))


def named(*shapes: shapely.Geometry) -> list[NamedArea]:
    return [NamedArea(f"{number}", shape) for number, shape in enumerate(shapes)]


def test_neighbours_that_share_an_edge_do_not_overlap() -> None:
    assert overlaps(named(square(0, 0), square(1, 0))) == []
    assert overlaps(named(square(0, 0))) == []


def test_an_overlap_has_a_size_and_a_place() -> None:
    (found,) = overlaps(named(square(0, 0), square(0.9, 0), square(5, 5)))
    assert (found.first, found.second) == ("0", "1")
    assert found.size_m2 == pytest.approx(0.1 * area_m2(square(0, 0)), rel=1e-3)
    assert square(0.9, 0, 0.1).envelope.buffer(0.01).contains(shapely.Point(found.at))


def test_an_overlap_of_less_than_a_square_metre_is_none() -> None:
    assert overlaps(named(square(0, 0), square(1 - 1e-8, 0))) == []


def test_a_hole_between_areas_is_a_gap_with_its_neighbours() -> None:
    frame = [square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    (gap,) = gaps(named(*frame))
    assert gap.size_m2 == pytest.approx(area_m2(square(1, 1)), rel=1e-6)
    assert square(1, 1).contains(shapely.Point(gap.at))
    assert len(gap.beside) == 8
    assert gaps([]) == []
    assert gaps(named(square(0, 0), square(1, 0))) == []


def test_within_an_outline_everything_uncovered_is_a_gap() -> None:
    (gap,) = gaps(named(square(0, 0)), within=shapely.union(square(0, 0), square(1, 0)))
    assert gap.size_m2 == pytest.approx(area_m2(square(1, 0)), rel=1e-6)


def test_the_parts_of_a_split_cover_the_whole_once() -> None:
    whole = square(0, 0, 2)
    halves = [shapely.union(square(0, 0), square(0, 1)), shapely.union(square(1, 0), square(1, 1))]
    assert misfits_of_split(whole, halves) == []
    problems = {
        m.problem: m.size_m2 for m in misfits_of_split(whole, [square(0, 0), square(0, 0, 3)])
    }
    assert set(problems) == {LineageProblem.PARTS_REACH_OUTSIDE, LineageProblem.PARTS_OVERLAP}
    assert problems[LineageProblem.PARTS_OVERLAP] == pytest.approx(area_m2(square(0, 0)), rel=1e-6)
    (gap,) = misfits_of_split(whole, [square(0, 0), square(1, 1)])
    assert gap.problem is LineageProblem.PARTS_LEAVE_GAP
    (few,) = misfits_of_split(whole, [whole])
    assert few.problem is LineageProblem.TOO_FEW_PARTS


def test_lineage_reaches_over_several_changes() -> None:
    links = [("1", "3"), ("2", "3"), ("3", "4"), ("3", "5")]
    assert ancestors("5", links) == {"1", "2", "3"}
    assert descendants("1", links) == {"3", "4", "5"}
    assert ancestors("1", links) == set()
    # Split and merged again: both ways lead to the same grid, which is told once.
    assert ancestors("4", [("1", "2"), ("1", "3"), ("2", "4"), ("3", "4")]) == {"1", "2", "3"}


def test_one_edge_drawn_with_other_vertices_is_no_overlap() -> None:
    whole = square(0, 0, 4)
    x0, _y0, x1, y1 = whole.bounds
    north = shapely.Polygon([(x0, y1), (x0 + 0.013, y1), (x1, y1), (x1, y1 + 1), (x0, y1 + 1)])
    # Read as geodesics, the long edge and the two short ones enclose about 150 m2.
    sliver = shapely.Polygon([(x0, y1), (x1, y1), (x0 + 0.013, y1 + 1e-15)])
    assert overlaps(named(whole, north)) == []
    assert area_m2(sliver) > 50
    assert patch_m2(sliver) < 0.01
    assert patch_m2(whole) == pytest.approx(area_m2(whole), rel=1e-6)
