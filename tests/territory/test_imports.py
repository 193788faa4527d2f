"""Files in: declared, repaired, measured, whole or not at all, and safe to repeat."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from django.utils import translation

from linli.accounts.models import Person, Unit
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.territory.actions import close_grid
from linli.territory.imports import (
    DivisionOptions,
    GridOptions,
    ImportRefused,
    Source,
    import_divisions,
    import_grids,
    import_postings,
    import_units,
    plan_divisions,
    plan_grids,
    plan_postings,
    plan_units,
)
from linli.territory.models import Division, Grid, GridPosting, UnitArea
from linli.territory.queries import divisions_layer, grid_at, grids_of, units_in_charge
from linli.territory.rules.codes import Level
from linli.territory.rules.geometry import area_m2, distance_m, from_wkb
from tests.territory.ground import (
    DAY,
    NOW,
    SINCE,
    VILLAGE,
    act,
    collection,
    feature,
    geojson,
    middle,
    square,
)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def options(**chosen: Any) -> GridOptions:
    return GridOptions(**{"day": SINCE, "crs": "wgs84", **chosen})


def grid_feature(number: int, shape: Any) -> dict[str, object]:
    return feature(shape, code=f"{VILLAGE}{number:03d}", name=f"第{number}网格")


def refusal_of(plan: Any) -> str:
    with pytest.raises(ImportRefused) as caught:
        import_grids(plan, **act())
    assert not Grid.objects.exists()
    return str(caught.value)


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


def workbook(rows: Sequence[Sequence[object]], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_grids_come_from_a_table_with_and_without_boundaries(divisions: None) -> None:
    rows = [
        ["网格台账", None, None, None],
        ["网格编码", "网格名称", "类型", "边界"],
        [int(f"{VILLAGE}001"), "第一网格", "基础网格", square(0, 0).wkt],
        [f"{VILLAGE}900", "大市场", "专属", None],
    ]
    source = Source("网格.xlsx", workbook(rows, merged="A1:D1"))
    assert import_grids(plan_grids(source, options()), **act()).tally.added == 2
    market = Grid.objects.get(code=f"{VILLAGE}900")
    assert (market.kind, market.geometry) == ("dedicated", None)
    assert grid_at(*middle(0, 0)) == Grid.objects.get(code=f"{VILLAGE}001").pk


def test_bad_wkt_names_its_row(divisions: None, kept: Path) -> None:
    text = f"code,name,wkt\n{VILLAGE}001,甲,POLYGON((1 2\n"
    sentence = refusal_of(plan_grids(Source("a.csv", text.encode()), options()))
    assert "row 2: The boundary in column wkt is not WKT" in sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_are_read_in_the_encodings_people_use(db: None, encoding: str) -> None:
    text = "编码,名称,生效日期\n430412,南岳区,2020年1月5日\n430412001,祝融街道,2020/1/5\n"
    source = Source("区划.csv", text.encode(encoding))
    import_divisions(plan_divisions(source, DivisionOptions()), **act())
    assert list(Division.objects.values_list("name", flat=True)) == ["南岳区", "祝融街道"]
    assert Division.objects.get(code="430412001").since.isoformat() == "2020-01-05"


def test_a_division_without_the_one_above_it_is_refused(db: None, kept: Path) -> None:
    source = Source("x.csv", "code,name\n430412001002,岳庙社区\n".encode())
    with pytest.raises(ImportRefused, match="No division has the code 430412001 now"):
        import_divisions(plan_divisions(source, DivisionOptions()), **act())
    assert not Division.objects.exists()
    assert len(list(kept.iterdir())) == 1


def test_divisions_twice_change_nothing_and_new_names_are_taken(divisions: None) -> None:
    source = Source("x.csv", f"code,name\n{VILLAGE},岳庙新社区\n".encode())
    first = import_divisions(plan_divisions(source, DivisionOptions()), **act())
    again = import_divisions(plan_divisions(source, DivisionOptions()), **act())
    assert (first.tally.changed, again.tally.written) == (1, 0)
    division = Division.objects.get(code=VILLAGE)
    assert (division.name, division.name_en) == ("岳庙新社区", "Yuemiao")


UNITS = (
    "单位代码,单位名称,类型,上级代码,辖区\n"
    "ZR,祝融街道办,街道办,,430412001\n"
    f"YM,岳庙居委会,居委会,ZR,{VILLAGE}、430412001003\n"
)


def test_units_come_with_their_areas_and_twice_changes_nothing(divisions: None) -> None:
    source = Source("单位.csv", UNITS.encode("gb18030"))
    assert import_units(plan_units(source), **act()).tally.added == 2
    committee = Unit.objects.get(code="YM")
    assert (committee.kind, committee.parent.code) == ("committee", "ZR")  # type: ignore[union-attr]
    assert UnitArea.objects.filter(unit=committee).count() == 2
    assert [unit.code for unit in units_in_charge(VILLAGE, DAY)] == ["YM", "ZR"]
    assert import_units(plan_units(source), **act()).tally.written == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,name,parent\nA,a,B\nB,b,A\n", "in a circle: A, B"),
        ("code,name,parent\nA,a,Z\n", "no unit with the code Z"),
        ("code,name,areas\nA,a,430499\n", "No division has the code 430499"),
        ("code,name\nA,\n", "Code and name are both needed"),
        ("code,name\nA,a\nA,b\n", "a second time"),
    ],
)
def test_bad_lists_of_units_are_refused_whole(
    divisions: None, kept: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ImportRefused, match=sentence):
        import_units(plan_units(Source("u.csv", text.encode())), **act())
    assert not Unit.objects.exists()


def test_postings_come_from_a_table_and_twice_changes_nothing(
    grids: list[str], worker: Person
) -> None:
    text = (
        "账号,网格编码,职责,上岗日期,离岗日期\n"
        f"worker,{grids[0]},网格员,2026-01-10,2026-02-10\n"
        f"worker,{grids[1]},网格长,,\n"
    )
    source = Source("上岗.csv", text.encode())
    assert import_postings(plan_postings(source, SINCE), **act()).tally.added == 2
    assert [grid.code for grid in grids_of(worker, DAY)] == [grids[1]]
    # A later day without a first day in the row is still the same posting.
    assert import_postings(plan_postings(source, DAY), **act()).tally.written == 0
    ended = text.replace("网格长,,", "网格长,,2026-03-01")
    outcome = import_postings(plan_postings(Source("b.csv", ended.encode()), DAY), **act())
    assert outcome.tally.changed == 1
    assert not grids_of(worker, DAY).exists()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("nobody,{grid},worker,,", "Nobody has the user name nobody"),
        ("worker,1,worker,,", "no grid 1"),
        ("worker,{grid},king,,", "is not one of"),
        ("worker,{grid},worker,2026-02-01,2026-01-01", "end must be after"),
        ("worker,{grid},worker,2001-02-01,", "does not exist for all of the days"),
        (",{grid},worker,,", "User name and grid code"),
        ("worker,{grid},worker,,\nworker,{grid},worker,,", "a second time"),
    ],
)
def test_bad_lists_of_postings_are_refused_whole(
    grids: list[str], worker: Person, kept: Path, row: str, sentence: str
) -> None:
    text = "username,grid,role,since,until\n" + row.format(grid=grids[0]) + "\n"
    with pytest.raises(ImportRefused) as caught:
        import_postings(plan_postings(Source("p.csv", text.encode()), SINCE), **act())
    assert sentence in str(caught.value)
    assert not GridPosting.objects.exists()


def test_the_act_id_makes_an_import_happen_once(divisions: None) -> None:
    plan = plan_grids(geojson(grid_feature(1, square(0, 0))), options())
    once = {"by": None, "at": NOW, "act_id": new_id()}
    import_grids(plan, **once)
    import_grids(plan, **once)
    assert Grid.objects.count() == 1
    assert Event.objects.filter(verb="territory.save_grids").count() == 1


def test_the_report_of_a_large_file_stays_readable(divisions: None) -> None:
    lonely = [
        grid_feature(number, square(3 * number, 0) - square(3 * number + 0.4, 0.4, 0.2))
        for number in range(1, 80)
    ]
    plan = plan_grids(Source("x.geojson", json.dumps(collection(*lonely)).encode()), options())
    assert "79 places were found; the 50 largest are listed" in str(plan.report)
    assert len(plan.report.findings) == 51


def test_a_list_of_units_changes_names_uppers_and_areas(divisions: None) -> None:
    import_units(plan_units(Source("u.csv", UNITS.encode())), **act())
    text = f"code,name,name_en,kind,parent,areas\nYM,岳庙居委会,Yuemiao,committee,,{VILLAGE}\n"
    outcome = import_units(plan_units(Source("u.csv", text.encode())), **act())
    assert outcome.tally.changed == 1
    unit = Unit.objects.get(code="YM")
    assert (unit.name_en, unit.parent.code) == ("Yuemiao", "ZR")  # type: ignore[union-attr]
    areas = UnitArea.objects.filter(unit=unit, division__code="430412001003")
    assert not areas.exists()
    once = act()
    plan = plan_units(Source("u.csv", UNITS.encode()))
    assert import_units(plan, **once).tally.changed == 1
    assert import_units(plan, **once).tally.written == 0


def test_a_file_cannot_bring_back_or_turn_a_grid(grids: list[str], kept: Path) -> None:
    close_grid(code=grids[0], day=DAY, **act())
    rows = f"code,name,kind\n{grids[0]},又来,\n{grids[1]},第2网格,专属网格\n"
    said = str(plan_grids(Source("g.csv", rows.encode()), options()).report)
    assert "was dissolved on 2026-03-02" in said
    assert "is of another kind" in said


def test_a_community_has_999_codes_and_no_more(divisions: None) -> None:
    Grid.objects.create(code=f"{VILLAGE}999", name="末", division_id=VILLAGE, since=SINCE)
    source = geojson(collection(feature(square(0, 0), name="再来一个")))
    report = plan_grids(source, options(village=VILLAGE)).report
    assert f"No grid code is left in {VILLAGE}" in str(report)


def test_the_outline_of_a_community_shows_what_its_grids_leave_open(divisions: None) -> None:
    outline = feature(square(0, 0, 2), code=VILLAGE, name="岳庙社区")
    import_divisions(plan_divisions(geojson(outline), DivisionOptions(crs="wgs84")), **act())
    plan = plan_grids(geojson(grid_feature(1, square(0, 0))), options())
    assert "[warning] Yuemiao: A gap of 3.29 km²" in str(plan.report)
    (drawn,) = json.loads(divisions_layer(Level.VILLAGE, DAY).body)["features"]
    assert shapely.geometry.shape(drawn["geometry"]).area == pytest.approx(0.0004, rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("12,甲", "“12” is not a code: 6, 9, 12 digits"),
        ("430412,", "row 2: The name is missing"),
        ("430412,甲\n430412,乙", "row 3: Code 430412 stands here a second time"),
    ],
)
def test_bad_lists_of_divisions_are_refused_whole(
    db: None, kept: Path, rows: str, sentence: str
) -> None:
    source = Source("d.csv", f"code,name\n{rows}\n".encode())
    with pytest.raises(ImportRefused) as caught:
        import_divisions(plan_divisions(source, DivisionOptions()), **act())
    assert sentence in str(caught.value)
    assert not Division.objects.exists()


def test_cells_with_errors_and_several_unnamed_parts_are_told(divisions: None) -> None:
    book = openpyxl.Workbook()
    book.active.append(["code", "name"])
    book.active.append([f"{VILLAGE}001", "#REF!"])
    book.active["B2"].data_type = "e"
    file = BytesIO()
    book.save(file)
    said = str(plan_grids(Source("g.xlsx", file.getvalue()), options()).report)
    assert "such as #REF! were read as empty: 1." in said
    assert "The name is missing" in said
