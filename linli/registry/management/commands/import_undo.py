"""``linli import undo``: take an import back as a whole."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.counting import recount
from linli.registry.actions.importing import undo_import
from linli.registry.models import ImportRun

REFUSED, USAGE = 1, 2


class Command(BaseCommand):
    help = "Take an import of the registry back: what it made and nobody changed since, its changes"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=UUID, help=_("the id that the import told at its end"))

    def handle(self, *args: Any, **options: Any) -> None:
        run = options["run"]
        try:
            done = undo_import(run_id=run, by=None, at=timezone.now(), act_id=new_id())
        except ImportRun.DoesNotExist as error:
            sentence = _("There is no import %(run)s.") % {"run": run}
            raise CommandError(sentence, returncode=USAGE) from error
        except Refused as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        recount(at=timezone.now())
        self.stdout.write(
            _("%(removed)d records removed, %(changes)d changes taken back, %(left)d left.")
            % {
                "removed": sum(done.removed.values()),
                "changes": done.changes,
                "left": len(done.left),
            }
        )
        for left in done.left:
            self.stderr.write(f"{left.kind} {left.record}: {left.why}")
