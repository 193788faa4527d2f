"""Spreadsheets of every habit, and every trap that one can be."""

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import PasswordError

from linli.kernel.sheets import BadTable, CellError, TableProblem, limits, open_book
from linli.kernel.sheets.old_books import streams_of
from tests.kernel.old_book import compound, label, many_numbers, number, record, stream_of

MB = 1024 * 1024


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def book(*rows: list[object], merged: str = "") -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if merged:
        made.active.merge_cells(merged)
    return saved(made)


def rows_of(data: bytes | Path, index: int = 0) -> list[tuple[int, list[Any]]]:
    with open_book(data) as opened:
        return list(opened.rows(index))


def problem_of(data: bytes | Path) -> TableProblem:
    with pytest.raises(BadTable) as caught:
        rows_of(data)
    return caught.value.problem


def packed(*, name: str = "xl/worksheets/sheet1.xml", **parts: bytes) -> bytes:
    """Return a workbook whose sheet is what it is told; other parts by name, "__" for "/"."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["a"]))) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        told = {key.replace("__", "/").replace("_DOT_", "."): data for key, data in parts.items()}
        told[name] = told.pop("sheet", made.read("xl/worksheets/sheet1.xml"))
        for entry in made.infolist():
            if entry.filename not in told:
                package.writestr(entry.filename, made.read(entry))
        for key, data in told.items():
            package.writestr(key, data)
    return file.getvalue()


_SPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    return _SPACE + before + b"<sheetData>" + rows + b"</sheetData></worksheet>"


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


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\x89PNG\x00\x01", TableProblem.NOT_A_TABLE),
        (b'a,"b\n', TableProblem.NOT_A_TABLE),
        (b"\xff\xff\xff\n", TableProblem.ENCODING),
        (b"\xff\xfea", TableProblem.ENCODING),
        (b"," * 600, TableProblem.TOO_LARGE),
        (b"x" * (2 * MB), TableProblem.NOT_A_TABLE),
        (b'"' + b"x\n" * MB, TableProblem.NOT_A_TABLE),
        (b"a," * 10 + b'"' + b"\n" * 200_000, TableProblem.NOT_A_TABLE),
    ],
)
def test_text_that_is_no_table_says_why(data: bytes, problem: TableProblem) -> None:
    assert problem_of(data) is problem


def test_a_text_may_not_be_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.kernel.sheets.texts.MOST_TEXT_ROWS", 3)
    assert problem_of(b"a\n" * 4) is TableProblem.TOO_LARGE
    monkeypatch.setattr("linli.kernel.sheets.texts.MOST_TEXT_BYTES", 3)
    assert problem_of(b"a\n" * 4) is TableProblem.TOO_LARGE


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


def test_a_merged_cell_counts_for_every_cell_it_covers() -> None:
    data = book(["村", "组"], ["红星村", 1], [None, 2], [None, 3], ["延寿村", 1], merged="A2:A4")
    assert [row[0] for _, row in rows_of(data)] == ["村", "红星村", "红星村", "红星村", "延寿村"]
    assert rows_of(book(["甲"], merged="A5:B9")) == [(1, ["甲"])]
    assert rows_of(book(["甲", None, "乙"], merged="B1:B2")) == [(1, ["甲", "", "乙"])]
    assert rows_of(book(["表", None, None], ["a", "b", "c"], merged="A1:C1"))[0] == (1, ["表"] * 3)


def test_merged_cells_that_lie_over_each_other_are_no_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linli.kernel.sheets.books.MOST_COLUMNS", 2)
    made = openpyxl.Workbook()
    for row in range(1, 6):
        made.active.append(["x"])
        made.active.merge_cells(start_row=row, end_row=50, start_column=1, end_column=1)
        made.active.cell(row, 1)._value = "x"
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 6))
    merges = b"".join(b'<mergeCell ref="A%d:A50"/>' % n for n in range(1, 6))
    data = _SPACE + b"<sheetData>" + rows + b"</sheetData><mergeCells>" + merges
    assert problem_of(packed(sheet=data + b"</mergeCells></worksheet>")) is TableProblem.NOT_A_TABLE


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


def circle() -> bytes:
    """Return an old book whose stream follows itself."""
    data = bytearray(compound(stream_of(number(0, 0, 1))))
    data[-1024:-512] = b"\x00" * 512
    return bytes(data)


def test_a_large_old_book_names_its_tables_in_more_sectors() -> None:
    stream = stream_of(*(number(n, 0, n) for n in range(60_000)))
    assert streams_of(compound(stream))["Workbook"].startswith(stream)
    data = bytearray(compound(stream))
    # The same table once more, named outside of the head.
    data[68:76] = (len(data) // 512 - 1).to_bytes(4, "little") + (2).to_bytes(4, "little")
    sector = data[76:80] + b"\xff" * 504 + b"\xfe\xff\xff\xff"
    assert streams_of(bytes(data) + sector)["Workbook"].startswith(stream)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (compound(stream_of(number(65535, 400, 1))), TableProblem.TOO_LARGE),
        (compound(stream_of(many_numbers(0, 600, 2))), TableProblem.TOO_LARGE),
        (compound(stream_of(before=record(0x2F, b"1234"))), TableProblem.LOCKED),
        (compound(b"", name="EncryptedPackage"), TableProblem.LOCKED),
        (compound(stream_of(), "_VBA_PROJECT_CUR"), TableProblem.MACROS),
        (compound(b"x", name="WordDocument"), TableProblem.NOT_A_TABLE),
        (compound(stream_of(number(0, 0, 1)))[:1024], TableProblem.NOT_A_TABLE),
        (compound(b"\x09\x08\x10\x00nonsense"), TableProblem.NOT_A_TABLE),
        (compound(b"")[:40], TableProblem.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0" + bytes(600), TableProblem.NOT_A_TABLE),
        (circle(), TableProblem.NOT_A_TABLE),
    ],
)
def test_old_books_that_must_not_be_read_say_why(data: bytes, problem: TableProblem) -> None:
    assert problem_of(data) is problem


_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="甲&amp;乙">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


REPEATED = ' table:number-rows-repeated="%d"'


def open_document(rows: str, **parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", parts.pop("manifest", "<manifest/>"))
        package.writestr("content.xml", _ODS_HEAD + rows + _ODS_TAIL)
        for name, text in parts.items():
            package.writestr(name.replace("__", "/"), text)
    return file.getvalue()


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def test_an_open_document_is_read_with_its_merged_and_repeated_cells() -> None:
    wide = ' table:number-columns-spanned="2" table:number-rows-spanned="2"'
    covered = "<table:covered-table-cell/>"
    data = open_document(
        ods_row(_CELL.format(wide, "村"), covered, _CELL.format("", "组"))
        + ods_row(covered, covered, _CELL.format("", "1"))
        + ods_row(_CELL.format(' table:number-columns-repeated="3"', "x"))
        + ods_row("<table:table-cell/>", more=' table:number-rows-repeated="1048570"')
        + '<table:table-row table:number-rows-repeated="9"/>'
    )
    assert [row[:3] for _, row in rows_of(data)] == [
        ["村", "村", "组"],
        ["村", "村", "1"],
        ["x", "x", "x"],
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            open_document(ods_row(_CELL.format(' table:number-columns-repeated="16384"', "x"))),
            TableProblem.TOO_LARGE,
        ),
        (
            open_document(
                ods_row(_CELL.format("", "x"), more=' table:number-rows-repeated="1048576"')
            ),
            TableProblem.TOO_LARGE,
        ),
        (
            open_document(ods_row(_CELL.format("", "x" * 4000), more=REPEATED % 390_000)),
            TableProblem.TOO_LARGE,
        ),
        (open_document(ods_row(_CELL.format("", "x" * 6 * MB))), TableProblem.TOO_LARGE),
        (open_document("", Basic__script="x"), TableProblem.MACROS),
        (open_document("", manifest="<m><encryption-data/></m>"), TableProblem.LOCKED),
        (open_document("<broken"), TableProblem.NOT_A_TABLE),
    ],
)
def test_open_documents_that_must_not_be_read_say_why(data: bytes, problem: TableProblem) -> None:
    assert problem_of(data) is problem


def lying(size: int) -> bytes:
    """Return a workbook of which one part says that it is small, and is not."""
    data = packed(xl__media__large=b" " * size)
    told, small = size.to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert told in data
    return data.replace(told, small)


def encrypted() -> bytes:
    data = bytearray(packed())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def squeezed(how: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
    return file.getvalue()


def broken(start: bytes) -> bytes:
    data = bytearray(packed())
    at = data.find(start) + 30 + len("xl/worksheets/sheet1.xml")
    data[at + 2 : at + 6] = b"\xff" * 4
    return bytes(data)


FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="%d"><c r="%s"><v>1</v></c></row>'
TRAPS: dict[str, tuple[Callable[[], bytes], TableProblem]] = {
    "far row": (lambda: packed(sheet=sheet(FAR % (900_000, b"A900000"))), TableProblem.TOO_LARGE),
    "farther than any": (
        lambda: packed(sheet=sheet(FAR % (2, b"A9999999999"))),
        TableProblem.TOO_LARGE,
    ),
    "far column": (lambda: packed(sheet=sheet(FAR % (2, b"XFD2"))), TableProblem.TOO_LARGE),
    "wide and long": (
        lambda: packed(sheet=sheet(FAR % (90_000, b"CZ90000"))),
        TableProblem.TOO_LARGE,
    ),
    "far in other quotes": (
        lambda: packed(sheet=sheet(b"<row><c r = 'A900000'><v>1</v></c></row>")),
        TableProblem.TOO_LARGE,
    ),
    "far behind a lie": (
        lambda: packed(sheet=sheet(b'<row><c x=">" r="A900000"><v>1</v></c></row>')),
        TableProblem.TOO_LARGE,
    ),
    "far in a name space": (
        lambda: packed(sheet=sheet(b'<row><x:c r="A900000"><v>1</v></x:c></row>')),
        TableProblem.TOO_LARGE,
    ),
    "far without addresses": (
        lambda: packed(sheet=sheet(b"<row>" + b"<c><v>1</v></c>" * 600 + b"</row>")),
        TableProblem.TOO_LARGE,
    ),
    "far where no sheet is expected": (
        lambda: packed(docProps__thumbnail_DOT_jpeg=b'<c r="A900000"><v>1</v></c>'),
        TableProblem.TOO_LARGE,
    ),
    "declared rows": (
        lambda: packed(sheet=sheet(b"", b'<dimension ref="A1:C1048576"/>')),
        TableProblem.TOO_LARGE,
    ),
    "a tag of megabytes": (
        lambda: packed(sheet=sheet(b"<row><c " + b"x" * 3 * MB + b' r="A900000"/></row>')),
        TableProblem.TOO_LARGE,
    ),
    "packed in sum": (
        lambda: packed(**{f"xl__{n}": b" " * 90 * MB for n in range(3)}),
        TableProblem.TOO_LARGE,
    ),
    "packed, and lying": (lambda: lying(300 * MB), TableProblem.TOO_LARGE),
    "2 GB of cells": (
        lambda: packed(
            sheet=sheet(
                b"".join(
                    b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n)
                    for n in range(1, 70_000)
                )
            ),
            xl__sharedStrings_DOT_xml=b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>",
        ),
        TableProblem.TOO_LARGE,
    ),
    "100 MB": (lambda: b"PK\x03\x04" + bytes(100 * MB), TableProblem.TOO_LARGE),
    "100 MB of nothing": (lambda: bytes(100 * MB), TableProblem.NOT_A_TABLE),
    "macros": (lambda: packed(xl__vbaProject_DOT_bin=b"x"), TableProblem.MACROS),
    "encrypted part": (encrypted, TableProblem.LOCKED),
    "no more than a beginning": (lambda: b"PK\x03\x04 and no more", TableProblem.NOT_A_TABLE),
    "another package": (
        lambda: squeezed(0).replace(b"workbook", b"document"),
        TableProblem.OLD_FORMAT,
    ),
    "packed otherwise": (lambda: squeezed(zipfile.ZIP_LZMA), TableProblem.NOT_A_TABLE),
    "broken inside": (lambda: broken(b"PK\x03\x04"), TableProblem.NOT_A_TABLE),
    "no sheets": (lambda: squeezed(zipfile.ZIP_DEFLATED), TableProblem.NOT_A_TABLE),
    "not XML": (lambda: packed(sheet=b"<worksheet><sheetData><row"), TableProblem.NOT_A_TABLE),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_refused_quickly_and_cheaply(name: str, tmp_path: Path) -> None:
    make, problem = TRAPS[name]
    file = tmp_path / "trap.xlsx"
    file.write_bytes(make())
    begun = time.process_time()
    assert problem_of(file) is problem
    assert time.process_time() - begun < 2
    tracemalloc.start()
    assert problem_of(file) is problem
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * MB


def test_a_book_whose_list_of_sheets_cannot_be_read_is_none() -> None:
    error = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'
    data = packed(sheet=sheet(error), xl___rels__workbook_DOT_xml_DOT_rels=b"<broken")
    assert problem_of(data) is TableProblem.NOT_A_TABLE


def test_a_relation_without_its_sheet_changes_nothing() -> None:
    error = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row>'
    with zipfile.ZipFile(io.BytesIO(book(["a"]))) as made:
        told = made.read("xl/workbook.xml").replace(b"<sheets>", b'<sheets><sheet name="none"/>')
    with pytest.raises(BadTable):
        rows_of(packed(sheet=sheet(error), xl__workbook_DOT_xml=told), 0)


def test_a_book_that_lists_more_than_it_has_is_read_as_far_as_it_goes() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a"])
    made.create_sheet("b")
    data = saved(made)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != "xl/worksheets/sheet2.xml":
                new.writestr(entry.filename, old.read(entry))
    assert rows_of(file.getvalue()) == [(1, ["a"])]
    with pytest.raises(BadTable):
        rows_of(file.getvalue(), 1)


def test_entities_in_an_open_document_are_refused() -> None:
    data = open_document("")
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            start = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" if entry.filename == "content.xml" else b""
            new.writestr(entry.filename, start + old.read(entry))
    assert problem_of(file.getvalue()) is TableProblem.NOT_A_TABLE


def test_a_row_may_not_go_on_for_ever() -> None:
    before = csv.field_size_limit(1 << 30)
    try:
        assert problem_of(b'"' + b"x\n" * MB) is TableProblem.NOT_A_TABLE
    finally:
        csv.field_size_limit(before)


def test_what_only_the_reader_finds_locked_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Locked:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise PasswordError

    monkeypatch.setattr("linli.kernel.sheets.books.CalamineWorkbook", Locked)
    assert problem_of(book(["a"])) is TableProblem.LOCKED


def test_too_many_errors_are_not_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.kernel.sheets.new_books._MOST_ERRORS", 1)
    cells = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
    assert rows_of(packed(sheet=sheet(cells))) == [(1, ["#REF!", ""])]


def test_a_workbook_without_a_list_of_relations_is_none() -> None:
    error = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'
    file = io.BytesIO()
    data = io.BytesIO(packed(sheet=sheet(error)))
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if not entry.filename.endswith("workbook.xml.rels"):
                new.writestr(entry.filename, old.read(entry))
    assert problem_of(file.getvalue()) is TableProblem.NOT_A_TABLE


def test_the_limits_leave_room_for_a_district() -> None:
    assert limits.MOST_CELLS > 74_245 * 40
    assert limits.MOST_TEXT_ROWS > 1_000_000
