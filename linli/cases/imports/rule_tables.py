"""Dispatch rules from and to spreadsheets: planned first, then saved whole."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person, Unit
from linli.cases.actions.rules import (
    RuleFacts,
    SavedRules,
    facts_of_rule,
    overlaps,
    save_rules,
)
from linli.cases.imports.rows import Fault, Findings, Row, header_row, open_tables, rows_of
from linli.cases.models import Category, DispatchRule
from linli.cases.queries.manage import RuleFilter, dispatch_rules
from linli.kernel.refusal import Refused
from linli.kernel.safe_cells import safe_cell
from linli.territory.imports.report import ImportRefused, Source, keep
from linli.territory.models import Division, Grid

RULE_COLUMNS: dict[str, tuple[str, ...]] = {
    "category": ("事项编码", "category", "分类编码", "类别编码", "编码", "category_code"),
    "category_name": ("事项名称", "category_name", "分类名称"),
    "area": ("区域编码", "area", "网格编码", "区划代码", "区域代码", "area_code"),
    "area_name": ("区域名称", "area_name", "区域"),
    "unit": ("责任单位编码", "unit", "单位编码", "责任单位", "单位代码", "unit_code"),
    "unit_name": ("责任单位名称", "unit_name", "单位名称"),
    "since": ("生效日期", "since", "开始日期", "启用日期"),
    "until": ("失效日期", "until", "结束日期", "停用日期"),
    "note": ("理由", "why", "说明", "备注", "依据", "note"),
    "note_en": ("英文理由", "why_en", "英文说明", "note_en"),
}
_LONGEST_NOTE = 200


@dataclass(frozen=True)
class RulePlan:
    """What an import would save; each rule with new, changed or same."""

    source: Source
    rules: list[tuple[RuleFacts, str]]
    findings: Findings = field(default_factory=Findings)

    @property
    def refused(self) -> bool:
        """Say whether anything refuses the file."""
        return bool(self.findings.faults)

    def count(self, what: str) -> int:
        """Return how many rules become ``what``."""
        return sum(one == what for _facts, one in self.rules)

    @property
    def rows(self) -> list[RuleFacts]:
        """Return the rules that would be written."""
        return [facts for facts, what in self.rules if what != "same"]

    @property
    def seal(self) -> str:
        """A short digest of what would be saved, to notice that it changed meanwhile."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Known:
    """The codes that a rule may name."""

    categories: frozenset[str]
    areas: frozenset[str]
    units: Mapping[str, str]

    @classmethod
    def now(cls) -> "_Known":
        areas = set(Division.objects.values_list("code", flat=True))
        areas |= set(Grid.objects.values_list("code", flat=True))
        units = {code: code for code in Unit.objects.values_list("code", flat=True)}
        names: dict[str, list[str]] = {}
        for code, name in Unit.objects.values_list("code", "name"):
            names.setdefault(name, []).append(code)
        # A name that only one unit has is as good as its code.
        units |= {name: codes[0] for name, codes in names.items() if len(codes) == 1}
        categories = frozenset(Category.objects.values_list("code", flat=True))
        return cls(categories, frozenset(areas), units)


def plan_rules(source: Source, day: date) -> RulePlan:
    """Read a table of rules beside what holds; ``day`` is the first day where none is written."""
    findings = Findings()
    plan = RulePlan(source, [], findings)
    read: list[tuple[Row, RuleFacts]] = []
    for table in open_tables(source, findings)[:1]:
        at = header_row(table, RULE_COLUMNS, ("unit",))
        if at is None:
            wrong = _("The table has no header with the column %(name)s.") % {
                "name": "责任单位编码 unit"
            }
            findings.fault(Fault(wrong, _("Export the rules first and fill in that file.")))
            continue
        known = _Known.now()
        for row in rows_of(table, RULE_COLUMNS, at, findings).rows:
            facts = _rule(row, known, day)
            if facts is not None:
                read.append((row, facts))
    _judge(plan, read)
    return plan


def _rule(row: Row, known: _Known, day: date) -> RuleFacts | None:
    unit = known.units.get(row.text("unit"), "")
    category, area = row.text("category"), row.text("area")
    checks = (
        ("unit", bool(unit), _("There is no unit %(code)s.") % {"code": row.text("unit")}),
        (
            "category",
            not category or category in known.categories,
            _("There is no category %(code)s.") % {"code": category},
        ),
        (
            "area",
            not area or area in known.areas,
            _("There is no division and no grid %(code)s.") % {"code": area},
        ),
    )
    wrong = [(name, sentence) for name, good, sentence in checks if not good]
    for name, sentence in wrong:
        advice = _("Write a code that is known here, or leave the cell empty for all.")
        if name == "unit":
            advice = _("Write the code of a unit, or its name if only one has it.")
        row.fault(name, sentence, advice)
    since, until = row.day("since") or day, row.day("until")
    if until is not None and until <= since:
        row.fault("until", _("The end is not after the beginning."), _("Write a later day."))
        return None
    if wrong:
        return None
    why, why_en = (row.short(name, _LONGEST_NOTE) for name in ("note", "note_en"))
    return RuleFacts(unit, since, category, area, until, why, why_en)


def _judge(plan: RulePlan, read: list[tuple[Row, RuleFacts]]) -> None:
    held = {_key(facts): facts for facts in map(facts_of_rule, dispatch_rules(RuleFilter(), _ANY))}
    rows: dict[tuple[object, ...], Row] = {}
    for row, given in read:
        facts = given
        if _key(facts) in rows:
            row.fault(
                "unit",
                _("This rule stands in row %(row)d already.") % {"row": rows[_key(facts)].number},
                _("Keep one of the two rows."),
            )
            continue
        rows[_key(facts)] = row
        old = held.get(_key(facts))
        if old is not None and not facts.note_en:
            # A table without the column takes no English words away.
            facts = replace(facts, note_en=old.note_en)
        what = "new" if old is None else "same" if old == facts else "changed"
        plan.rules.append((facts, what))
        held[_key(facts)] = facts
    for first, second in overlaps(held.values()):
        blamed = rows.get(_key(second)) or rows.get(_key(first))
        if blamed is not None:
            blamed.fault(
                "since",
                _("Two rules for the same matter and area would hold at once: %(one)s and %(two)s.")
                % {"one": first.unit, "two": second.unit},
                _("End the earlier one the day the later one begins."),
            )


_ANY = date(2000, 1, 1)


def _key(facts: RuleFacts) -> tuple[object, ...]:
    return (facts.unit, facts.category, facts.area, facts.since)


def import_rules(plan: RulePlan, *, by: Person | None, at: datetime, act_id: UUID) -> SavedRules:
    """Save a plan whole; raise ImportRefused (file and report kept) on any fault."""
    if not plan.refused:
        try:
            return save_rules(rows=plan.rows, by=by, at=at, act_id=act_id)
        except Refused as error:
            plan.findings.fault(Fault(str(error)))
    report = plan.findings.report(plan.source.name)
    raise ImportRefused(report, keep(plan.source, report, timezone.localtime(at)))


def _cells(rule: DispatchRule) -> list[str]:
    facts = facts_of_rule(rule)
    area = rule.grid or rule.division
    return [
        facts.category,
        str(rule.category or ""),
        facts.area,
        str(area or ""),
        facts.unit,
        str(rule.unit),
        facts.since.isoformat(),
        facts.until.isoformat() if facts.until else "",
        facts.note,
        facts.note_en,
    ]


def rule_rows(rules: Iterable[DispatchRule]) -> list[list[str]]:
    """Return rules as a table with its header."""
    header = [f"{names[0]} {names[1]}" for names in RULE_COLUMNS.values()]
    return [header, *(_cells(rule) for rule in rules)]


def rule_workbook(rules: Iterable[DispatchRule]) -> bytes:
    """Return rules as an .xlsx file."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "派单规则 rules"
    for row in rule_rows(rules):
        sheet.append([safe_cell(cell) for cell in row])
    for place, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 20
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rule_csv(rules: Iterable[DispatchRule]) -> bytes:
    """Return rules as .csv in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[safe_cell(cell) for cell in row] for row in rule_rows(rules)])
    return text.getvalue().encode("utf-8-sig")
