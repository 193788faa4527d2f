"""What an import found, in sentences; and where a refused file and its report are kept."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.kernel.ids import new_id
from linli.territory.rules.facts import Source, Tally


class Gravity(StrEnum):
    """An error refuses the import; a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One sentence, and where in the file ("row 7", "feature 3") it applies."""

    gravity: Gravity
    sentence: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


@dataclass
class Report:
    """All that an import found."""

    file_name: str
    findings: list[Finding] = field(default_factory=list)

    def error(self, sentence: str, where: str = "") -> None:
        """Add what refuses the import."""
        self.findings.append(Finding(Gravity.ERROR, sentence, where))

    def warning(self, sentence: str, where: str = "") -> None:
        """Add what a person should look at."""
        self.findings.append(Finding(Gravity.WARNING, sentence, where))

    def note(self, sentence: str, where: str = "") -> None:
        """Add what is good to know."""
        self.findings.append(Finding(Gravity.NOTE, sentence, where))

    @property
    def errors(self) -> list[Finding]:
        """Return what refuses the import."""
        return [finding for finding in self.findings if finding.gravity is Gravity.ERROR]

    @property
    def refused(self) -> bool:
        """Say whether anything refuses the import."""
        return bool(self.errors)

    def __str__(self) -> str:
        return "\n".join(f"[{finding.gravity}] {finding}" for finding in self.findings)


class ImportRefused(Exception):
    """Nothing was written; the file and the report lie in the folder ``kept``."""

    def __init__(self, report: Report, kept: Path) -> None:
        super().__init__(str(report.errors[0]))
        self.report, self.kept = report, kept

    @property
    def sentence(self) -> str:
        """Say how many errors there are, the first, and where the rest can be read."""
        number = len(self.report.errors)
        counted = ngettext(
            "%(name)s was refused: %(number)d error. Nothing was written.",
            "%(name)s was refused: %(number)d errors. Nothing was written.",
            number,
        ) % {"name": self.report.file_name, "number": number}
        kept = _("The file and the report are kept in %(folder)s.") % {"folder": self.kept}
        return f"{counted} {self.report.errors[0]} {kept}"


@dataclass(frozen=True)
class Outcome:
    """What an import that was not refused found and changed."""

    report: Report
    tally: Tally


__all__ = ["Finding", "Gravity", "ImportRefused", "Outcome", "Progress", "Report", "Source", "keep"]

Progress = Callable[[Iterable[object], int], Iterable[object]]


def keep(source: Source, report: Report, at: datetime) -> Path:
    """Keep a refused file and its report under LINLI_HOME/imports; return the folder."""
    folder = Path(settings.LINLI_IMPORTS) / f"{at:%Y%m%d}-{new_id()}"
    folder.mkdir(parents=True)
    # The name comes from outside: only what is harmless in a path survives.
    name = re.sub(r"[^\w.-]", "_", Path(source.name).name).lstrip(".")[-100:] or "file"
    (folder / name).write_bytes(source.data)
    digest = hashlib.sha256(source.data).hexdigest()
    text = f"{report.file_name}\nsha256 {digest}\n{at.isoformat()}\n\n{report}\n"
    (folder / f"{name}.report.txt").write_text(text, encoding="utf-8")
    return folder
