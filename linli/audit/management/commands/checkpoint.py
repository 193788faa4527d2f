"""``linli checkpoint``: publish the heads of the audit log's chains."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from linli.audit.actions import make_checkpoint


class Command(BaseCommand):
    """Make a checkpoint; with --out, append it to a file that lies elsewhere."""

    help = "Publish the heads of the audit log's chains; run it daily and keep a copy elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file of the copy."""
        parser.add_argument("--out", type=Path, help="append it to this file, one JSON a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say the digest, which fits on paper."""
        made = make_checkpoint(at=timezone.now())
        body = {"at": made.at.isoformat(), "digest": made.digest, "heads": json.loads(made.heads)}
        if options["out"]:
            with options["out"].open("a", encoding="utf-8") as file:
                file.write(json.dumps(body) + "\n")
        self.stdout.write(f"{made.at.isoformat()} {made.digest}")
