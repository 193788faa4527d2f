"""``linli import refused``: fetch the rows that came back from an import."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.audit.actions import record_read
from linli.registry.imports import open_refused

REFUSED = 1


class Command(BaseCommand):
    help = "Write the rows that an import refused, with the reasons, as a workbook to be corrected"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=UUID, help=_("the id that the import told at its end"))
        parser.add_argument("file", type=Path, help=_("where to write the .xlsx file"))

    def handle(self, *args: Any, **options: Any) -> None:
        record_read(by=None, subject=options["run"], verb="refused_rows", at=timezone.now())
        data = open_refused(options["run"])
        if data is None:
            sentence = _("No rows of this import are kept (any more).")
            raise CommandError(sentence, returncode=REFUSED)
        options["file"].write_bytes(data)
