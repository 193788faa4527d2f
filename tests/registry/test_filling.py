"""Blank forms come back filled from one's own area; unknown cells are marked, no formula lives."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.drafts import Draft
from linli.registry.actions.exporting import Asked, Decision, ask_export, decide_export, take_export
from linli.registry.actions.filling import Filling, fill_form, rows_of
from linli.registry.actions.layouts import Layout
from linli.registry.actions.records import create_record
from linli.registry.imports.blanks import read_blank
from linli.registry.models import (
    Building,
    Dwelling,
    Export,
    LegalBasis,
    RecordKind,
    Team,
    Tenancy,
)
from linli.registry.rules.blanks import asked_columns, blank_of, likely_kind
from linli.registry.rules.filled import COLOURS, Mark
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person, make_unit
from tests.registry.asked import book
from tests.registry.ground import Registry, act, bring_lists, place
from tests.registry.persons import logged_text, make_basis, make_dwelling, make_resident

TITLE = "2026年住宅安全情况汇总表"
UPPER = ("序号", "房屋信息", None, None, "安全信息", None)
LOWER = (None, "房屋地址", "用途", "居住人数", "楼道是否堆物", "民族")
TWO_ROWS = book(
    (TITLE,), ("填报单位：",), UPPER, LOWER,
    merged=("A1:F1", "A3:A4", "B3:D3", "E3:F3"),
)  # fmt: skip
WHY = "汛期住宅安全排查汇总"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid, name="演示网格员甲")


@pytest.fixture
def client() -> Client:
    reader = Client()
    reader.cookies["django_language"] = "en"
    return reader


def layout_of(data: bytes, kind: str = "") -> Layout:
    blank = read_blank(data)
    kind = kind or likely_kind(blank.names)
    return Layout(TITLE, blank, RecordKind(kind), asked_columns(blank.names, kind))


def filled(layout: Layout, by: Person, area: str = "") -> Any:
    made = fill_form(filling=Filling(layout, area, WHY), by=by, at=NOW, act_id=new_id())
    return openpyxl.load_workbook(BytesIO(made))


def home(grid: Grid, line: str, **columns: Any) -> Dwelling:
    made = make_dwelling(grid, line)
    Dwelling.objects.filter(pk=made.pk).update(**columns)
    return made


def refused(code: str, call: Any) -> None:
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.refusal.code == code, str(caught.value.refusal)


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[2:] if cell.fill.fill_type else ""


# --- Reading the blank ---


def test_titles_and_a_header_of_two_rows_are_read_and_no_row_below() -> None:
    blank = read_blank(TWO_ROWS)
    assert blank.titles[0] == (TITLE,) * 6
    assert blank.header[0][1:4] == ("房屋信息",) * 3
    assert blank.names[0] == "序号"
    assert blank.names[1] == "房屋信息 房屋地址"


def test_example_rows_of_a_form_are_not_carried() -> None:
    blank = read_blank(book(("房屋地址", "居住人数"), ("样例路1号", 3), ("=cmd|'/c calc'!A0", 1)))
    assert (blank.titles, blank.header) == ((), (("房屋地址", "居住人数"),))


def test_a_form_that_asks_for_nothing_known_is_still_a_form() -> None:
    blank = read_blank(book(("巡查表",), ("甲事项", "乙事项", "丙事项"), merged=("A1:C1",)))
    assert blank.names == ("甲事项", "乙事项", "丙事项")
    assert blank_of([]) is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 broken", "file"),
        (book(("一个字",)), "no_header"),
        (book(tuple(f"列{number}" for number in range(70)), (1, 2)), "columns"),
    ],
)
def test_what_is_no_blank_form_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    refused(code, lambda: read_blank(data))


# --- Filling ---


@pytest.mark.django_db
def test_rows_come_from_ones_own_area_and_unknown_cells_are_marked(
    grid: Grid, worker: Person
) -> None:
    home(grid, "祝融路1号", heads=3)
    home(grid, "祝融路2号", confirmed_on=date(2024, 1, 1))
    home(make_grid(5), "衡山路9号", heads=1)
    sheet = filled(layout_of(TWO_ROWS), worker).worksheets[0]
    assert sheet["A1"].value == TITLE
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {"A1:F1", "A3:A4", "B3:D3", "E3:F3"} <= merged
    rows = {row[1].value[-5:]: row for row in sheet.iter_rows(min_row=5)}
    assert set(rows) == {"祝融路1号", "祝融路2号"}
    known, old = rows["祝融路1号"], rows["祝融路2号"]
    assert [cell.value for cell in known[2:5]] == ["lived in by its owner", 3, "to be filled in"]
    assert colour(known[3]) == ""
    assert colour(known[4]) == COLOURS[Mark.UNKNOWN]
    assert old[3].value == "to be filled in"
    assert colour(old[2]) == COLOURS[Mark.OLD]
    # What may not be collected is never filled, and is named.
    assert [(row[5].value, colour(row[5])) for row in rows.values()] == [
        (None, COLOURS[Mark.FORBIDDEN])
    ] * 2
    about = str(list(filled(layout_of(TWO_ROWS), worker).worksheets[1].values))
    assert "安全信息 民族" in about
    assert WHY in about


@pytest.mark.django_db
def test_formulas_of_the_form_and_of_records_are_neutralised(grid: Grid, worker: Person) -> None:
    home(grid, "=HYPERLINK(1)", heads=3)
    data = book(("=1+1", "房屋地址", "居住人数"), ("@SUM(A1)", "街道", "人数"))
    made = filled(layout_of(book(("房屋地址", "街路或组", "=居住人数", "居住人数"))), worker)
    assert read_blank(data).names
    cells = [cell for sheet in made for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert any(str(cell.value).endswith("=HYPERLINK(1)") for cell in cells)


@pytest.mark.django_db
def test_the_area_narrows_and_another_area_is_not_theirs(grid: Grid, worker: Person) -> None:
    home(grid, "祝融路1号")
    layout = layout_of(book(("房屋地址", "居住人数")))
    assert filled(layout, worker, grid.code).worksheets[0].max_row == 2
    refused("area", lambda: filled(layout, worker, make_grid(5).code))
    refused("role", lambda: filled(layout, make_person(Role.CALLER)))
    told = Event.objects.get(verb="registry.fill_form")
    assert grid.code in str(told.detail)


@pytest.mark.django_db
def test_what_hangs_on_a_row_and_where_it_lies_is_written() -> None:
    registry = Registry.made()
    facts = {"name": "演示小学", "stage": "小学", "pupils": "300", "kind": "school"}
    draft = Draft(RecordKind.SCHOOL, facts, "work_safety", place("祝融路3号"))
    create_record(draft=draft, act=act(registry.worker))
    names = ("序号", "学校名称", "办学阶段", "学生人数", "门牌号", "所属社区", "网格名称")
    names += ("网格编码", "乡镇", "核实日期", "备注")
    sheet = filled(layout_of(book(names), "school"), registry.worker).worksheets[0]
    row = [cell.value for cell in sheet[2]]
    assert row[:5] == [1, "演示小学", "primary school", 300, "3号"]
    assert row[6] == str(registry.grid)
    assert row[7] == registry.grid.code
    assert (row[9], row[10]) == ("2026-03-02", None)


@pytest.mark.django_db
def test_rows_reach_the_dwelling_and_the_building_they_hang_on(grid: Grid, worker: Person) -> None:
    inside = home(grid, "祝融路7号", heads=2)
    common = {"grid": grid, "basis": inside.basis, "keep_until": date(2031, 1, 1)}
    common |= {"source": inside.source, "confirmed_on": date(2026, 2, 1)}
    built = Building.objects.create(address=inside.address, floors=6, **common)
    Dwelling.objects.filter(pk=inside.pk).update(building=built)
    home(grid, "祝融路8号")
    layout = layout_of(book(("房屋地址", "居住人数", "层数")), "dwelling")
    rows = list(filled(layout, worker).worksheets[0].values)[1:]
    assert sorted(row[1:] for row in rows if row[1] == 2) == [(2, 6)]
    assert [row[1:] for row in rows if row[1] != 2] == [("to be filled in",) * 2]
    Tenancy.objects.create(dwelling=inside, since=date(2025, 1, 1), wrapped_key=b"", **common)
    let = layout_of(book(("房屋地址", "烟感", "居住人数", "房东")), "tenancy")
    without = Layout(TITLE, let.blank, let.kind, let.columns[:3])
    row = list(filled(without, worker).worksheets[0].values)[1]
    assert row[1:3] == ("to be filled in", 2)
    # An erased contact has no key, and nothing is opened.
    made = rows_of(let, Tenancy.objects.all(), date(2026, 3, 2))
    assert [cell.value for cell in next(made)][3] == "to be filled in"


@pytest.mark.django_db
def test_a_team_has_a_village_and_no_address(grid: Grid, worker: Person) -> None:
    made = make_dwelling(grid)
    Team.objects.create(
        division=made.address.division, kind="volunteers", name="演示服务队", grid=grid,
        basis=made.basis, keep_until=date(2031, 1, 1), source=made.source,
        confirmed_on=date(2026, 2, 1), wrapped_key=b"",
    )  # fmt: skip
    layout = layout_of(book(("队伍名称", "所属社区", "地址")), "team")
    row = list(filled(layout, worker).worksheets[0].values)[1]
    assert row == ("演示服务队", str(made.address.division), "to be filled in")


# --- Forms that name persons go by two people ---


def asked_for(layout: Layout, by: Person, area: str) -> Export:
    asked = Asked(area, layout.keys, WHY, make_basis(), layout=layout)
    return ask_export(asked=asked, by=by, at=NOW, act_id=new_id())


@pytest.mark.django_db
def test_a_form_that_names_persons_is_approved_by_another_and_marked(
    grid: Grid, worker: Person
) -> None:
    inside = make_resident("张小明", "13912345678", grid, make_dwelling(grid, "衡山路12号"))
    make_resident("李四", "13900000000", make_grid(5))
    data = book(
        ("花名册",), ("姓名", "联系电话", "身份证号", "住址", "宗教信仰"), merged=("A1:E1",)
    )
    layout = layout_of(data)
    assert layout.kind == RecordKind.RESIDENT
    refused("persons", lambda: filled(layout, worker))
    export = asked_for(layout, worker, grid.code)
    assert "resident.identity" not in export.fields
    refused("not_approved", lambda: take_export(export_id=export.pk, by=worker, at=NOW))
    supervisor = make_person(Role.SUPERVISOR, name="演示主管乙")
    decide_export(
        export_id=export.pk, decision=Decision(True), by=supervisor, at=NOW, act_id=new_id()
    )
    made = openpyxl.load_workbook(BytesIO(take_export(export_id=export.pk, by=worker, at=NOW)))
    sheet = made.worksheets[0]
    rows = list(sheet.values)
    for word in ("演示网格员甲", WHY):
        assert word in str(rows[0][0])
        assert word in str(made.worksheets[1]["A1"].value)
        assert word in str(sheet.oddHeader.center.text)
    assert rows[1][0] == "花名册"
    assert rows[3][:3] == ("张小明", "13912345678", "to be filled in")
    assert str(rows[3][3]).endswith("衡山路12号")
    assert rows[3][4] is None
    assert len(rows) == 4
    assert [one.subject for one in Event.objects.filter(verb="read.exported")] == [inside.pk]
    assert "演示主管乙" in str(list(made.worksheets[1].values))
    assert "13912345678" not in logged_text()


@pytest.mark.django_db
def test_contacts_of_places_are_facts_of_persons_too(grid: Grid, worker: Person) -> None:
    layout = layout_of(book(("企业名称", "安全负责人", "联系电话")))
    assert layout.kind == RecordKind.ORGANISATION
    refused("persons", lambda: filled(layout, worker))
    officer = make_person(Role.UNIT_OFFICER, unit=make_unit())
    refused("role", lambda: asked_for(layout, officer, grid.code))
    refused("area", lambda: asked_for(layout, worker, make_grid(5).code))
    refused("empty", lambda: asked_for(layout, worker, grid.code))
    help_given = Layout(TITLE, layout.blank, RecordKind.ASSISTANCE, layout.columns)
    refused("kind", lambda: asked_for(help_given, worker, grid.code))


# --- Pages ---


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("住宅表.xlsx", data)


@pytest.mark.django_db
def test_the_page_matches_takes_corrections_and_sends_the_form(
    client: Client, grid: Grid, worker: Person
) -> None:
    home(grid, "祝融路1号", heads=3)
    client.force_login(worker)
    assert client.get("/registry/forms/fill/").status_code == 200
    assert client.post("/registry/forms/fill/", {"file": upload(b"PK\x03\x04")}).status_code == 422
    assert client.post("/registry/forms/fill/", {"blank": "forged"}).status_code == 422
    seen = client.post(
        "/registry/forms/fill/", {"file": upload(book(("房屋地址", "户数", "民族")))}
    )
    token = seen.context["sent"].token
    assert seen.context["forbidden"] == ["民族"]
    assert [row["key"] for row in seen.context["sheets"][0]["rows"]] == ["address.address", "", ""]
    sent = {"blank": token, "verb": "fill", "kind-0": "dwelling", "area": "", "act_id": new_id()}
    assert client.post("/registry/forms/fill/", sent).status_code == 422
    again = client.post("/registry/forms/fill/", {**sent, "verb": "again", "kind-0": "building"})
    assert again.context["sheets"][0]["rows"][0]["key"] == "address.address"
    sent |= {"purpose": WHY, "column-0-0": "address.address", "column-0-1": "dwelling.heads"}
    made = client.post("/registry/forms/fill/", sent)
    assert made["Content-Type"].endswith("sheet")
    rows = list(openpyxl.load_workbook(BytesIO(made.content)).worksheets[0].values)
    assert rows[1][1] == 3


@pytest.mark.django_db
def test_the_page_leads_a_form_that_names_persons_to_a_second_person(
    client: Client, grid: Grid, worker: Person
) -> None:
    bring_lists()
    make_resident("张小明", "13912345678", grid)
    client.force_login(worker)
    seen = client.post("/registry/forms/fill/", {"file": upload(book(("姓名", "联系电话")))})
    assert seen.context["persons"]
    sent: dict[str, Any] = {
        "blank": seen.context["sent"].token,
        "verb": "fill",
        "kind-0": "resident",
        "area": grid.code,
        "act_id": new_id(),
        "purpose": WHY,
        "column-0-0": "resident.name",
        "column-0-1": "resident.telephone",
    }
    assert client.post("/registry/forms/fill/", sent).status_code == 422
    sent["basis"] = LegalBasis.objects.first().pk  # type: ignore[union-attr]
    assert client.post("/registry/forms/fill/", {**sent, "purpose": "短"}).status_code == 422
    assert client.post("/registry/forms/fill/", sent).headers["Location"] == "/registry/exports/"
    export = Export.objects.get()
    client.force_login(make_person(Role.SUPERVISOR))
    page = client.get(f"/registry/exports/{export.pk}/").content.decode()
    assert "姓名" in page
    assert "联系电话" in page
