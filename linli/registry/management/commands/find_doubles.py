"""``linli find-doubles``: look for records that may be the same, for a person to decide."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.kernel.ids import new_id
from linli.registry.actions.comparing import MOST_OPEN, find_doubles
from linli.registry.actions.writing import Act
from linli.registry.models import DoublesSearch, RecordKind
from linli.registry.rules.linking.child import EngineFailed
from linli.registry.rules.linking.choosing import MOST_OF_ONE


class Command(BaseCommand):
    """Compare residents, dwellings and organisations; nothing is put together."""

    help = "Look for records that may be the same; a person decides on the page of doubles."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and say what was found; ends with 1 where it could not."""
        started = time.monotonic()
        is_hidden = options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(unit=" records", disable=is_hidden) as bar:

            def tell(done: int, of: int) -> None:
                bar.total = max(done, of)
                bar.update(done - bar.n)

            try:
                search = find_doubles(act=Act(new_id(), None, timezone.now()), tell=tell)
            except EngineFailed as error:
                sentence = _("The comparison failed (%(kind)s); nothing was noted.")
                raise CommandError(sentence % {"kind": error.kind or _("it ended")}) from error
        self._tell(search, time.monotonic() - started)

    def _tell(self, search: DoublesSearch, seconds: float) -> None:
        for kind, counts in search.counts.items():
            facts = {"kind": RecordKind(kind).label, **counts}
            sentence = _("%(kind)s: %(compared)d compared, %(new)d new pairs to decide.")
            self.stdout.write(sentence % facts)
            if counts["left_out"]:
                sentence = _(
                    "%(kind)s: %(left_out)d more were left out: at most %(of_one)d of one record"
                    " and %(most)d undecided ones are kept. Decide some and search again."
                )
                self.stdout.write(sentence % {**facts, "of_one": MOST_OF_ONE, "most": MOST_OPEN})
            if counts["crowds"]:
                sentence = _(
                    "%(kind)s: %(crowds)d telephone numbers or places are shared by so many that"
                    " they were not compared by."
                )
                self.stdout.write(sentence % facts)
        megabytes = max(counts["megabytes"] for counts in search.counts.values())
        sentence = _("%(seconds).1f s, and at most %(megabytes)d MB for the comparison.")
        self.stdout.write(sentence % {"seconds": seconds, "megabytes": megabytes})
