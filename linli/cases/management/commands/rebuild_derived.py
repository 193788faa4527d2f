"""Derive again what is kept for speed, or check that it agrees with the facts."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.cases.actions.rebuilding import Deriver, Rebuilt, drifts_of, mend, record_rebuild
from linli.cases.models import Case

_BATCH = 200
_NAMED = 20


class Command(BaseCommand):
    help = (
        "Derive deadlines, colours, counters and the text index of all cases from their facts."
        " With --check nothing is written, and the exit code is 1 when something differs."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("compare, and write nothing"))

    def handle(self, *_args: Any, **options: Any) -> None:
        found, at = Rebuilt(), timezone.now()
        deriver = Deriver(at)
        for batch in self._batches():
            drifts = drifts_of(batch, deriver, found)
            found.drifts += drifts
            if not options["check"]:
                mend(drifts)
        self._tell(found)
        if options["check"] and found.drifts:
            raise CommandError(
                _("%(n)d cases differ from their facts. Run: linli rebuild-derived")
                % {"n": len(found.drifts)},
                returncode=1,
            )
        if found.drifts:
            record_rebuild(found, by=None, at=at)

    def _batches(self) -> Iterator[list[Case]]:
        # A bar on a terminal, and nothing in a pipe.
        bar = tqdm(total=Case.objects.count(), unit="", disable=not sys.stderr.isatty())
        last = None
        while True:
            rows = Case.objects.order_by("arrival")
            if last is not None:
                rows = rows.filter(arrival__gt=last)
            batch = list(rows[:_BATCH])
            if not batch:
                break
            last = batch[-1].arrival
            yield batch
            bar.update(len(batch))
        bar.close()

    def _tell(self, found: Rebuilt) -> None:
        for drift in found.drifts[:_NAMED]:
            for name, (kept, wanted) in drift.values.items():
                self.stdout.write(f"{drift.case.number} {name}: {kept} -> {wanted}")
            if drift.index:
                self.stdout.write(_("%(case)s: text index") % {"case": drift.case.number})
        said = _("%(cases)d cases looked at, %(drifts)d differed.")
        self.stdout.write(said % {"cases": found.cases, "drifts": len(found.drifts)})
        if found.unknown:
            said = _("%(n)d ended under a calendar that is no longer kept: their deadline stays.")
            self.stdout.write(said % {"n": found.unknown})
