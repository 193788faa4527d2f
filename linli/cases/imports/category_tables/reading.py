"""Reading the sheets of a file: categories by code, categories by levels, staged limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from linli.cases.actions.categories import LimitDraft
from linli.cases.actions.category_drafts import MOST_DAYS, MOST_HOURS, MOST_METRES
from linli.cases.imports.category_tables.columns import (
    CATEGORY_COLUMNS,
    KINDS,
    LEVEL_COLUMNS,
    LIMIT_COLUMNS,
    UNITS,
    VERBS,
)
from linli.cases.imports.rows import Fault, Findings, Row, header_row, open_tables, rows_of
from linli.kernel.tables import Table
from linli.kernel.working_time.limits import LARGEST_AMOUNT
from linli.territory.imports.report import Source

CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
LONGEST_NAME, LONGEST_NAME_EN, LONGEST_REASON, LONGEST_TEXT = 80, 120, 200, 4000
_LONGEST: dict[str, int] = {
    "register_when": LONGEST_TEXT,
    "register_when_en": LONGEST_TEXT,
    "close_when": LONGEST_TEXT,
    "close_when_en": LONGEST_TEXT,
    "verification_reason": LONGEST_REASON,
    "verification_reason_en": LONGEST_REASON,
    "photo_reason": LONGEST_REASON,
    "photo_reason_en": LONGEST_REASON,
    "emergency_number": 8,
}
_FLAGS = ("needs_verification", "needs_photo", "anonymous_allowed")
_NUMBERS = {
    "duplicate_metres": MOST_METRES,
    "duplicate_hours": MOST_HOURS,
    "reopen_days": MOST_DAYS,
}
_RULES = (*_LONGEST, *_FLAGS, *_NUMBERS, "kinds")


@dataclass(frozen=True)
class CategoryRow:
    """One row of the category sheet; ``row`` reads its rules beside those that hold."""

    code: str
    name: str
    row: Row

    def has(self, name: str) -> bool:
        """Say whether the sheet has the column."""
        return name in self.row.headers

    @property
    def describes_rules(self) -> bool:
        """Say whether any rule is filled in."""
        return any(self.row.text(name) for name in _RULES)

    def rules(self, held: Mapping[str, object]) -> dict[str, object]:
        """Return the rules of this row; what the sheet has no column for stays as held."""
        rules = dict(held)
        for name, longest in _LONGEST.items():
            if self.has(name):
                rules[name] = self.row.short(name, longest)
        for name in _FLAGS:
            rules[name] = self.row.yes_or_no(name, bool(held[name]))
        for name, highest in _NUMBERS.items():
            rules[name] = self.row.number_of(name, highest, int(str(held[name])))
        if self.has("kinds"):
            rules["kinds"] = list(self.row.several_of("kinds", KINDS))
        return rules


@dataclass(frozen=True)
class LimitRow:
    """One row of the limit sheet."""

    code: str
    limit: LimitDraft
    row: Row


@dataclass(frozen=True)
class LevelRow:
    """One path of the sheet of levels: names from the top down."""

    path: tuple[str, ...]
    row: Row


@dataclass
class Sheets:
    """All that a file holds."""

    findings: Findings
    categories: dict[str, CategoryRow] = field(default_factory=dict)
    levels: dict[tuple[str, ...], LevelRow] = field(default_factory=dict)
    limits: list[LimitRow] = field(default_factory=list)
    has_limits: bool = False


def read_sheets_of(source: Source, stages: Mapping[str, tuple[str, str]]) -> Sheets:
    """Read a file; ``stages`` are the codes that are known, with their names."""
    sheets = Sheets(Findings())
    read = 0
    for table in open_tables(source, sheets.findings):
        read += _read(table, sheets, stages)
    if not read and not sheets.findings.faults:
        sheets.findings.fault(
            Fault(
                _("No sheet has a header with the columns %(codes)s or %(levels)s.")
                % {"codes": "编码 + 名称", "levels": "一级分类 + 二级分类"},
                _("Export the categories first and fill in that file."),
            )
        )
    return sheets


def _read(table: Table, sheets: Sheets, stages: Mapping[str, tuple[str, str]]) -> bool:
    findings = sheets.findings
    at = header_row(table, LIMIT_COLUMNS, ("code", "stage", "amount"))
    if at is not None:
        sheets.has_limits = True
        names = dict(stages)
        for row in rows_of(table, LIMIT_COLUMNS, at, findings).rows:
            sheets.limits += _limit(row, names)
        return True
    at = header_row(table, CATEGORY_COLUMNS, ("code", "name"))
    if at is not None:
        for row in rows_of(table, CATEGORY_COLUMNS, at, findings).rows:
            _category(row, sheets)
        return True
    at = header_row(table, LEVEL_COLUMNS, ("level1", "level2"))
    if at is not None:
        _levels(rows_of(table, LEVEL_COLUMNS, at, findings).rows, sheets)
        return True
    findings.remarks.append(
        _("The sheet “%(name)s” was passed over: its header is not known.") % {"name": table.sheet}
    )
    return False


def _code(row: Row) -> str:
    code = row.text("code")
    if not code:
        row.fault("code", _("The code is missing."), _("Give each category a code of its own."))
    elif not CODE.fullmatch(code):
        row.fault(
            "code",
            _("“%(code)s” is no code.") % {"code": code},
            _("Use letters, digits, full stops and dashes, 32 at most."),
        )
        return ""
    return code


def _category(row: Row, sheets: Sheets) -> None:
    code, name = _code(row), row.short("name", LONGEST_NAME)
    if not name:
        row.fault(
            "name",
            _("The name is missing."),
            _("Name the matter, such as %(example)s.") % {"example": "路灯不亮"},
        )
    if code in sheets.categories:
        row.fault(
            "code",
            _("Code %(code)s stands in row %(row)d already.")
            % {"code": code, "row": sheets.categories[code].row.number},
            _("Keep one of the two rows."),
        )
    elif code:
        sheets.categories[code] = CategoryRow(code, name, row)


def _stage(row: Row, names: dict[str, tuple[str, str]]) -> str:
    """Return the code of a stage; people may write the name of a known one."""
    text = row.text("stage")
    by_name = {chinese: code for code, (chinese, _english) in names.items()}
    return by_name.get(text, text)


def _limit(row: Row, names: dict[str, tuple[str, str]]) -> Iterator[LimitRow]:
    code, stage = _code(row), _stage(row, names)
    unit = row.one_of("unit", UNITS)
    start = row.one_of("counts_from", VERBS)
    for name, value in (("unit", unit), ("counts_from", start)):
        if not row.text(name):
            row.fault(name, _("This cell is empty."), _("Fill it in, or remove the row."))
        elif not value:
            return
    known = names.get(stage, (stage, ""))
    limit = LimitDraft(
        stage=stage,
        name=row.short("name", LONGEST_NAME) or known[0],
        name_en=row.short("name_en", LONGEST_NAME_EN) if "name_en" in row.headers else known[1],
        kinds=row.several_of("kinds", KINDS),
        amount=row.number_of("amount", LARGEST_AMOUNT, 0),
        unit=unit,
        counts_from=start,
        met_by=row.several_of("met_by", VERBS),
        is_final=row.yes_or_no("is_final", False),
    )
    names.setdefault(stage, (limit.name, limit.name_en))
    if code and unit and start:
        yield LimitRow(code, limit, row)


def _levels(rows: list[Row], sheets: Sheets) -> None:
    above: tuple[str, ...] = ()
    for row in rows:
        cells = [row.short(name, LONGEST_NAME) for name in LEVEL_COLUMNS if name in row.headers]
        # A blank cell beside a filled deeper one repeats what stands above it.
        deepest = max(place for place, cell in enumerate(cells) if cell) if any(cells) else -1
        path = tuple(
            cell or (above[place] if place < len(above) else "")
            for place, cell in enumerate(cells[: deepest + 1])
        )
        if path and all(path):
            _level(LevelRow(path, row), sheets)
            above = path
        elif path:
            row.fault(
                f"level{path.index('') + 1}",
                _("This level is empty, but a deeper one is filled."),
                _("Write the name of the upper category."),
            )


def _level(found: LevelRow, sheets: Sheets) -> None:
    if found.path in sheets.levels:
        found.row.fault(
            f"level{len(found.path)}",
            _("“%(path)s” stands in row %(row)d already.")
            % {"path": " / ".join(found.path), "row": sheets.levels[found.path].row.number},
            _("Keep one of the two rows."),
        )
        return
    sheets.levels[found.path] = found
