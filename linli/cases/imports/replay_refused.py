"""The rows that were refused: the table's own columns and the reason, to be mended."""

import csv
import shutil
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.conf import settings

from linli.cases.imports.replay_table import TableRow
from linli.kernel.ids import new_id

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a value that no spreadsheet takes for a formula; numbers stay numbers."""
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


class RefusedRows:
    """Writes refused rows as they come; the file is only made when there is one."""

    def __init__(self, source: Path, header: list[str], at: datetime) -> None:
        self._source, self._header, self._at = source, header, at
        self._file: TextIO | None = None
        self.folder: Path | None = None
        self.count = 0

    def add(self, row: TableRow, reason: str) -> None:
        """Write one row with its line and its reason."""
        if self._file is None:
            self._open()
        values = [harmless(row.values.get(name) or "") for name in self._header]
        if self._file is not None:
            csv.writer(self._file).writerow([*values, row.line, reason])
        self.count += 1

    def _open(self) -> None:
        self.folder = keep(self._source, self._at)
        path = self.folder / f"{self._source.name.split('.')[0]}.refused.csv"
        # With the mark of UTF-8, without which spreadsheets misread Chinese.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        csv.writer(self._file).writerow([*self._header, "line", "reason"])

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def keep(source: Path, at: datetime, report: str = "") -> Path:
    """Copy a file, and a report if there is one, into a folder of its own; return that."""
    folder = Path(settings.LINLI_IMPORTS) / f"{at:%Y%m%d}-{new_id()}"
    folder.mkdir(parents=True)
    shutil.copyfile(source, folder / source.name)
    if report:
        (folder / "report.txt").write_text(f"{source.name}\n{at.isoformat()}\n\n{report}\n")
    return folder
