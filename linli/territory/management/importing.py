"""What import commands share: reading the file, the bar, the report, the exit code."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.territory.imports import ImportRefused, Outcome, Report, Source

# 0: done; 1: refused, nothing written; 2: the command line itself is wrong.
REFUSED = 1
USAGE = 2


class FileCommand(BaseCommand):
    """A command that reads one file, says what it found, and writes all of it or nothing."""

    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file and --check; commands add their own."""
        parser.add_argument("file", type=Path, help=_("the file to read"))
        parser.add_argument(
            "--check", action="store_true", help=_("report what would happen and write nothing")
        )

    def source(self, path: Path) -> Source:
        """Read the file; end with a sentence when that fails."""
        try:
            return Source.of(path)
        except OSError as error:
            sentence = _("%(file)s cannot be read: %(reason)s.")
            facts = {"file": path, "reason": error.strerror}
            raise CommandError(sentence % facts, returncode=USAGE) from error

    def stop_at_check(self, *, asked: bool, refused: bool) -> bool:
        """Say whether only a check was asked for; a refused file ends the command then."""
        if asked and refused:
            raise CommandError(_("This file would be refused."), returncode=REFUSED)
        if asked:
            self.stdout.write(_("Checked; nothing was written."))
        return asked


class ImportCommand(FileCommand):
    """A command of the territory: one report, and one writing that tells what it changed."""

    def finish(self, report: Report, write: Callable[[], Outcome], *, check: bool) -> None:
        """Say what was found, then write unless only a check was asked for."""
        for finding in report.findings:
            self.stderr.write(f"[{finding.gravity}] {finding}")
        if self.stop_at_check(asked=check, refused=report.refused):
            return
        try:
            tally = write().tally
        except ImportRefused as refused:
            raise CommandError(refused.sentence, returncode=REFUSED) from refused
        self.stdout.write(
            _("%(added)d added, %(changed)d changed, %(redrawn)d redrawn, %(same)d as they were.")
            % {
                "added": tally.added,
                "changed": tally.changed,
                "redrawn": tally.redrawn,
                "same": tally.unchanged,
            }
        )


def bar(rows: Iterable[Any], total: int) -> Iterable[Any]:
    """Show a progress bar on a terminal, and nothing in a pipe."""
    shown: Iterable[Any] = tqdm(rows, total=total, unit="", disable=not sys.stderr.isatty())
    return shown


def a_day(text: str) -> date:
    """Read a day of the command line."""
    return date.fromisoformat(text)
