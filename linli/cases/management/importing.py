"""What the import commands of the cases share: the file, the faults line by line, the exit code."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from linli.cases.imports.rows import Findings
from linli.territory.imports.report import ImportRefused, Source

# 0: done; 1: refused, nothing written; 2: the command line itself is wrong.
REFUSED, USAGE = 1, 2


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

    def tell(self, findings: Findings) -> None:
        """Print what was found, faults with their place."""
        for fault in findings.faults:
            self.stderr.write(
                f"[error] {fault.where}: {fault}" if fault.where else f"[error] {fault}"
            )
        for remark in findings.remarks:
            self.stderr.write(f"[note] {remark}")

    def stop_at_check(self, findings: Findings, options: dict[str, Any]) -> bool:
        """Say whether only a check was asked for; a refused file ends the command then."""
        if not options["check"]:
            return False
        if findings.faults:
            raise CommandError(_("This file would be refused."), returncode=REFUSED)
        self.stdout.write(_("Checked; nothing was written."))
        return True


def refused(error: ImportRefused) -> CommandError:
    """Return the end of a command whose file was refused."""
    return CommandError(error.sentence, returncode=REFUSED)
