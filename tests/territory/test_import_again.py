"""Files that come again, records of spreadsheets, and what refused files leave behind."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import shapely

from linli.accounts.models import Person, RoleGrant, Unit
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.territory.actions import close_grid
from linli.territory.imports import (
    DivisionOptions,
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
from tests.territory.ground import (
    DAY,
    NOW,
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


def test_a_list_of_postings_names_who_is_no_grid_worker_yet(
    grids: list[str], worker: Person
) -> None:
    source = Source("p.csv", f"username,grid\nworker,{grids[0]}\n".encode())
    assert "give them the role too: worker." in str(plan_postings(source, DAY).report)
    RoleGrant.objects.create(person=worker, role=Role.GRID_WORKER.value, since=SINCE)
    assert "the role" not in str(plan_postings(source, DAY).report)


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
