"""Rows that were refused, as a workbook that can be corrected and sent again."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from linli.kernel.safe_cells import safe_cell
from linli.registry.actions.importing.frame import RefusedRow
from linli.registry.imports import sealed_files
from linli.registry.imports.plans import REASON_HEADERS, FilePlan
from linli.registry.models import ImportRun

FILE = "refused"
_REASON_WIDTH = 60
_PLAIN = (int, float, bool, date, datetime, time)


def _cell(value: Any) -> Any:
    """Return a cell as it was; texts that a spreadsheet would compute are neutralised."""
    if value.__class__ in _PLAIN:
        return value
    return safe_cell(str(value))


def workbook_of(headers: Mapping[str, Sequence[str]], rows: Sequence[RefusedRow]) -> bytes:
    """Return refused rows by their sheets, the reason before the cells, as an .xlsx file.

    ``headers``: of each sheet. A row keeps the cells it had, but not those of dropped columns.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    fill = PatternFill("solid", fgColor="0F766E")
    book = Workbook(write_only=True)
    place = 1 if (get_language() or "zh").startswith("en") else 0
    for name in dict.fromkeys(row.sheet for row in rows):
        sheet = book.create_sheet((name or "Sheet")[:31])
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = _REASON_WIDTH
        head = []
        for text in (REASON_HEADERS[place], *headers.get(name, ())):
            cell = WriteOnlyCell(sheet, _cell(text))
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), fill
            head.append(cell)
        sheet.append(head)
        for row in rows:
            if row.sheet == name:
                # One sentence a line, all of them to be seen.
                why = WriteOnlyCell(sheet, _cell(row.reason))
                why.alignment = Alignment(wrap_text=True, vertical="top")
                sheet.append([why, *(_cell(cell) for cell in row.cells)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refused_workbook(plan: FilePlan, rows: Sequence[RefusedRow]) -> bytes:
    """Return the refused rows of a file, without the columns that may not be kept."""
    headers, kept = {}, []
    for sheet in plan.sheets:
        reasons = (at for at, header in enumerate(sheet.headers) if header in REASON_HEADERS)
        gone = {*sheet.header.forbidden, *reasons}
        headers[sheet.name] = [text for at, text in enumerate(sheet.headers) if at not in gone]
        for row in rows:
            if row.sheet == sheet.name:
                cells = tuple(cell for at, cell in enumerate(row.cells) if at not in gone)
                kept.append(RefusedRow(row.kind, row.sheet, row.number, cells, row.reason))
    return workbook_of(headers, kept)


def keep_refused(run: ImportRun, plan: FilePlan, rows: Sequence[RefusedRow]) -> None:
    """Keep the workbook sealed until somebody fetches it, some days at most."""
    data = refused_workbook(plan, rows)
    sealed_files.keep(run.pk, FILE, data, {"rows": len(rows), "name": run.name})


def open_refused(run: UUID) -> bytes | None:
    """Return the workbook of refused rows of a run, or None where there is none (any more).

    Only for callers that have recorded the read.
    """
    found = sealed_files.open_kept(run, FILE)
    return None if found is None else found[0]
