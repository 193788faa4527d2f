"""Categories from and to spreadsheets: previewed, published whole, and back without a change."""

import io
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from linli.cases.actions.categories import CategoryDraft, LimitDraft, publish_categories
from linli.cases.imports.category_data import drafts_of, read_tree
from linli.cases.imports.category_tables import (
    CategoryPlan,
    as_csv,
    category_rows,
    import_categories,
    plan_categories,
    workbook,
)
from linli.cases.models import Category, CategoryVersion, StageLimit
from linli.cases.queries.categories import offered_categories
from linli.kernel.ids import new_id
from linli.territory.imports.report import ImportRefused, Source

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CLOSE = LimitDraft("close", "办结", 3, "working_days", "report", ("close",), is_final=True)


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    return tmp_path / "imports"


def publish(*drafts: CategoryDraft) -> None:
    publish_categories(drafts=drafts, by=None, at=AT, act_id=new_id())


def table(*rows: list[str], name: str = "a.csv") -> Source:
    return Source(name, "\n".join(",".join(row) for row in rows).encode())


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def take(source: Source, limits_like: str = "") -> CategoryPlan:
    plan = plan_categories(source, limits_like)
    assert [str(fault) for fault in plan.findings.faults] == []
    import_categories(plan, by=None, at=AT, act_id=new_id())
    return plan


def faults(source: Source) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in plan_categories(source).findings.faults]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_exported_workbook_comes_back_without_a_change(language: str) -> None:
    publish(*drafts_of(read_tree()))
    with translation.override(language):
        data = workbook()
    with translation.override("zh-hans" if language == "en" else "en"):
        plan = plan_categories(Source("categories.xlsx", data))
    assert plan.findings.faults == []
    assert len(plan.changes) == Category.objects.count() > 80
    assert plan.drafts == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_exported_csv_comes_back_without_a_change(encoding: str) -> None:
    publish(*drafts_of(read_tree()))
    for rows in category_rows():
        plan = plan_categories(Source("categories.csv", as_csv(rows, encoding)))
        assert plan.findings.faults == []
        assert plan.changes
        assert plan.drafts == []


def test_a_changed_cell_makes_a_new_version_of_that_category_alone() -> None:
    publish(*drafts_of(read_tree()))
    categories, limits = category_rows()
    place = next(n for n, row in enumerate(categories) if row[0] == "0101")
    metres = next(n for n, name in enumerate(categories[0]) if "duplicate_metres" in name)
    categories[place][metres] = "55"
    plan = take(Source("x.xlsx", book(categories=categories, limits=limits)))
    changed = [change for change in plan.changes if change.what != "same"]
    assert [(change.draft.code, change.what) for change in changed] == [("0101", "version")]
    assert [(d.before, d.after) for d in changed[0].differences] == [("30", "55")]
    numbers = CategoryVersion.objects.filter(category__code="0101").values_list("number", flat=True)
    assert sorted(numbers) == [1, 2]
    assert CategoryVersion.objects.filter(number=2).count() == 1


def test_a_table_without_limits_leaves_the_limits_as_they_are() -> None:
    publish(CategoryDraft("a", "路灯不亮", rules={"reopen_days": 5}, limits=(CLOSE,)))
    take(table(["编码", "名称", "可重启天数"], ["a", "路灯不亮", "9"]))
    newest = CategoryVersion.objects.get(number=2)
    assert newest.reopen_days == 9
    assert [limit.amount for limit in newest.limits.all()] == [3]


def test_a_table_of_limits_alone_replaces_those_of_its_categories() -> None:
    publish(CategoryDraft("a", "路灯不亮", rules={"reopen_days": 5}, limits=(CLOSE,)))
    publish(CategoryDraft("b", "井盖缺失", rules={"reopen_days": 5}, limits=(CLOSE,)))
    header = ["编码", "环节", "环节名称", "时限", "单位", "起算", "完成", "对外承诺"]
    take(table(header, ["a", "办结", "", "7", "天", "report", "close", "是"]))
    limits = StageLimit.objects.filter(version__category__code="a", version__number=2)
    assert [(x.stage, x.name, x.amount, x.unit) for x in limits] == [
        ("close", "办结", 7, "calendar_days")
    ]
    assert not CategoryVersion.objects.filter(category__code="b", number=2).exists()


def test_columns_may_be_called_what_people_call_them() -> None:
    take(
        table(
            ["某区事项清单（2026年）"],
            ["事项编码", "事项名称", "上级", "类型", "是否需要照片", "为何需要照片"],
            ["A", "市政设施", "", "", "", ""],
            ["A1", "路灯不亮", "A", "求助、complaint", "是", "看清灯杆编号"],
        )
    )
    version = CategoryVersion.objects.get(category__code="A1")
    assert version.kinds == ["help", "complaint"]
    assert version.needs_photo
    assert version.category.parent is not None
    assert not Category.objects.get(code="A").versions.exists()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["编码", "名称"], ["a", ""]], [(2, "名称")]),
        ([["编码", "名称"], ["", "路灯"]], [(2, "编码")]),
        ([["编码", "名称"], ["a", "路灯"], ["a", "井盖"]], [(3, "编码")]),
        ([["编码", "名称"], ["路 灯", "路灯"]], [(2, "编码")]),
        ([["编码", "名称", "上级"], ["a", "路灯", "zz"]], [(2, "上级")]),
        (
            [["编码", "名称", "上级"], ["a", "甲", "b"], ["b", "乙", "a"]],
            [(2, "上级"), (3, "上级")],
        ),
        ([["编码", "名称", "照片"], ["a", "路灯", "是"]], [(2, "")]),
        ([["编码", "名称", "照片"], ["a", "路灯", "也许"]], [(2, "照片")]),
        ([["编码", "名称", "查重距离"], ["a", "路灯", "很近"]], [(2, "查重距离")]),
        ([["编码", "名称", "查重距离"], ["a", "路灯", "-5"]], [(2, "查重距离")]),
        ([["编码", "名称", "诉求类型"], ["a", "路灯", "求助 哭诉"]], [(2, "诉求类型")]),
        ([["编码", "名称", "紧急电话"], ["a", "路灯", "报警"]], [(2, "紧急电话")]),
        ([["编码", "名称", "代码"], ["a", "路灯", "b"]], [(1, "代码")]),
        (
            [["编码", "环节", "时限", "单位", "起算"], ["a", "close", "3", "天", "report"]],
            [(2, "编码")],
        ),
        ([["甲", "乙"], ["1", "2"]], [(0, "")]),
    ],
)
def test_every_refused_cell_is_named_by_row_and_column(
    rows: list[list[str]], expected: list[tuple[int, str]]
) -> None:
    assert faults(table(*rows)) == expected


def test_a_limit_that_never_counts_is_refused() -> None:
    header = ["编码", "环节", "环节名称", "时限", "单位", "起算", "适用诉求类型"]
    publish(CategoryDraft("a", "路灯不亮", rules={"reopen_days": 5}))
    rows = [
        ["a", "close", "办结", "5", "工作日", "report", ""],
        ["a", "close", "办结", "2", "工作日", "report", "help"],
        ["a", "sign", "签收", "0", "小时", "report", ""],
        ["a", "accept", "受理", "1", "光年", "report", ""],
    ]
    assert faults(table(header, *rows)) == [(5, "单位"), (4, "时限"), (3, "适用诉求类型")]


def test_nothing_is_half_imported_and_the_refused_file_is_kept(kept: Path) -> None:
    source = table(["编码", "名称"], ["a", "路灯"], ["b", ""])
    with pytest.raises(ImportRefused):
        import_categories(plan_categories(source), by=None, at=AT, act_id=new_id())
    assert not Category.objects.exists()
    files = {path.name: path for path in kept.rglob("*") if path.is_file()}
    assert files["a.csv"].read_bytes() == source.data
    assert "名称" in files["a.csv.report.txt"].read_text()


def test_a_name_that_seems_to_be_about_persons_is_doubted_and_refuses_nothing() -> None:
    names = [
        "路灯不亮",
        "张三扰民",
        "重点人群走访",
        *(f"王小{sign}" for sign in "甲乙丙丁戊己庚辛壬"),
    ]
    rows = [[f"x{place}", name] for place, name in enumerate(names)]
    with translation.override("en"):
        plan = take(table(["编码", "名称"], *rows))
        doubts = plan.doubts
    assert not plan.refused
    assert "“张三扰民” seems to name a person." in doubts[0]
    assert "“重点人群走访” seems to be about a kind of person" in doubts[1]
    assert doubts[-1] == "1 more names look like that."
    assert len(doubts) == 11
    publish(*plan.drafts)
    assert take(table(["编码", "名称"], *rows)).doubts == []


def test_an_import_confirmed_twice_is_published_once() -> None:
    plan, act = plan_categories(table(["编码", "名称"], ["a", "路灯"])), new_id()
    first = import_categories(plan, by=None, at=AT, act_id=act)
    again = import_categories(plan, by=None, at=AT, act_id=act)
    assert (first.made, again.made) == (1, 0)
    assert CategoryVersion.objects.count() == 1


def test_cells_that_begin_like_formulas_are_neutralised_and_come_back() -> None:
    names = ["=1+1", "+86", "-1", "@SUM(A1)"]
    for place, name in enumerate(names):
        publish(CategoryDraft(f"c{place}", name, rules={"reopen_days": 5}, position=place))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook())).worksheets[0]
    cells = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [f"'{name}" for name in names]
    assert {cell.data_type for cell in cells} == {"s"}
    text = as_csv(category_rows()[0]).decode("utf-8-sig")
    assert all(f",'{name}," in text for name in names)
    assert plan_categories(Source("x.xlsx", workbook())).drafts == []


def test_merged_and_blank_upper_levels_count_for_the_rows_below() -> None:
    made = openpyxl.Workbook()
    for row in (
        ["一级分类", "二级分类", "三级分类"],
        ["市政设施", "照明", "路灯不亮"],
        [None, None, "灯杆倾斜"],
        [None, "井盖", "井盖缺失"],
    ):
        made.active.append(row)
    made.active.merge_cells("A2:A4")
    file = io.BytesIO()
    made.save(file)
    take(Source("levels.xlsx", file.getvalue()))
    found = Category.objects.order_by("code").values_list("code", "name", "parent__code")
    assert list(found) == [
        ("01", "市政设施", None),
        ("0101", "照明", "01"),
        ("010101", "路灯不亮", "0101"),
        ("010102", "灯杆倾斜", "0101"),
        ("0102", "井盖", "01"),
        ("010201", "井盖缺失", "0102"),
    ]
    assert {c.code for c in offered_categories()} == {"010101", "010102", "010201"}


def test_new_categories_can_take_the_limits_of_another() -> None:
    publish(CategoryDraft("a", "路灯不亮", rules={"reopen_days": 5}, limits=(CLOSE,)))
    take(table(["一级分类", "二级分类"], ["市政", "井盖缺失"]), limits_like="a")
    version = CategoryVersion.objects.get(category__name="井盖缺失")
    assert [limit.amount for limit in version.limits.all()] == [3]


def test_the_three_level_taxonomy_of_517_rows_is_imported_and_stable(shared: Path) -> None:
    publish(*drafts_of(read_tree()))
    before = Category.objects.count()
    path = shared / "data" / "tables" / "taxonomy_3level_517.xlsx"
    plan = take(Source.of(path))
    assert plan.count("new") == 15 + 118 + 517
    assert Category.objects.count() == before + 15 + 118 + 517
    leaves = Category.objects.filter(parent__parent__isnull=False)
    assert leaves.count() == 517
    assert offered_categories().filter(pk__in=leaves).count() == 517
    again = plan_categories(Source.of(path))
    assert (again.count("same"), again.drafts) == (517, [])
    assert plan_categories(Source("back.xlsx", workbook())).drafts == []


# --- files that are no tables -----------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


def huge_dimension() -> bytes:
    """Return a sheet that claims 1,048,576 rows and has a cell in the last of them."""
    made = io.BytesIO(book(a=[["编码", "名称"], ["a", "路灯"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                data = data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
                data = data.replace(b'r="B2"', b'r="XFD1048576"').replace(
                    b'<row r="2"', b'<row r="1048576"'
                )
            new.writestr(entry, data)
    return out.getvalue()


BAD_FILES = {
    "no table at all": ("photo.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00"),
    "a text called xlsx": ("words.xlsx", "这不是表格".encode()),
    "protected by a password": (
        "locked.xlsx",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    ),
    "the old format": ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
    "a bomb": ("bomb.xlsx", zipped(xl__workbook_xml=b"<a/>", x_xml=b"\0" * (80 << 20))),
    "a million rows declared": ("dimension.xlsx", huge_dimension()),
    "broken encoding": ("broken.csv", b"\xff\xfe\xfd\xff\xff"),
    "macros": ("macro.xlsm", zipped(xl__workbook_xml=b"<a/>", **{"xl/vbaProject.bin": b"x"})),
    "a damaged package": ("half.xlsx", book(a=[["编码"]])[:200]),
    "nothing": ("empty.csv", b""),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_gets_a_sentence_within_two_seconds(what: str, kept: Path) -> None:
    source = Source(*BAD_FILES[what])
    start = time.process_time()
    plan = plan_categories(source)
    assert time.process_time() - start < 2
    assert len(plan.findings.faults) == 1
    assert str(plan.findings.faults[0])
    with pytest.raises(ImportRefused) as refused:
        import_categories(plan, by=None, at=AT, act_id=new_id())
    assert source.name in refused.value.sentence
    assert any(path.read_bytes() == source.data for path in kept.rglob(source.name))
