"""Every trap that a spreadsheet can be is refused, quickly and cheaply."""

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from python_calamine import PasswordError

from linli.kernel.sheets import BadTable, TableProblem, limits
from tests.kernel.books import (
    CELL,
    MB,
    REPEATED,
    SPACE,
    book,
    ods_row,
    open_document,
    packed,
    problem_of,
    rows_of,
    saved,
    sheet,
)
from tests.kernel.old_book import compound, many_numbers, number, record, stream_of


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\x89PNG\x00\x01", TableProblem.NOT_A_TABLE),
        (b'a,"b\n', TableProblem.NOT_A_TABLE),
        (b"\xff\xff\xff\n", TableProblem.ENCODING),
        (b"\xef\xbb\xbf\r\n <html><table>", TableProblem.OLD_FORMAT),
        (b"%PDF-1.7\n\xe2\xe3", TableProblem.NOT_A_TABLE),
        (b'[{"a": 1}]', TableProblem.NOT_A_TABLE),
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
    data = SPACE + b"<sheetData>" + rows + b"</sheetData><mergeCells>" + merges
    assert problem_of(packed(sheet=data + b"</mergeCells></worksheet>")) is TableProblem.NOT_A_TABLE


def circle() -> bytes:
    """Return an old book whose stream follows itself."""
    data = bytearray(compound(stream_of(number(0, 0, 1))))
    data[-1024:-512] = b"\x00" * 512
    return bytes(data)


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


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            open_document(ods_row(CELL.format(' table:number-columns-repeated="16384"', "x"))),
            TableProblem.TOO_LARGE,
        ),
        (
            open_document(
                ods_row(CELL.format("", "x"), more=' table:number-rows-repeated="1048576"')
            ),
            TableProblem.TOO_LARGE,
        ),
        (
            open_document(ods_row(CELL.format("", "x" * 4000), more=REPEATED % 390_000)),
            TableProblem.TOO_LARGE,
        ),
        (open_document(ods_row(CELL.format("", "x" * 6 * MB))), TableProblem.TOO_LARGE),
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


def shared_by_all(prefix: bytes) -> bytes:
    """Return a book of 70,000 cells that all say the same long text."""
    rows = (b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 70_000))
    shared = b"<P:sst><P:si><t>" + b"x" * 32_000 + b"</t></P:si></P:sst>"
    book: bytes = packed(
        sheet=sheet(b"".join(rows)),
        xl__sharedStrings_DOT_xml=shared.replace(b"P:", prefix),
    )
    return book


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
    "2 GB of cells": (lambda: shared_by_all(b""), TableProblem.TOO_LARGE),
    "2 GB in a name space": (
        lambda: shared_by_all(b"x:"),
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
