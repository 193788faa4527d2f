"""Spreadsheets as people make them, and as nobody should."""

import io
import tracemalloc
import zipfile
from datetime import UTC, datetime, time
from pathlib import Path

import openpyxl
import pytest

from linli.kernel import tables
from linli.kernel.tables import BadTable, TableProblem, decoded, read_sheets, read_table


def book(*rows: list[object], merged: str = "") -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if merged:
        made.active.merge_cells(merged)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def problem_of(name: str, data: bytes) -> TableProblem:
    with pytest.raises(BadTable) as caught:
        read_table(name, data)
    return caught.value.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_its_encoding_and_with_its_delimiter(encoding: str, delimiter: str) -> None:
    text = f'代码{delimiter}名称\r\n1{delimiter}"甲{delimiter} 乙"\r\n'
    table = read_table("a.csv", text.encode(encoding))
    assert table.rows == [["代码", "名称"], ["1", f"甲{delimiter} 乙"]]


def test_cells_become_the_texts_people_see() -> None:
    noon = datetime(2026, 1, 5, 12, 30)  # noqa: DTZ001 - spreadsheets have no zones
    data = book(
        [430412001002001, 1.5, " 甲 ", True, datetime(2026, 1, 5), noon, time(8, 30)],  # noqa: DTZ001
    )
    assert read_table("a.xlsx", data).rows == [
        ["430412001002001", "1.5", "甲", "True", "2026-01-05", "2026-01-05 12:30:00", "08:30:00"]
    ]


def test_a_merged_cell_counts_for_every_cell_it_covers() -> None:
    data = book(
        ["乡镇", "村"], ["南岳镇", "红星村"], [None, "延寿村"], [None, None], merged="A2:A3"
    )
    assert read_table("a.xlsx", data).rows[1:3] == [["南岳镇", "红星村"], ["南岳镇", "延寿村"]]


def test_a_merge_beyond_the_filled_cells_adds_nothing() -> None:
    assert read_table("a.xlsx", book(["甲"], merged="A5:B9")).rows == [["甲"]]
    assert read_table("a.xlsx", book(["甲"], merged="C1:D1")).rows == [["甲"]]


def test_the_first_visible_sheet_is_read() -> None:
    made = openpyxl.Workbook()
    made.active.append(["hidden"])
    made.active.sheet_state = "hidden"
    made.create_sheet("看得见").append(["shown"])
    table = read_table("a.xlsx", saved(made))
    assert (table.sheet, table.rows) == ("看得见", [["shown"]])


def test_cells_with_errors_are_counted_and_empty() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "#REF!"])
    made.active["B1"].data_type = "e"
    table = read_table("a.xlsx", saved(made))
    assert table.error_cells == 1
    assert table.rows == [["a", ""]]


def test_real_spreadsheets_are_read(shared: Path) -> None:
    folder = shared / "data" / "tables"
    data = (folder / "taxonomy_3level_517.xlsx").read_bytes()
    rows = read_table("t.xlsx", data).rows
    assert rows[0] == ["一级分类", "二级分类", "三级分类"]
    assert len(rows) == 518
    dates = read_table("1904.xlsx", (folder / "1904__1904.xlsx").read_bytes()).rows
    assert dates[0][1] == "1904-01-02"
    assert read_table("e.xlsx", (folder / "ErrorTypes.xlsx").read_bytes()).error_cells > 0
    for name in ("1904__1900.xls", "merge_cells.ods"):
        assert problem_of(name, (folder / name).read_bytes()) is TableProblem.OLD_FORMAT


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.csv", b"", TableProblem.NO_ROWS),
        ("a.csv", b"\n,,\n", TableProblem.NO_ROWS),
        ("a.csv", b"\x89PNG\x00", TableProblem.NOT_A_TABLE),
        ("a.csv", b"\xff\xff\xff", TableProblem.ENCODING),
        ("a.csv", b'a,"b\n', TableProblem.NOT_A_TABLE),
        ("a.csv", b"," * 300, TableProblem.TOO_LARGE),
        ("a.csv", b"x" * (tables.MOST_BYTES + 1), TableProblem.TOO_LARGE),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", TableProblem.OLD_FORMAT),
        ("a.xlsx", b"PK\x03\x04 and no more", TableProblem.NOT_A_TABLE),
        ("a.xlsx", book(), TableProblem.NO_ROWS),
    ],
)
def test_what_is_no_table_says_why(name: str, data: bytes, problem: TableProblem) -> None:
    assert problem_of(name, data) is problem


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        for name, data in members.items():
            package.writestr(name.replace("__", "/") + ".xml", data)
    return file.getvalue()


def test_a_package_that_is_no_workbook_is_no_table() -> None:
    assert problem_of("a.xlsx", zipped(readme=b"hello")) is TableProblem.NOT_A_TABLE


def test_a_workbook_with_every_sheet_hidden_has_no_rows() -> None:
    made = openpyxl.Workbook()
    made.active.append(["hidden"])
    data = saved(made)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {entry.filename: package.read(entry) for entry in package.infolist()}
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(
        b'state="visible"', b'state="hidden"'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    assert problem_of("a.xlsx", file.getvalue()) is TableProblem.NO_ROWS


@pytest.mark.parametrize(
    "bomb",
    [
        # Two cells, and a sheet of 16 billion between them.
        zipped(xl__worksheets__sheet1=b'<row><c r="A1"/><c s="1" r="XFD1048576" t="n"/></row>'),
        # The same, where no sheet is expected.
        zipped(docProps__thumbnail=b'<c r="XFD1048576"/>'),
        # 50 MB of nothing in 50 KB.
        zipped(xl__worksheets__sheet1=b" " * (tables.MOST_SHEET_BYTES + 1)),
        zipped(xl__a=b" " * (tables.MOST_UNPACKED_BYTES // 2), xl__b=b" " * 40_000_000),
        # The far cell hides beyond a megabyte of one text.
        zipped(
            xl__worksheets__sheet1=b"<c r='x'>" + b"y" * 1_000_000 + b'<c r="A999999"/>' + b"z" * 9
        ),
    ],
    ids=[
        "far cell",
        "far cell elsewhere",
        "one large sheet",
        "large in sum",
        "far cell behind a long text",
    ],
)
def test_bombs_are_refused_quickly_and_cheaply(bomb: bytes) -> None:
    tracemalloc.start()
    begun = datetime.now(UTC)
    assert problem_of("a.xlsx", bomb) is TableProblem.TOO_LARGE
    seconds = (datetime.now(UTC) - begun).total_seconds()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 64 * 1024 * 1024


def test_texts_are_decoded_or_refused() -> None:
    assert decoded("网格".encode("gb18030")) == "网格"
    with pytest.raises(BadTable):
        decoded(b"\x00")


def test_an_old_file_by_name_alone_is_refused_as_old() -> None:
    with pytest.raises(BadTable) as caught:
        read_sheets("records.xls", b"code,name\n")
    assert caught.value.problem is TableProblem.OLD_FORMAT
