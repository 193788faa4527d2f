"""``linli verify-audit``: find any change, gap or reordering in the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from linli.audit.models import Event
from linli.audit.queries import faults


class Command(BaseCommand):
    """Verify every chain and name the first bad event of each."""

    help = "Verify the audit log: any change, gap or reordering, and the first bad event."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the log is whole, 1 with the faults when it is not."""
        total = Event.objects.count()
        with tqdm(total=total, unit=" events", disable=options["verbosity"] == 0) as bar:
            found = list(faults(bar.update))
        if found:
            lines = [f"chain {f.lane}, number {f.seq}, event {f.event}: {f.what}" for f in found]
            raise CommandError("The audit log was tampered with.\n" + "\n".join(lines))
        self.stdout.write(f"{total} events verified, none changed, none missing.")
