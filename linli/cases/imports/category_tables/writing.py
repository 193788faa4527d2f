"""Writing categories and limits as the sheets an import reads; no cell can be a formula."""

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import translation

from linli.cases.actions.categories import CategoryDraft, LimitDraft
from linli.cases.actions.category_drafts import draft_of
from linli.cases.imports.category_tables.columns import (
    CATEGORY_COLUMNS,
    CATEGORY_SHEET,
    KINDS,
    LIMIT_COLUMNS,
    LIMIT_SHEET,
    UNITS,
    VERBS,
    header_of,
)
from linli.cases.imports.rows import Words
from linli.cases.queries.manage import branches
from linli.kernel.safe_cells import safe_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Rows = list[list[str]]
_WIDTH, _WIDE = 14, 34
_WIDE_FIELDS = frozenset({"register_when", "close_when", "verification_reason", "photo_reason"})


def _language() -> str:
    return "en" if translation.get_language() == "en" else "zh-hans"


def _flag(value: object) -> str:
    return ("yes" if value else "no") if _language() == "en" else ("是" if value else "否")


def _several(words: Words, values: Sequence[str]) -> str:
    names = words.names(_language())
    return "、".join(names.get(value, value) for value in values)


def _cell(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _flag(value)
    if isinstance(value, list | tuple):
        return _several(KINDS if name == "kinds" else VERBS, value)
    return str(value)


def _category_row(draft: CategoryDraft) -> list[str]:
    facts: dict[str, object] = {
        "code": draft.code,
        "parent": draft.parent,
        "name": draft.name,
        "name_en": draft.name_en,
        "position": draft.position,
        "is_active": draft.is_active,
        **draft.rules,
    }
    return [_cell(name, facts.get(name, "")) for name in CATEGORY_COLUMNS]


def _limit_row(draft: CategoryDraft, limit: LimitDraft) -> list[str]:
    units, verbs = UNITS.names(_language()), VERBS.names(_language())
    facts: dict[str, object] = {
        "code": draft.code,
        "category": draft.name,
        **vars(limit),
        "unit": units.get(limit.unit, limit.unit),
        "counts_from": verbs.get(limit.counts_from, limit.counts_from),
    }
    return [_cell(name, facts[name]) for name in LIMIT_COLUMNS]


def category_rows() -> tuple[Rows, Rows]:
    """Return the two sheets with their headers: all categories, and all their limits."""
    drafts = [draft_of(branch.category, branch.version) for branch in branches()]
    categories = [[header_of(CATEGORY_COLUMNS, name) for name in CATEGORY_COLUMNS]]
    categories += [_category_row(draft) for draft in drafts]
    limits = [[header_of(LIMIT_COLUMNS, name) for name in LIMIT_COLUMNS]]
    limits += [_limit_row(draft, limit) for draft in drafts for limit in draft.limits]
    return categories, limits


def _fill(sheet: "Worksheet", rows: Rows, fields: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0F766E")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for place, name in enumerate(fields, 1):
        sheet.column_dimensions[get_column_letter(place)].width = (
            _WIDE if name in _WIDE_FIELDS else _WIDTH
        )
    # Codes begin with zeros: as text they stay what they are.
    for column in sheet.iter_cols(min_col=1, max_col=2, min_row=2):
        for cell in column:
            cell.number_format = "@"
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions


def workbook() -> bytes:
    """Return all categories as an .xlsx file with two sheets."""
    from openpyxl import Workbook

    categories, limits = category_rows()
    book = Workbook()
    first = book.active
    first.title = CATEGORY_SHEET
    _fill(first, categories, list(CATEGORY_COLUMNS))
    _fill(book.create_sheet(LIMIT_SHEET), limits, list(LIMIT_COLUMNS))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    """Return one sheet as .csv; the mark at the beginning tells spreadsheets it is UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[safe_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode(encoding)
