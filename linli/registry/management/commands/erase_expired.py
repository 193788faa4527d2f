"""``linli erase-expired``: erase the records whose retention is over."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from linli.registry.actions.erasing import erase_expired, expired
from linli.registry.models import RecordKind


class Command(BaseCommand):
    """Erase keys, values, histories and audit details; the audit log still verifies."""

    help = "Erase the records whose retention is over; the audit log still verifies."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="say how many, and erase none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many records went."""
        at = timezone.now()
        day = timezone.localdate(at)
        total = sum(expired(kind, day).count() for kind in RecordKind)
        if options["check"]:
            self.stdout.write(f"{total} records are past their retention.")
            return
        is_hidden = options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(total=total, unit=" records", disable=is_hidden) as bar:
            done = erase_expired(at=at, tell=bar.update)
        self._empty_the_log()
        self.stdout.write(f"{done.erased} records erased.")
        if done.in_use:
            self.stdout.write(f"{done.in_use} places are past theirs, but others stand on them.")

    @staticmethod
    def _empty_the_log() -> None:
        """Let no old page of SQLite lie in the file beside the database."""
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
