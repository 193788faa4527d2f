"""A form of several sheets is filled on each, and what a person corrected is remembered."""

from collections.abc import Iterator
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
from linli.registry.actions.exporting import Decision, decide_export, take_export
from linli.registry.actions.filling import Filling, fill_form
from linli.registry.actions.layouts import Layout
from linli.registry.actions.lists import publish_lists, read_lists
from linli.registry.imports.blanks import read_blanks
from linli.registry.models import (
    ColumnMapping,
    Dwelling,
    Export,
    LegalBasis,
    MappingUse,
    RecordKind,
)
from linli.registry.rules.blanks import asked_columns
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person
from tests.registry.importing_files import as_csv, take
from tests.registry.persons import make_dwelling, make_resident

pytestmark = pytest.mark.django_db
WHY = "汛期住宅安全排查汇总"
HOMES, PERSONS = ("房屋地址", "居住人数"), ("姓名", "联系电话", "住址")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def grid() -> Grid:
    publish_lists(lists=read_lists(), by=None, at=NOW, act_id=new_id())
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid, name="演示网格员甲")


def book(**sheets: tuple[tuple[object, ...], ...]) -> bytes:
    """Return a workbook; a sheet whose name begins with an underscore is hidden."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.strip("_"))
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def layout_of(data: bytes, *kinds: str) -> Layout:
    found = read_blanks(data)
    sheets = [
        Layout("表", blank, RecordKind(kind), asked_columns(blank.names, kind))
        for blank, kind in zip(found.blanks, kinds, strict=True)
    ]
    return Layout.of_sheets(sheets, found.left_out)


TWO = {
    "说明": (("填表说明", "请如实填写"), ("第一条", "按户填写")),
    "住宅": (("住宅汇总表",), HOMES),
    "楼栋": (("地址", "层数"),),
    "_旧表": (HOMES,),
    "空表": (),
}


def test_each_sheet_that_is_shown_and_asks_for_something_known_is_read() -> None:
    found = read_blanks(book(**TWO))
    assert [blank.sheet for blank in found.blanks] == ["住宅", "楼栋"]
    assert found.blanks[0].titles == (("住宅汇总表", ""),)
    assert found.left_out == ("旧表", "说明")


def test_a_sheet_with_too_many_columns_is_refused_wherever_it_stands() -> None:
    wide = ("姓名", *(f"列甲{n}" for n in range(80)))
    with pytest.raises(Refused) as caught:
        read_blanks(book(甲=(HOMES,), 乙=(wide,)))
    assert caught.value.refusal.code == "columns"


def test_every_sheet_is_filled_with_its_own_kind(grid: Grid, worker: Person) -> None:
    made = make_dwelling(grid, "祝融路1号")
    Dwelling.objects.filter(pk=made.pk).update(heads=3)
    layout = layout_of(book(**TWO, 再=(HOMES,)), "dwelling", "building", "dwelling")
    act = new_id()
    data = fill_form(filling=Filling(layout, "", WHY), by=worker, at=NOW, act_id=act)
    back = openpyxl.load_workbook(BytesIO(data))
    assert back.sheetnames[:3] == ["住宅", "楼栋", "再"]
    assert back["住宅"]["A1"].value == "住宅汇总表"
    assert list(back["住宅"].values)[2][1] == 3
    assert list(back["再"].values)[1][1] == 3
    assert len(list(back["楼栋"].values)) == 1
    about = str(list(back.worksheets[3].values))
    for word in ("说明", "旧表", "楼栋", "'Rows', '2'"):
        assert word in about
    assert "dwelling,building" in str(Event.objects.get(pk=act).detail)


def test_one_sheet_of_persons_is_enough_for_a_second_person(grid: Grid, worker: Person) -> None:
    layout = layout_of(book(住宅=(HOMES,), 居民=(PERSONS,)), "dwelling", "resident")
    assert layout.names_persons
    with pytest.raises(Refused) as caught:
        fill_form(filling=Filling(layout, "", WHY), by=worker, at=NOW, act_id=new_id())
    assert caught.value.refusal.code == "persons"


def send(client: Client, data: bytes, sender: str = "") -> Any:
    file = SimpleUploadedFile("汇总.xlsx", data)
    return client.post("/registry/forms/fill/", {"file": file, "sender": sender})


@pytest.fixture
def client(worker: Person) -> Client:
    reader = Client()
    reader.cookies["django_language"] = "en"
    reader.force_login(worker)
    return reader


def test_the_page_leads_two_sheets_to_one_export_that_is_marked_on_each(
    client: Client, grid: Grid, worker: Person
) -> None:
    make_resident("张小明", "13912345678", grid, make_dwelling(grid, "衡山路12号"))
    seen = send(client, book(住宅=(HOMES,), 居民=((*PERSONS, "民族"),)))
    assert [sheet["title"] for sheet in seen.context["sheets"]] == ["住宅", "居民"]
    assert seen.context["persons"]
    told: dict[str, Any] = {"blank": seen.context["sent"].token, "verb": "fill", "purpose": WHY}
    told |= {"kind-0": "dwelling", "kind-1": "resident", "area": grid.code, "act_id": new_id()}
    told["column-0-0"] = "address.address"
    told |= {f"column-1-{at}": key for at, key in enumerate(("resident.name", "", ""))}
    told["basis"] = LegalBasis.objects.first().pk  # type: ignore[union-attr]
    assert client.post("/registry/forms/fill/", told).status_code == 302
    export = Export.objects.get()
    assert export.fields == ["address.address", "resident.name"]
    supervisor = make_person(Role.SUPERVISOR)
    yes = Decision(True)
    decide_export(export_id=export.pk, decision=yes, by=supervisor, at=NOW, act_id=new_id())
    data = take_export(export_id=export.pk, by=worker, at=NOW)
    back = openpyxl.load_workbook(BytesIO(data))
    assert back.sheetnames[:2] == ["住宅", "居民"]
    for sheet in back.worksheets:
        assert "演示网格员甲" in str(sheet["A1"].value)
    assert list(back["居民"].values)[2][0] == "张小明"
    assert str(list(back["住宅"].values)[2][0]).endswith("衡山路12号")
    export.refresh_from_db()
    assert export.rows == 2


def fill_once(client: Client, sender: str, key: str) -> Any:
    seen = send(client, book(表=(("房屋地址", "人头", "备注"),)), sender)
    told = {"blank": seen.context["sent"].token, "verb": "fill", "purpose": WHY}
    told |= {"kind-0": "dwelling", "area": "", "act_id": new_id()}
    told |= {"column-0-0": "", "column-0-1": key}
    assert client.post("/registry/forms/fill/", told).status_code == 200
    return seen.context["sheets"][0]["rows"]


def test_corrections_of_a_form_are_remembered_for_its_sender(client: Client) -> None:
    first = fill_once(client, "区应急局", "dwelling.heads")
    assert [row["key"] for row in first] == ["address.address", "", ""]
    kept = ColumnMapping.objects.get()
    assert (kept.use, kept.sender, kept.kind) == (MappingUse.FORM, "区应急局", "dwelling")
    assert kept.columns == {"房屋地址": "", "人头": "dwelling.heads"}
    assert Event.objects.filter(verb="registry.keep_mapping").count() == 1
    again = fill_once(client, "区应急局", "dwelling.heads")
    assert [row["key"] for row in again] == ["", "dwelling.heads", ""]
    other = fill_once(client, "区教育局", "dwelling.heads")
    assert [row["key"] for row in other] == ["address.address", "", ""]
    assert ColumnMapping.objects.count() == 2


def test_nothing_is_remembered_of_a_sender_whom_nobody_named(client: Client) -> None:
    fill_once(client, "", "dwelling.heads")
    assert not ColumnMapping.objects.exists()


def test_what_was_matched_for_a_form_does_not_decide_how_a_file_is_read(client: Client) -> None:
    fill_once(client, "甲单位", "dwelling.heads")
    take(as_csv([["祝融路1号", 9, "自住"]], ["房屋地址", "人头", "用途"]), kind="dwelling")
    kept = ColumnMapping.objects.get(use=MappingUse.IMPORT)
    assert kept.columns == {"房屋地址": "address.address", "用途": "dwelling.use"}
