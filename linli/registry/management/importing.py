"""What the commands that import into the registry share: options, the bar, the report."""

import sys
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.actions.counting import recount
from linli.registry.actions.importing import Order
from linli.registry.actions.importing.broken import holds_something
from linli.registry.imports import Cancelled, Result, import_file, keep_file, open_refused
from linli.registry.imports.troubles import sentence_of_table
from linli.registry.models import MIXED, ImportRun
from linli.territory.rules.coordinates import CoordinateSystem

# 0: done; 1: refused, nothing written; 2: the command line is wrong; 3: some rows were refused
# and the others are here; 130: stopped, nothing written.
REFUSED, USAGE, SOME_REFUSED, STOPPED = 1, 2, 3, 130


def _pair(text: str) -> tuple[str, str]:
    header, joint, key = text.rpartition("=")
    if not joint or not header:
        raise ArgumentTypeError(_("write it as COLUMN=FIELD, such as Phone=resident.telephone"))
    return header, key


class RegistryImport(BaseCommand):
    """A command that imports one file of one kind of record, or of several kinds."""

    kind = MIXED
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, its sender, and how it is read."""
        parser.add_argument("file", type=Path, help=_("the file: .xlsx, .xls, .ods or .csv"))
        parser.add_argument("--sender", required=True, help=_("the office that gave the file"))
        parser.add_argument("--sheet", default="", help=_("only this sheet, even a hidden one"))
        parser.add_argument(
            "--map",
            action="append",
            type=_pair,
            default=[],
            metavar="COLUMN=FIELD",
            help=_("read a column as a field of the dictionary; nothing after = leaves it out"),
        )
        systems = [system.value for system in CoordinateSystem]
        parser.add_argument("--crs", choices=systems, default="", help=_("system of coordinates"))
        parser.add_argument("--village", default="", help=_("all rows lie in this village"))
        parser.add_argument("--basis", default="", help=_("code of the legal basis"))
        parser.add_argument(
            "--day", type=date.fromisoformat, help=_("the day the facts are of (default: today)")
        )
        parser.add_argument(
            "--batch", type=int, default=0, help=_("rows in one transaction (default: the file)")
        )
        parser.add_argument("--refused", type=Path, help=_("write the rows that came back here"))
        parser.add_argument("--dry-run", action="store_true", help=_("check and write nothing"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, say what was done, and end with the exit code that says it too."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=USAGE)
        order = Order(
            run=new_id(),
            kind=self.kind,
            name=path.name,
            sender=options["sender"],
            by=None,
            at=timezone.now(),
            day=options["day"],
            columns=dict(options["map"]),
            sheet=options["sheet"],
            basis=options["basis"],
            crs=options["crs"],
            village=options["village"],
            batch=options["batch"],
            dry_run=options["dry_run"],
        )
        result = self._result(path, order)
        if result.is_new and not order.dry_run:
            recount(at=timezone.now())
        self._tell(result, order, options["refused"])

    def _result(self, path: Path, order: Order) -> Result:
        with tqdm(unit=" rows", disable=not sys.stderr.isatty()) as bar:

            def watch(done: int, most: int) -> None:
                bar.total = max(most, done)
                bar.update(done - bar.n)

            try:
                return import_file(path, order, watch)
            except BadTable as bad:
                raise CommandError(sentence_of_table(bad), returncode=REFUSED) from bad
            except Refused as refused:
                sentence = f"{refused}{self._way_on(path, order)}"
                raise CommandError(sentence, returncode=REFUSED) from refused
            except (Cancelled, KeyboardInterrupt) as stopped:
                raise CommandError(_stopped(order), returncode=STOPPED) from stopped

    def _way_on(self, path: Path, order: Order) -> str:
        """Say where the refused rows are, or keep the file for the import centre."""
        if open_refused(order.run) is not None:
            return f" linli import refused {order.run} FILE"
        if order.dry_run or not keep_file(path, order):
            return ""
        return " " + _("The file waits sealed in the import centre, to be looked at there.")

    def _tell(self, result: Result, order: Order, wanted: Path | None) -> None:
        counts = dict.fromkeys(_COUNTED, 0) | dict(result.counts)
        if not result.is_new:
            self.stdout.write(_("This file was imported before; nothing changes."))
            return
        if result.dropped:
            names = "、".join(result.dropped)
            sentence = _("Left unread, for it may not be kept: %(names)s")
            self.stdout.write(sentence % {"names": names})
        self.stdout.write(
            _(
                "%(rows)d rows: %(new)d new, %(changed)d changed, %(waiting)d waiting for "
                "approval, %(same)d as they were, %(doubtful)d to be decided, %(refused)d refused, "
                "%(unplaced)d without a grid."
            )
            % counts
        )
        if order.dry_run:
            self.stdout.write(_("Checked; nothing was written."))
        else:
            self.stdout.write(_("To take it back: linli import undo %(run)s") % {"run": order.run})
        if result.refused:
            self._give_back(result, order, wanted)

    def _give_back(self, result: Result, order: Order, wanted: Path | None) -> None:
        for row in result.refused[:_SHOWN]:
            place = f"{row.sheet} {row.number}".strip()
            self.stderr.write(f"[{place}] {row.reason.replace(chr(10), ' ')}")
        data = open_refused(order.run)
        if data is not None and wanted is not None:
            wanted.write_bytes(data)
            where = str(wanted)
        else:
            where = f"linli import refused {order.run} FILE"
        sentence = _("%(count)d rows came back with their reasons: %(where)s")
        facts = {"count": len(result.refused), "where": where}
        raise CommandError(sentence % facts, returncode=SOME_REFUSED)


def _stopped(order: Order) -> str:
    run = ImportRun.objects.filter(pk=order.run).first()
    if run is None or not holds_something(run):
        return _("Stopped; nothing of this file is stored.")
    sentence = _("Stopped; the batches before are stored. To take them back: %(command)s")
    return sentence % {"command": f"linli import undo {order.run}"}


_COUNTED = ("rows", "new", "changed", "waiting", "same", "doubtful", "refused", "unplaced")
_SHOWN = 5
