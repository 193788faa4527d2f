"""Headers below titles and notes, over two rows, on the sheets that hold data."""

import io
from dataclasses import replace

import openpyxl
import pytest

from linli.kernel.sheets import Cell, open_book
from linli.registry.rules.dictionary import dictionary
from linli.registry.rules.headers import (
    BookLook,
    Header,
    find_header,
    look_into,
    plain_name,
    rows_below,
    unkept_in,
)

RESIDENT = dictionary().of("resident")


def looked(text: str) -> BookLook:
    with open_book(text.encode()) as book:
        return look_into(book, RESIDENT)


def names(text: str) -> tuple[str, ...]:
    return looked(text).data[0].header.names


DATA = "张三,13800138000,常住\n李四,13800138001,外出\n"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "红星社区居民信息表\n",
        "红星社区居民信息表,,\n填表人：王五,填表日期：2024年1月5日,\n\n",
        "填表人：王五,填表日期：2024年1月5日,\n",
        "填表人：王五,填表日期,\n\n",
        "注：姓名须与身份证一致\n,,\n",
        "\n" * 7 + "表\n",
        "表,表,表\n",
    ],
)
def test_the_header_is_found_below_titles_and_notes(above: str) -> None:
    look = looked(f"{above}姓 名,联系电话（必填）,居住类别*\n{DATA}").data[0]
    assert look.header.names == ("姓 名", "联系电话（必填）", "居住类别*")
    assert look.header.first_row == look.header.last_row == above.count("\n") + 1
    assert [row[0] for row in look.sample] == ["张三", "李四"]
    assert look.height >= 3


def test_a_header_below_the_tenth_row_is_none() -> None:
    look = looked("x\n" * 10 + f"姓名,电话,居住类别\n{DATA}")
    assert not look.data
    assert [one.index for one in look.without_data] == [0]


def test_names_over_two_rows_are_joined() -> None:
    assert names("姓名,住址,,,电话\n,栋,单元,室,\n张三,3,2,501,138\n") == (
        *("姓名", "住址 栋", "住址 单元", "住址 室", "电话"),
    )
    assert names("基本情况,,住址,\n姓名,电话,栋,室\n张三,138,3,501\n") == (
        *("基本情况 姓名", "基本情况 电话", "住址 栋", "住址 室"),
    )
    assert names("姓名,其他,,电话\n,甲,乙,\n张三,3,2,138\n") == (
        "姓名",
        "其他 甲",
        "其他 乙",
        "电话",
    )


def test_merged_names_over_two_rows_are_joined() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (
        ["红星社区居民信息表", None, None, None],
        ["姓名", "住址", None, "电话"],
        [None, "栋", "室", None],
        ["张三", "3栋", "501", "13800138000"],
    ):
        sheet.append(row)
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(merged)
    file = io.BytesIO()
    made.save(file)
    with open_book(file.getvalue()) as book:
        look = look_into(book, RESIDENT).data[0]
    assert look.header.names == ("姓名", "住址 栋", "住址 室", "电话")
    assert (look.header.first_row, look.header.last_row) == (2, 3)
    assert look.sample == (["张三", "3栋", "501", "13800138000"],)


def test_a_first_row_of_data_is_no_second_header() -> None:
    assert names(f"姓名,电话,居住类别\n{DATA}") == ("姓名", "电话", "居住类别")
    assert names("姓名,居住类别\n张三,常住\n") == ("姓名", "居住类别")
    assert names("姓名,居住类别,\n张三,常住,他在外\n") == ("姓名", "居住类别", "")
    assert names("姓名,电话,,栋\n张三,,,三\n") == ("姓名", "电话", "", "栋")


def test_a_header_may_stand_alone() -> None:
    assert names("姓名,电话,居住类别\n") == ("姓名", "电话", "居住类别")


def test_unknown_names_are_a_header_if_something_follows() -> None:
    assert names("甲列,乙列\n1,2\n") == ("甲列", "乙列")
    assert not looked("甲列,乙列\n").data
    assert not looked("1,2\n3,4\n").data
    assert find_header([], RESIDENT) is None


def test_hidden_sheets_are_named_and_not_read() -> None:
    made = openpyxl.Workbook()
    made.active.append(["姓名", "电话"])
    made.active.append(["张三", "138"])
    made.create_sheet("说明").append(["怎样填表"])
    hidden = made.create_sheet("旧")
    hidden.append(["姓名", "电话"])
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    made.save(file)
    with open_book(file.getvalue()) as book:
        look = look_into(book, RESIDENT)
    assert [one.sheet.name for one in look.data] == ["Sheet"]
    assert [one.name for one in look.without_data] == ["说明"]
    assert [one.name for one in look.hidden] == ["旧"]


def test_what_may_not_be_kept_leaves_no_function() -> None:
    text = "姓名,民族,电话,QQ\n张三,汉族,13800138000,12345\n李四,苗族\n王五\n"
    look = looked(text).data[0]
    assert look.header.forbidden == (1, 3)
    assert look.sample == (["张三", "", "13800138000", ""], ["李四", ""], ["王五"])
    group = looked("重点人员情况,,住址\n姓名,电话,栋\n张三,138,3\n").data[0]
    assert group.header.forbidden == (0, 1)
    assert group.sample == (["", "", "3"],)


def test_a_header_said_again_further_down_is_no_data() -> None:
    header = looked(f"姓名,电话,居住类别\n{DATA}").data[0].header
    lines: list[tuple[int, list[Cell]]] = [
        (1, ["姓名", "电话", "居住类别"]),
        (2, ["张三", "138", "常住"]),
        (3, ["姓名", "电话", "居住类别"]),
    ]
    assert list(rows_below(lines, header)) == [lines[1]]


def test_names_are_compared_without_marks_and_width() -> None:
    assert plain_name("＊联 系\n电话（必填）") == "联系电话"
    assert plain_name("（备注）") == "备注"


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        *(("民族", True), ("民 族", True), ("宗教信仰情况", True), ("是否党员", True)),
        *(("QQ", True), ("Blood groups", True), ("照片", True)),
        *(("民族路2号", False), ("是否", False), ("risk of fire", False)),
    ],
)
def test_beside_the_header_a_bare_word_alone_forbids_a_column(cell: str, is_one: bool) -> None:
    lines = [(1, ["姓名", "地址", "备注"]), (2, ["样甲", "书院路1号", cell])]
    header = Header(1, 1, ("姓名", "地址", "备注"))
    assert unkept_in(lines, header) == ({2: "备注"} if is_one else {})
    assert replace(header, unkept=unkept_in(lines, header)).forbidden == ((2,) if is_one else ())


def test_a_title_forbids_no_column_and_a_far_line_says_nothing() -> None:
    header = Header(2, 2, ("姓名", "地址", "备注"))
    title = [(1, ["党员", "党员", ""]), (2, list(header.names)), (11, ["样甲", "某路", "党员"])]
    assert unkept_in(title, header) == {}
    long = "政治面貌：" + "党" * 40
    named = [(1, ["某镇", 5, "民族：汉"]), (2, ["姓名", "地址", long]), (3, [""])]
    assert unkept_in(named, header) == {2: "备注"}
    assert unkept_in(named[:1], Header(2, 2, ("姓名",))) == {}
    assert unkept_in([(1, ["甲", "乙", "党员"])], Header(2, 2, ("姓名",))) == {2: "党员"}
