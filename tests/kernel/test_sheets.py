"""Spreadsheets of every habit."""

import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from linli.kernel.sheets import CellError, TableProblem, open_book
from linli.kernel.sheets.old_books import streams_of
from tests.kernel.books import (
    CELL,
    book,
    ods_row,
    open_document,
    packed,
    problem_of,
    rows_of,
    saved,
    sheet,
)
from tests.kernel.old_book import compound, label, number, stream_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_in_its_encoding(encoding: str, delimiter: str, end: str) -> None:
    text = end.join(["居民表", f"姓名{delimiter}电话", f'"张{delimiter}三"{delimiter}138', ""])
    assert rows_of(text.encode(encoding)) == [
        (1, ["居民表"]),
        (2, ["姓名", "电话"]),
        (3, [f"张{delimiter}三", "138"]),
    ]


def test_text_cells_that_look_like_formulas_are_text() -> None:
    assert rows_of(b"=1+1,+2,-3,@x\n") == [(1, ["=1+1", "+2", "-3", "@x"])]


def test_empty_rows_are_passed_over_and_keep_their_numbers() -> None:
    assert rows_of(b"a,b\n,,\n\nc,0\n") == [(1, ["a", "b"]), (4, ["c", "0"])]
    assert rows_of(book(["a"], [None], [0])) == [(1, ["a"]), (3, [0.0])]


def test_a_text_file_tells_how_long_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"a\n" * 5)
    with open_book(file) as opened:
        assert opened.height() == 6
        assert [one.name for one in opened.sheets] == [""]


def test_a_chinese_text_may_be_cut_anywhere() -> None:
    text = "网格,一\n" * 300_000
    assert len(rows_of(text.encode())) == 300_000


def test_cells_keep_their_kinds() -> None:
    noon = datetime(2026, 1, 5, 12, 30)  # noqa: DTZ001 - spreadsheets have no zones
    row = ["甲", 1.5, 13800138000, True, date(2026, 1, 5), noon]
    assert rows_of(book(row)) == [(1, row)]


def test_a_sheet_may_begin_anywhere() -> None:
    made = openpyxl.Workbook()
    made.active["C3"] = "甲"
    assert rows_of(saved(made)) == [(3, ["", "", "甲"])]


def test_hidden_sheets_are_told_apart() -> None:
    made = openpyxl.Workbook()
    made.active.append(["shown"])
    made.create_sheet("藏").append(["hidden"])
    made["藏"].sheet_state = "veryHidden"
    with open_book(saved(made)) as opened:
        assert [(one.name, one.is_visible) for one in opened.sheets] == [
            ("Sheet", True),
            ("藏", False),
        ]
        assert list(opened.rows(1)) == [(1, ["hidden"])]
        assert opened.height(1) == 1


def test_cells_in_error_say_so() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "#REF!"])
    made.active["B1"].data_type = "e"
    made.active["D4"] = "#N/A"
    made.active["D4"].data_type = "e"
    rows = rows_of(saved(made))
    assert rows == [(1, ["a", "#REF!", "", ""]), (4, ["", "", "", "#N/A"])]
    assert isinstance(rows[0][1][1], CellError)
    assert not isinstance(rows[0][1][0], CellError)


def test_errors_below_and_beside_what_the_reader_sees_are_told() -> None:
    cells = (
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3" t="e"><v>#N/A</v></c></row>'
    )
    assert rows_of(packed(sheet=sheet(cells)))[-1] == (3, ["", "#N/A"])
    twice = b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="A1"><v>1</v></c></row>'
    assert rows_of(packed(sheet=sheet(twice))) == [(1, [1.0])]


def test_a_formula_that_nobody_computed_is_no_empty_cell() -> None:
    assert rows_of(book(["a", "=1+1"], [], ["=A1"])) == [(1, ["a", "="]), (3, ["="])]


def test_a_formula_gives_its_value() -> None:
    cell = b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'
    assert rows_of(packed(sheet=sheet(cell))) == [(1, [2.0])]


def test_ghost_rows_cost_nothing() -> None:
    ghosts = b"".join(b'<row r="%d"><c r="Z%d" s="1"/></row>' % (n, n) for n in range(2, 390_000))
    data = packed(sheet=sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' + ghosts))
    begun = time.process_time()
    assert rows_of(data) == [(1, [1.0])]
    assert time.process_time() - begun < 3


def test_cells_without_an_address_are_counted() -> None:
    rows = b"<row><c><v>1</v></c><c><v>2</v></c><c r='AZZ1' /></row>" * 3
    assert rows_of(packed(sheet=sheet(rows))) == [(n, [1.0, 2.0]) for n in (1, 2, 3)]


def test_shared_texts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    texts += "<si><t>姓名</t></si><si><t>张三</t></si></sst>".encode()
    rows = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>'
    )
    data = packed(
        sheet=sheet(rows),
        xl__sharedStrings_DOT_xml=texts,
        xl___rels__workbook_DOT_xml_DOT_rels=relation,
    )
    monkeypatch.setattr("linli.kernel.sheets.new_books.MOST_TEXT_IN_CELLS", 52)
    assert rows_of(data) == [(1, ["姓名", "张三"])]
    monkeypatch.setattr("linli.kernel.sheets.new_books.MOST_TEXT_IN_CELLS", 40)
    assert problem_of(data) is TableProblem.TOO_LARGE


def test_real_spreadsheets_are_read(shared: Path) -> None:
    folder = shared / "data" / "tables"
    assert rows_of(folder / "1904__1904.xlsx")[0][1][1] == date(1904, 1, 2)
    assert rows_of(folder / "1904__1900.xls")[0][1][1] == date(1900, 1, 1)
    assert rows_of(folder / "ErrorTypes.xlsx")[1][1][:2] == ["#NULL!", "#NULL!"]
    for name in ("merge_cells.ods", "merge_cells.xlsx"):
        rows = rows_of(folder / name)
        assert rows[1] == (2, ["A1:B2", "A1:B2", "C1:C2", "Separate blocks"])
    assert len(rows_of(folder / "taxonomy_3level_517.xlsx")) == 518
    with open_book(folder / "sheet_visibility.xlsx") as opened:
        assert [one.is_visible for one in opened.sheets] == [True, False, False]


def test_an_old_book_is_read_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "really.csv"
    file.write_bytes(compound(stream_of(label(0, 0, "电话"), number(1, 0, 13800138000.0))))
    assert rows_of(file) == [(1, ["电话"]), (2, [13800138000.0])]


def test_a_large_old_book_names_its_tables_in_more_sectors() -> None:
    stream = stream_of(*(number(n, 0, n) for n in range(60_000)))
    assert streams_of(compound(stream))["Workbook"].startswith(stream)
    data = bytearray(compound(stream))
    # The same table once more, named outside of the head.
    data[68:76] = (len(data) // 512 - 1).to_bytes(4, "little") + (2).to_bytes(4, "little")
    sector = data[76:80] + b"\xff" * 504 + b"\xfe\xff\xff\xff"
    assert streams_of(bytes(data) + sector)["Workbook"].startswith(stream)


def test_an_open_document_is_read_with_its_merged_and_repeated_cells() -> None:
    wide = ' table:number-columns-spanned="2" table:number-rows-spanned="2"'
    covered = "<table:covered-table-cell/>"
    data = open_document(
        ods_row(CELL.format(wide, "村"), covered, CELL.format("", "组"))
        + ods_row(covered, covered, CELL.format("", "1"))
        + ods_row(CELL.format(' table:number-columns-repeated="3"', "x"))
        + ods_row("<table:table-cell/>", more=' table:number-rows-repeated="1048570"')
        + '<table:table-row table:number-rows-repeated="9"/>'
    )
    assert [row[:3] for _, row in rows_of(data)] == [
        ["村", "村", "组"],
        ["村", "村", "1"],
        ["x", "x", "x"],
    ]


def test_too_many_errors_are_not_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.kernel.sheets.new_books._MOST_ERRORS", 1)
    cells = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
    assert rows_of(packed(sheet=sheet(cells))) == [(1, ["#REF!", ""])]
