"""What the import commands of the cases add: faults line by line, remarks after them."""

from typing import Any

from django.core.management.base import CommandError

from linli.cases.imports.rows import Findings
from linli.territory.imports.report import ImportRefused
from linli.territory.management.importing import REFUSED, FileCommand


class TableCommand(FileCommand):
    """A command that reads one table, says what it found, and writes all of it or nothing."""

    def tell(self, findings: Findings) -> None:
        """Print what was found, faults with their place."""
        for fault in findings.faults:
            self.stderr.write(
                f"[error] {fault.where}: {fault}" if fault.where else f"[error] {fault}"
            )
        for remark in findings.remarks:
            self.stderr.write(f"[note] {remark}")

    def stop(self, findings: Findings, options: dict[str, Any]) -> bool:
        """Say whether only a check was asked for; a refused file ends the command then."""
        return self.stop_at_check(asked=options["check"], refused=bool(findings.faults))


def refused(error: ImportRefused) -> CommandError:
    """Return the end of a command whose file was refused."""
    return CommandError(error.sentence, returncode=REFUSED)
