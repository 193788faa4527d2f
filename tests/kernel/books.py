"""Makes spreadsheets for tests, and reads them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from linli.kernel.sheets import BadTable, TableProblem, open_book

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


SPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    return SPACE + before + b"<sheetData>" + rows + b"</sheetData></worksheet>"


_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="甲&amp;乙">'
)


_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


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
