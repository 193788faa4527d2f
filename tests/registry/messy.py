"""A district's files as people send them: one builder for each habit and each trap."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.kernel.books import CELL, MB, REPEATED, book, ods_row, open_document, packed, sheet
from tests.kernel.old_book import compound, label, number, record, stream_of
from tests.registry.importing_files import HEAD, ROWS, VILLAGE_NAME, as_csv, as_xlsx

Rows = Sequence[Sequence[Any]]
TABLE: Rows = [HEAD, *ROWS]
# Whoever comes in by a good file, however it is written.
PERSONS = {("样甲", "19900000001"), ("样乙", "19900000002"), ("样丙", "19900000003")}
_WIDE = str.maketrans({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789"})


def _text(rows: Rows, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> bytes:
    return end.join(delimiter.join(str(cell) for cell in row) for row in rows).encode(encoding)


def above(lines: int) -> Rows:
    """Return a table below so many lines of titles, notes and nothing."""
    notes = [
        ["2026年居民信息汇总表"],
        ["填报单位：演示社区", "", "填表人：样戊"],
        [],
        ["注：如实填写"],
    ]
    return [*(notes[n % 4] for n in range(lines)), *TABLE]


def saved(made: openpyxl.Workbook) -> bytes:
    """Return a workbook as the bytes of its file."""
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _two_rows() -> bytes:
    upper = ["基本信息", None, "住址", None, "其他", None]
    return with_merged([["居民表"], upper, *TABLE], "A1:F1", "A2:B2", "C2:D2", "E2:F2")


def with_merged(rows: Rows, *merged: str) -> bytes:
    """Return a workbook with merged cells."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    for cells in merged:
        made.active.merge_cells(cells)
    return saved(made)


def _hidden(state: str) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(as_xlsx({"居民": TABLE, "旧表": [HEAD, OTHER]})))
    made["旧表"].sheet_state = state
    return saved(made)


OTHER = ["样辛", "19900000009", VILLAGE_NAME, "衡山路9号", "常住", 1950]


def cells(rows: Rows, first_row: int = 1) -> bytes:
    """Return rows of a sheet as XML; numbers as numbers, "=…" as a formula with its value."""
    told = []
    for at, row in enumerate(rows, first_row):
        inner = "".join(_cell(f"{get_column_letter(n)}{at}", one) for n, one in enumerate(row, 1))
        told.append(f'<row r="{at}">{inner}</row>')
    return "".join(told).encode()


def _cell(place: str, value: Any) -> str:
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    if value.startswith("="):
        formula, _joint, said = value[1:].partition("→")
        kind = ' t="str"' if said and not said.isdigit() else ""
        return f'<c r="{place}"{kind}><f>{escape(formula)}</f><v>{escape(said)}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _ghosts(count: int) -> bytes:
    rows = (
        b'<row r="%d" spans="1:6"><c r="A%d" s="1"/><c r="F%d" s="1"/></row>' % (n, n, n)
        for n in range(5, 5 + count)
    )
    return packed(sheet=sheet(cells(TABLE) + b"".join(rows), b'<dimension ref="A1:F60000"/>'))


def _changed(change: Callable[[Any], Any]) -> Rows:
    return [HEAD, *([change(cell) for cell in row] for row in ROWS)]


def _spaced(cell: Any) -> Any:
    return f"\u3000{cell[:1]}\u200b{cell[1:]} \u00a0" if isinstance(cell, str) else cell


def _widened(cell: Any) -> Any:
    return str(cell).translate(_WIDE)


def _as_number(cell: Any) -> Any:
    return float(cell) if str(cell).isdigit() else cell


def _formula(cell: Any) -> Any:
    return f"=VLOOKUP(A1,B:C,2,0)→{cell}"


def ods(rows: Rows, more: str = "") -> bytes:
    """Return an open document with rows of texts."""
    told = (ods_row(*(CELL.format("", escape(str(one))) for one in row)) for row in rows)
    return open_document("".join(told) + more)


def xls(rows: Rows) -> bytes:
    """Return an .xls with texts and numbers."""
    made = (
        label(at, n, one) if isinstance(one, str) else number(at, n, float(one))
        for at, row in enumerate(rows)
        for n, one in enumerate(row)
    )
    return compound(stream_of(*made))


HABITS: Mapping[str, Callable[[], bytes]] = {
    "utf-8": lambda: _text(TABLE),
    "utf-8 with its mark": lambda: _text(TABLE, "utf-8-sig"),
    "GB 18030": lambda: _text(TABLE, "gb18030"),
    "wide Unicode": lambda: _text(TABLE, "utf-16", "\t"),
    "semicolons": lambda: _text(TABLE, delimiter=";"),
    "tabs, old ends of lines": lambda: _text(TABLE, delimiter="\t", end="\r"),
    "quoted": lambda: as_csv([[f" {cell}\n" for cell in row] for row in ROWS]),
    "a workbook": lambda: as_xlsx({"居民": TABLE}),
    "a merged title": lambda: with_merged([["汇总表"], *TABLE], "A1:F1"),
    "a header over two rows": _two_rows,
    "not at the first cell": lambda: packed(
        sheet=sheet(cells([["", "", *row] for row in TABLE], first_row=6))
    ),
    "two sheets": lambda: as_xlsx({"一组": TABLE[:2], "二组": [HEAD, *ROWS[1:]]}),
    "a hidden sheet": lambda: _hidden("hidden"),
    "a very hidden sheet": lambda: _hidden("veryHidden"),
    "a sheet of explanations": lambda: as_xlsx({"说明": [["填表说明"], ["一、如实"]], "表": TABLE}),
    "numbers as text": lambda: as_xlsx({"居民": _changed(str)}),
    "text as numbers": lambda: as_xlsx({"居民": _changed(_as_number)}),
    "full width": lambda: as_xlsx({"居民": _changed(_widened)}),
    "full width names": lambda: as_xlsx({"居民": [[f"　{one}＊" for one in HEAD], *ROWS]}),
    "stray spaces": lambda: as_xlsx({"居民": _changed(_spaced)}),
    "formulas": lambda: packed(sheet=sheet(cells(_changed(_formula)))),
    "ghost rows": lambda: _ghosts(50_000),
    "a dimension that is too small": lambda: packed(
        sheet=sheet(cells(TABLE), b'<dimension ref="A1:B2"/>')
    ),
    "the header again": lambda: as_xlsx({"居民": [*TABLE[:3], HEAD, *TABLE[3:]]}),
    "open document": lambda: ods(TABLE),
    "open document with a million empty rows": lambda: ods(
        TABLE, ods_row("<table:table-cell/>", more=REPEATED % 1_048_000)
    ),
    "old workbook": lambda: xls(TABLE),
}
DATES: Mapping[str, Any] = {
    "2026年1月5日": date(2026, 1, 5),
    "2026.1.5": date(2026, 1, 5),
    "２０２６/１/５": date(2026, 1, 5),
    "20260105": date(2026, 1, 5),
    "46027": date(2026, 1, 5),
}
LETS = ["房屋地址", "房东", "烟感", "出租起始日"]


def lets(days: Iterable[Any], *, is_1904: bool = False) -> bytes:
    """Return a workbook of lettings that began on some days."""
    made = openpyxl.Workbook()
    if is_1904:
        made.epoch = CALENDAR_MAC_1904
    made.active.append(LETS)
    for at, day in enumerate(days, 1):
        made.active.append([f"衡山路{at}号1室", "样戊", "是", day])
    return saved(made)


def _zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return file.getvalue()


_HTML = "<html><body><table><tr><td>姓名</td><td>联系电话</td></tr></table></body></html>"
_FAR = ods_row(CELL.format(' table:number-columns-repeated="16000"', "样"), more=REPEATED % 90_000)


def _only_hidden() -> bytes:
    made = as_xlsx({"居民": TABLE})
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/workbook.xml":
                data = data.replace(b'state="visible"', b'state="hidden"')
            new.writestr(entry, data)
    return file.getvalue()


def _circle() -> bytes:
    data = bytearray(xls(TABLE))
    (table,) = struct.unpack_from("<I", data, 76)
    struct.pack_into("<I", data, (table + 1) * 512 + 4 * 3, 2)
    return bytes(data)


# Files of which nothing is taken, beside the traps of the tests of reading.
REFUSED: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no more than a mark": lambda: b"\xef\xbb\xbf",
    "empty lines": lambda: b"\r\n" * 50,
    "an empty workbook": book,
    "a page named .xls": _HTML.encode,
    "a page in GB 18030": lambda: b"\r\n  " + _HTML.encode("gb18030"),
    "XML named .xls": lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><W/>',
    "JSON": lambda: b'[{"\xe5\xa7\x93\xe5\x90\x8d": 1}]',
    "PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + bytes(range(1, 256)) * 40,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64),
    "words": lambda: _zipped(word__document_DOT_xml=b"<w/>"),
    "an archive": lambda: _zipped(a_DOT_csv=_text(TABLE)),
    "binary workbook": lambda: _zipped(xl__workbook_DOT_bin=b"x"),
    "broken in the middle": lambda: _text(TABLE) + b"\xff\xfe\xff" + _text(ROWS),
    "broken at the end": lambda: _text(TABLE, "gb18030") + b"\x81",
    "a quotation mark nobody closed": lambda: _text(TABLE) + b'\r\n"' + b"x\r\n" * MB,
    "cut off": lambda: as_xlsx({"居民": TABLE})[:-300],
    "only hidden sheets": _only_hidden,
    "nothing known": lambda: _text([["甲事项", "乙事项"], ["一", "二"]]),
    "a header too far down": lambda: _text(above(10)),
    "a header without what every row needs": lambda: _text([HEAD[2:], *(r[2:] for r in ROWS)]),
    "open document, far away": lambda: open_document(_FAR),
    "open document with macros": lambda: open_document("", Basic__script="x"),
    "open document with a password": lambda: open_document(
        "", manifest="<m><encryption-data/></m>"
    ),
    "open document with a bomb": lambda: open_document("", x=" " * 300 * MB),
    "old workbook with a password": lambda: compound(stream_of(), "EncryptedPackage"),
    "old workbook with its own password": lambda: compound(
        stream_of(before=record(0x2F, bytes(6)))
    ),
    "old workbook with macros": lambda: compound(stream_of(), "_VBA_PROJECT_CUR"),
    "old workbook, far away": lambda: compound(
        stream_of(*(number(row, 250, 1.0) for row in range(0, 65_000, 5)))
    ),
    "old workbook, cut off": lambda: xls(TABLE)[:700],
    "old workbook, of zeros": lambda: b"\xd0\xcf\x11\xe0" + bytes(4096),
    "old workbook that turns in a circle": _circle,
}
