"""Rows of people's tables by the columns they mean, and every fault with its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from linli.kernel.safe_cells import plain_cell
from linli.kernel.tables import BadTable, Table, read_sheets
from linli.territory.imports.records import table_sentence
from linli.territory.imports.report import Report, Source

# The header may follow a title and a line that says who made the table.
_HEADER_WITHIN_ROWS = 10
_MOST_FAULTS = 500
_BETWEEN_NAMES = re.compile(r"[\s/|（）()]+")
_BETWEEN_WORDS = re.compile(r"[\s,，、;；|]+")
_YES = frozenset({"是", "有", "需要", "√", "✓", "yes", "y", "true", "1"})
_NO = frozenset({"否", "无", "不需要", "×", "no", "n", "false", "0"})
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class Fault:
    """One thing that refuses a file: where, what is wrong, and what to do."""

    wrong: str
    advice: str = ""
    row: int = 0
    column: str = ""
    sheet: str = ""

    @property
    def where(self) -> str:
        """The place in words; empty for the whole file."""
        parts = [self.sheet] if self.sheet else []
        if self.row:
            parts.append(_("row %(number)d") % {"number": self.row})
        if self.column:
            parts.append(_("column “%(name)s”") % {"name": self.column})
        return " · ".join(parts)

    def __str__(self) -> str:
        return f"{self.wrong} {self.advice}".strip()


@dataclass
class Findings:
    """All that a file was found to be: faults refuse it, remarks do not."""

    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def fault(self, fault: Fault) -> None:
        """Add a fault; a file wrong in every row is told the first of them."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)

    def report(self, name: str) -> Report:
        """Return the same as a report that is kept beside the file."""
        report = Report(name)
        for fault in self.faults:
            report.error(str(fault), fault.where)
        for remark in self.remarks:
            report.note(remark)
        return report


@dataclass(frozen=True)
class Row:
    """One row by the fields it fills; faults found in it go to the findings of the file."""

    number: int
    sheet: str
    headers: Mapping[str, str]
    values: Mapping[str, str]
    findings: Findings

    def text(self, name: str) -> str:
        """Return the text of a field; empty where the column is absent."""
        return self.values.get(name, "")

    def fault(self, name: str, wrong: str, advice: str = "") -> None:
        """Say that a cell of this row cannot be taken."""
        column = self.headers.get(name, "")
        self.findings.fault(Fault(wrong, advice, self.number, column, self.sheet))

    def short(self, name: str, longest: int) -> str:
        """Return a text of limited length."""
        text = self.text(name)
        if len(text) > longest:
            self.fault(
                name,
                _("The text has %(length)d characters.") % {"length": len(text)},
                _("Shorten it to %(longest)d at most.") % {"longest": longest},
            )
        return text[:longest]

    def number_of(self, name: str, highest: int, default: int) -> int:
        """Return a whole number from 0 to ``highest``; ``default`` for an empty cell."""
        text = self.text(name)
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or int(text) > highest:
            self.fault(
                name,
                _("“%(text)s” is no whole number from 0 to %(highest)d.")
                % {"text": text, "highest": highest},
                _("Write digits alone, without a unit."),
            )
            return default
        return int(text)

    def yes_or_no(self, name: str, default: bool) -> bool:
        """Return a yes or no in either language; ``default`` for an empty cell."""
        text = self.text(name).lower()
        if not text or text in _YES | _NO:
            return text in _YES if text else default
        self.fault(
            name,
            _("“%(text)s” is neither yes nor no.") % {"text": self.text(name)},
            _("Write %(yes)s or %(no)s, yes or no, 1 or 0.") % {"yes": "是", "no": "否"},
        )
        return default

    def day(self, name: str) -> date | None:
        """Return a day; None for an empty cell."""
        text = self.text(name)
        spelled = re.sub(r"[/.年月]", "-", text).rstrip("日").split(" ")[0]
        if not text:
            return None
        try:
            year, month, day = (int(part) for part in spelled.split("-"))
            return date(year, month, day)
        except ValueError:
            self.fault(
                name,
                _("“%(text)s” is no date.") % {"text": text},
                _("Write it as 2026-01-31."),
            )
            return None

    def one_of(self, name: str, words: "Words", text: str | None = None) -> str:
        """Return the value that a text spells, in either language; empty for an empty cell."""
        text = self.text(name) if text is None else text
        value = words.value_of(text) if text else ""
        if text and not value:
            self.fault(
                name,
                _("“%(text)s” is not known here.") % {"text": text},
                _("Write one of: %(known)s.") % {"known": "、".join(words.known())},
            )
        return value

    def several_of(self, name: str, words: "Words") -> tuple[str, ...]:
        """Return the values of a cell that names several, separated by 、 or commas."""
        whole = words.value_of(self.text(name))
        if whole:
            return (whole,)
        parts = [part for part in _BETWEEN_WORDS.split(self.text(name)) if part]
        values = [self.one_of(name, words, part) for part in parts]
        return tuple(value for value in values if value)


class Words:
    """The spellings of a choice: its value, its names in both languages, and further ones."""

    def __init__(self, choices: type[TextChoices], **more: Sequence[str]) -> None:
        self._choices = choices
        self._more = more
        self._kept: dict[str, dict[str, str]] = {}

    def names(self, language: str) -> dict[str, str]:
        """Return the name of each value, where it tells it from the others; else the value."""
        if language not in self._kept:
            self._kept[language] = self._names(language)
        return self._kept[language]

    def _names(self, language: str) -> dict[str, str]:
        with translation.override(language):
            labels = {str(choice.value): str(choice.label) for choice in self._choices}
        usable = {
            value: label
            for value, label in labels.items()
            if list(labels.values()).count(label) == 1 and not _BETWEEN_WORDS.search(label)
        }
        return {value: usable.get(value, value) for value in labels}

    def known(self) -> list[str]:
        """Return the names in the reader's language."""
        return list(self.names(translation.get_language() or "en").values())

    def value_of(self, text: str) -> str:
        """Return the value a text spells, or an empty text."""
        spelled = text.strip().lower()
        for language in LANGUAGES:
            for value, name in self.names(language).items():
                if spelled in {value, name.lower()}:
                    return value
        return next((value for value, names in self._more.items() if spelled in names), "")


Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet and which of the known columns it has."""

    name: str
    headers: Mapping[str, str]
    rows: list[Row]


def open_tables(source: Source, findings: Findings) -> list[Table]:
    """Read the sheets of a file; what stops that goes to the findings."""
    try:
        tables = read_sheets(source.name, source.data)
    except BadTable as error:
        findings.fault(Fault(table_sentence(error.problem)))
        return []
    if tables[0].error_cells:
        findings.remarks.append(
            _("%(number)d cells hold an error such as #REF! and were read as empty.")
            % {"number": tables[0].error_cells}
        )
    return tables


def _key(cell: str, columns: Columns) -> str:
    names = {part.lower() for part in (cell, *_BETWEEN_NAMES.split(cell)) if part}
    exact = next((key for key, known in columns.items() if cell.lower() in known), "")
    return exact or next((key for key, known in columns.items() if names & set(known)), "")


def _headers(cells: Sequence[str], columns: Columns) -> dict[int, str]:
    found = {at: _key(cell, columns) for at, cell in enumerate(cells) if cell}
    return {at: key for at, key in found.items() if key}


def header_row(table: Table, columns: Columns, needed: Iterable[str]) -> int | None:
    """Return the index of the row that names all ``needed`` columns, or None."""
    wanted = set(needed)
    for number, row in enumerate(table.rows[:_HEADER_WITHIN_ROWS]):
        if wanted <= set(_headers(row, columns).values()):
            return number
    return None


def _remark_columns(cells: Sequence[str], found: Mapping[int, str], findings: Findings) -> None:
    unknown = [cell for at, cell in enumerate(cells) if cell and at not in found]
    if unknown:
        findings.remarks.append(
            _("These columns are not read: %(names)s.") % {"names": "、".join(unknown)}
        )


def rows_of(table: Table, columns: Columns, at: int, findings: Findings) -> Sheet:
    """Return the rows under a header; empty rows are passed over."""
    cells = table.rows[at]
    found = _headers(cells, columns)
    _remark_columns(cells, found, findings)
    headers: dict[str, str] = {}
    for place, key in found.items():
        if key in headers:
            wrong = _("“%(first)s” and “%(second)s” mean the same.") % {
                "first": headers[key],
                "second": cells[place],
            }
            advice = _("Keep one of the two columns.")
            findings.fault(Fault(wrong, advice, at + 1, cells[place], table.sheet))
        headers.setdefault(key, cells[place])
    rows = []
    for number, row in enumerate(_below(table, at), start=at + 2):
        if any(row):
            values = {
                key: plain_cell(row[place]) for place, key in found.items() if place < len(row)
            }
            rows.append(Row(number, table.sheet, headers, values, findings))
    return Sheet(table.sheet, headers, rows)


def _below(table: Table, at: int) -> Iterator[list[str]]:
    yield from table.rows[at + 1 :]
