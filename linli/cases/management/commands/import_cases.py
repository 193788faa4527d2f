"""``linli import cases``: take over somebody's table of cases, at its own dates."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.cases.imports.mapping import BadMapping, CaseMapping, find, read_mapping
from linli.cases.imports.replay import Figures, ReplayRefused, Sources, check, replay
from linli.cases.imports.replay_table import TableRow
from linli.kernel.refusal import Refused
from linli.territory.imports import ImportRefused

# 0: all rows are here; 1: refused, nothing written; 2: the command line is wrong; 3: some rows
# were refused and the others are here.
REFUSED, USAGE, SOME_REFUSED = 1, 2, 3


def _bar(rows: Iterable[TableRow], total: int) -> Iterable[TableRow]:
    shown: Iterable[TableRow] = tqdm(
        rows, total=total, unit=" rows", disable=not sys.stderr.isatty()
    )
    return shown


class Command(BaseCommand):
    help = "Replay a table of cases (.csv, .csv.gz) through the actions, as a mapping file reads it"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path, help=_("the table, .csv or .csv.gz"))
        parser.add_argument(
            "--mapping",
            type=Path,
            required=True,
            help=_("a mapping file, or the name of one that comes with linli: boston.toml"),
        )
        parser.add_argument("--areas", type=Path, help=_("GeoJSON of the areas, taken as grids"))
        parser.add_argument(
            "--by-steps",
            action="store_true",
            help=_("do every step through its own action; slower, with the same rows"),
        )
        parser.add_argument(
            "--check", action="store_true", help=_("read everything and write nothing")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = self._mapping(options["mapping"])
        sources = Sources(options["table"], mapping, options["areas"], options["by_steps"])
        for path in (sources.table, sources.areas):
            if path is not None and not path.is_file():
                raise CommandError(
                    _("There is no file %(path)s.") % {"path": path}, returncode=USAGE
                )
        try:
            if options["check"]:
                rows = check(sources, timezone.now()).rows
                self.stdout.write(_("%(n)d rows can be read; nothing was written.") % {"n": rows})
                return
            started = time.perf_counter()
            figures = replay(sources, timezone.now(), _bar)
        except (ReplayRefused, ImportRefused) as refused:
            kept = _("The file and the report are kept in %(folder)s.") % {"folder": refused.kept}
            raise CommandError(f"{refused.sentence} {kept}", returncode=REFUSED) from refused
        except Refused as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        self._tell(figures, time.perf_counter() - started)

    def _mapping(self, path: Path) -> CaseMapping:
        path = find(path)
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=USAGE)
        try:
            return read_mapping(path)
        except BadMapping as error:
            raise CommandError(str(error), returncode=USAGE) from error

    def _tell(self, figures: Figures, seconds: float) -> None:
        for finding in figures.areas.findings if figures.areas else ():
            self.stderr.write(f"[{finding.gravity}] {finding}")
        self.stdout.write(
            _("%(rows)d rows in %(seconds).1f s (%(rate)d a second).")
            % {
                "rows": figures.rows,
                "seconds": seconds,
                "rate": figures.rows / max(seconds, 0.001),
            }
        )
        self.stdout.write(
            _("%(added)d cases added, %(continued)d continued, %(same)d were here already.")
            % vars(figures)
        )
        if figures.equal or figures.different:
            self.stdout.write(
                _("In time or not: the same as the source says %(equal)d times, %(different)d not.")
                % vars(figures)
            )
        if figures.refused:
            raise CommandError(
                _("%(refused)d rows were refused; they lie with their reasons in %(refused_in)s.")
                % vars(figures),
                returncode=SOME_REFUSED,
            )
