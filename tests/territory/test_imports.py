"""Files in: declared, repaired, measured, whole or not at all, and safe to repeat."""

from pathlib import Path

import pytest
import shapely

from linli.audit.models import Event
from linli.territory.imports import (
    DivisionOptions,
    ImportRefused,
    Source,
    import_divisions,
    import_grids,
    plan_divisions,
    plan_grids,
)
from linli.territory.models import Division, Grid
from linli.territory.queries import grid_at
from linli.territory.rules.geometry import area_m2, distance_m, from_wkb
from tests.territory.ground import (
    DAY,
    SINCE,
    VILLAGE,
    act,
    collection,
    feature,
    geojson,
    grid_feature,
    middle,
    options,
    refusal_of,
    square,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("form", ["collection", "list", "single"])
def test_all_three_forms_of_geojson_are_read(divisions: None, form: str) -> None:
    one = grid_feature(1, square(0, 0))
    document = {"collection": collection(one), "list": [one], "single": one}[form]
    assert import_grids(plan_grids(geojson(document), options()), **act()).tally.added == 1
    assert grid_at(*middle(0, 0)) == Grid.objects.get().pk


def test_holes_and_parts_are_kept(divisions: None) -> None:
    ring = square(0, 0) - square(0.25, 0.25, 0.5)
    two = shapely.union(square(2, 0), square(4, 0))
    document = collection(grid_feature(1, ring), grid_feature(2, two), crs="EPSG:4490")
    import_grids(plan_grids(geojson(document), options(crs="")), **act())
    assert grid_at(*middle(0, 0)) is None
    assert grid_at(*middle(2, 0)) == grid_at(*middle(4, 0)) is not None
    assert Grid.objects.get(code=f"{VILLAGE}001").area_m2 == pytest.approx(area_m2(ring))


def test_a_file_without_a_coordinate_system_is_refused_and_kept(
    divisions: None, kept: Path
) -> None:
    source = geojson(collection(grid_feature(1, square(0, 0))), "../../网格 一.geojson")
    sentence = refusal_of(plan_grids(source, options(crs="")))
    assert "does not say which coordinate system" in sentence
    (folder,) = kept.iterdir()
    copies = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert copies["网格_一.geojson"] == source.data
    assert b"gcj02" in copies["网格_一.geojson.report.txt"]


@pytest.mark.parametrize(
    ("crs", "asked", "sentence"),
    [
        ("urn:ogc:def:crs:EPSG::3857", "", "is not read"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "gcj02", "but gcj02 was chosen"),
    ],
)
def test_an_unknown_or_contradicted_system_is_refused(
    divisions: None, kept: Path, crs: str, asked: str, sentence: str
) -> None:
    document = collection(grid_feature(1, square(0, 0)), crs=crs)
    assert sentence in refusal_of(plan_grids(geojson(document), options(crs=asked)))


def test_metres_are_refused_with_the_first_pair_of_them(divisions: None, kept: Path) -> None:
    far = shapely.box(38_456_000, 3_012_000, 38_457_000, 3_013_000)
    plan = plan_grids(geojson(collection(grid_feature(1, far))), options())
    assert "feature 1: The coordinates (38456000.0, 3012000.0) are not degrees" in refusal_of(plan)


def test_nanyues_outline_without_a_system_is_refused_and_as_gcj02_moves_by_600_metres(
    shared: Path, db: None, kept: Path
) -> None:
    source = Source.of(shared / "data" / "nanyue" / "boundary.geojson")
    with pytest.raises(ImportRefused):
        import_divisions(plan_divisions(source, DivisionOptions()), **act())
    assert not Division.objects.exists()
    import_divisions(plan_divisions(source, DivisionOptions(crs="gcj02")), **act())
    district = Division.objects.get(code="430412")
    given = shapely.from_geojson(source.data).geoms[0]
    stored = from_wkb(district.geometry or b"")
    moved = distance_m(*given.centroid.coords[0], *stored.centroid.coords[0])
    assert 550 < moved < 700
    assert area_m2(stored) == pytest.approx(area_m2(given), rel=5e-3)


def test_nanyues_villages_bring_their_townships_from_the_column_beside_them(
    shared: Path, db: None
) -> None:
    outline = Source.of(shared / "data" / "nanyue" / "boundary.geojson")
    import_divisions(plan_divisions(outline, DivisionOptions(crs="gcj02")), **act())
    table = Source.of(shared / "data" / "nanyue" / "divisions.csv")
    outcome = import_divisions(plan_divisions(table, DivisionOptions()), **act())
    assert outcome.tally.added == 28
    assert Division.objects.filter(level="village").count() == 25
    assert Division.objects.get(code="430412203").name == "寿岳乡"


def test_torontos_158_areas_are_imported_without_overlap(shared: Path, divisions: None) -> None:
    source = Source.of(shared / "data" / "toronto" / "neighbourhoods_158.geojson")
    chosen = options(crs="", code_column="AREA_LONG_CODE", name_column="AREA_NAME", village=VILLAGE)
    plan = plan_grids(source, chosen)
    assert import_grids(plan, **act()).tally.added == 158
    assert not any("overlap" in finding.sentence for finding in plan.report.findings)
    assert Grid.objects.get(reference="174").name == "South Eglinton-Davisville"
    again = import_grids(plan_grids(source, chosen), **act())
    assert (again.tally.written, again.tally.unchanged) == (0, 158)


def test_an_invalid_boundary_is_repaired_and_reported(divisions: None) -> None:
    x, y = middle(0, 0)
    bow_tie = {
        "type": "Polygon",
        "coordinates": [[[x, y], [x + 0.01, y + 0.01], [x + 0.01, y], [x, y + 0.01]]],
    }
    plan = plan_grids(geojson(grid_feature(1, bow_tie)), options())
    (finding,) = plan.report.findings
    assert finding.gravity == "warning"
    assert finding.where == "feature 1"
    assert "Self-intersection" in finding.sentence
    import_grids(plan, **act())
    assert from_wkb(Grid.objects.get().geometry or b"").is_valid


def test_overlaps_in_a_community_are_refused_with_their_size(divisions: None, kept: Path) -> None:
    document = collection(grid_feature(1, square(0, 0)), grid_feature(2, square(0.9, 0)))
    sentence = refusal_of(plan_grids(geojson(document), options()))
    assert f"{VILLAGE}001 and {VILLAGE}002 overlap by" in sentence
    assert "0.11 km²" in sentence


def test_overlaps_across_communities_and_gaps_are_reported(divisions: None) -> None:
    frame = [square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    features = [grid_feature(number, shape) for number, shape in enumerate(frame, start=1)]
    other = feature(square(2.95, 0), code="430412001003001", name="邻居")
    plan = plan_grids(geojson(collection(*features, other)), options())
    import_grids(plan, **act())
    said = str(plan.report)
    assert "[warning] 430412001002006 and 430412001003001 overlap by 54," in said
    assert "[warning] A gap of 1.10 km²" in said
    assert Grid.objects.count() == 9


def test_an_overlap_with_a_stored_grid_is_found(grids: list[str], kept: Path) -> None:
    plan = plan_grids(geojson(grid_feature(9, square(0.5, 0.5))), options())
    with pytest.raises(ImportRefused):
        import_grids(plan, **act())
    assert Grid.objects.count() == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"type": "FeatureCollection", ', "is not JSON"),
        (b'{"type": "Topology"}', "no FeatureCollection"),
        (b"[]", "no FeatureCollection"),
        (b"\x00\x01\x02", "neither a .csv nor an .xlsx"),
        (b"", "no visible sheet"),
        (b"a,b\n1,2\n", "is a header with one of the columns"),
    ],
)
def test_files_of_other_kinds_are_refused(
    divisions: None, kept: Path, data: bytes, sentence: str
) -> None:
    assert sentence in refusal_of(plan_grids(Source("x", data), options()))


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"type": "Thing"}, "feature 2: This is not a GeoJSON Feature"),
        (grid_feature(2, {"type": "Point", "coordinates": [1, 2]}), "not Point"),
        (grid_feature(2, {"type": "Polygon", "coordinates": [[[1, 2], "x"]]}), "cannot be read"),
        (grid_feature(2, {"type": "Polygon", "coordinates": []}), "feature 2: The boundary has no"),
        (feature(square(1, 0), code="12", name="x"), "“12” is not a code: 15 digits"),
        (feature(square(1, 0), code=f"{VILLAGE}002"), "feature 2: The name is missing"),
        (feature(None, code=f"{VILLAGE}001", name="第1网格"), "stands here a second time"),
        (
            feature(None, code="999999999999001", name="x"),
            "with the code 999999999999 exists on 2026-01-01",
        ),
        (feature(None, code=f"{VILLAGE}002", name="x", kind="odd"), "is not one of"),
        (feature(None, code=f"{VILLAGE}002", name="x", since="soon"), "is not a date"),
    ],
)
def test_one_bad_feature_refuses_the_whole_file(
    divisions: None, kept: Path, broken: dict[str, object], sentence: str
) -> None:
    document = collection(grid_feature(1, square(0, 0)), broken)
    assert sentence in str(plan_grids(geojson(document), options()).report)
    refusal_of(plan_grids(geojson(document), options()))


def test_several_features_of_one_code_are_the_parts_of_one_grid(divisions: None) -> None:
    document = collection(grid_feature(1, square(0, 0)), grid_feature(1, square(5, 5)))
    plan = plan_grids(geojson(document), options())
    import_grids(plan, **act())
    assert grid_at(*middle(0, 0)) == grid_at(*middle(5, 5)) == Grid.objects.get().pk
    assert "2 features with the code" in str(plan.report)


def test_the_same_file_twice_changes_nothing(divisions: None) -> None:
    source = geojson(collection(grid_feature(1, square(0, 0)), grid_feature(2, square(1, 0))))
    import_grids(plan_grids(source, options()), **act())
    events = Event.objects.count()
    again = import_grids(plan_grids(source, options()), **act())
    assert (again.tally.written, again.tally.unchanged) == (0, 2)
    assert Event.objects.count() == events


def test_a_changed_file_renames_and_redraws_from_its_day_on(divisions: None) -> None:
    first = collection(grid_feature(1, square(0, 0)), grid_feature(2, square(1, 0)))
    import_grids(plan_grids(geojson(first), options()), **act())
    second = collection(
        grid_feature(1, shapely.union(square(0, 0), square(0, 1))),
        feature(square(1, 0), code=f"{VILLAGE}002", name="新名"),
    )
    outcome = import_grids(plan_grids(geojson(second), options(day=DAY)), **act())
    assert (outcome.tally.redrawn, outcome.tally.changed, outcome.tally.added) == (1, 1, 0)
    grid = Grid.objects.get(code=f"{VILLAGE}001")
    assert grid_at(*middle(0, 1), on=DAY) == grid.pk
    assert grid_at(*middle(0, 1), on=SINCE) is None
    assert grid_at(*middle(0, 0), on=SINCE) == grid.pk
