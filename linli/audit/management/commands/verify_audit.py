"""``linli verify-audit``: find any change, gap or reordering in the audit log."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from linli.audit.models import Event
from linli.audit.queries import Heads, faults


def kept_heads(path: Path) -> Iterator[Heads]:
    """Yield the heads of a kept copy.

    Reads what ``/audit/checkpoints.json`` shows, and what ``linli checkpoint --out`` writes.
    """
    text = path.read_text(encoding="utf-8")
    try:
        bodies = [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        bodies = [json.loads(text)]
    for body in bodies:
        for one in body.get("checkpoints", [body]):
            yield one["heads"]


class Command(BaseCommand):
    """Verify every chain and name the first bad event of each."""

    help = "Verify the audit log: any change, gap or reordering, and the first bad event."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the copy that lies outside."""
        parser.add_argument(
            "--checkpoints", type=Path, help="a kept copy of /audit/checkpoints.json to compare"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the log is whole, 1 with the faults when it is not."""
        kept = []
        if options.get("checkpoints"):
            try:
                kept = list(kept_heads(options["checkpoints"]))
            except (ValueError, KeyError, AttributeError) as error:
                sentence = f"{options['checkpoints']} is no copy of checkpoints: take the file"
                raise CommandError(f"{sentence} from /audit/checkpoints.json.") from error
        total = Event.objects.count()
        is_hidden = options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(total=total, unit=" events", disable=is_hidden) as bar:
            found = list(faults(bar.update, kept))
        if found:
            lines = [f"chain {f.lane}, number {f.seq}, event {f.event}: {f.what}" for f in found]
            raise CommandError("The audit log was tampered with.\n" + "\n".join(lines))
        self.stdout.write(f"{total} events verified, none changed, none missing.")
