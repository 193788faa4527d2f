"""``linli demo``: the demo district, made once, then served."""

import os
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from linli.demo.actions.marker import MARKER, Made, is_taken, mark, read_marker, wipe
from linli.demo.queries import figures, is_in_use, short_of, shown_logins
from linli.demo.rules.people import OFFICER, PASSWORD, WORKER


def compile_messages() -> None:
    """Compile the translations that are newer than their compiled form."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))


def migrate() -> None:
    """Bring the database up to date; quick where it is."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def moment(written: str) -> str:
    """Return a moment in ISO 8601 as people here read it, with the zone."""
    local = timezone.localtime(datetime.fromisoformat(written))
    return f"{local:%Y-%m-%d %H:%M} {timezone.get_current_timezone_name()}"


def bar(rows: Iterable[object], total: int) -> Iterable[object]:
    """Show how far the making is."""
    shown: Iterable[object] = tqdm(
        rows, total=total, unit=" cases", disable=not sys.stderr.isatty(), leave=False
    )
    return shown


class Command(BaseCommand):
    help = "Make the demo district once, and run it on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")
        parser.add_argument("--home", type=Path, help="folder of the demo (else LINLI_HOME)")
        parser.add_argument("--reset", action="store_true", help="make the demo anew")
        parser.add_argument("--no-serve", action="store_true", help="make it and do not run it")
        parser.add_argument("--days", type=int, help="days of cases (a year)")
        parser.add_argument(
            "--check", action="store_true", help="count what the demo holds, and stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        home = self._home(options["home"])
        compile_messages()
        if options["reset"]:
            wipe(home)
        made = None if options["reset"] else read_marker(home)
        if options["check"]:
            self._check(made)
            return
        if made is None:
            made = self._make(home, options["days"])
        else:
            migrate()
        self._tell(options["host"], options["port"], made, home)
        if not options["no_serve"]:
            call_command("serve", host=options["host"], port=options["port"], jobs=True)

    def _home(self, wanted: Path | None) -> Path:
        """Return the home folder; start again where the settings were read for another."""
        home = Path(settings.LINLI_HOME)
        if wanted is not None and wanted.resolve() != home:
            os.environ["LINLI_HOME"] = str(wanted.resolve())
            os.execv(  # noqa: S606 - our own interpreter and words
                sys.executable, [sys.executable, "-m", "linli", *sys.argv[1:]]
            )
        if is_taken(home):
            sentence = _(
                "%(home)s holds a database that is no demo. Name another folder with --home."
            )
            raise CommandError(sentence % {"home": home})
        return home

    def _make(self, home: Path, days: int | None) -> Made:
        # Only the first start needs all that makes a district.
        from linli.demo.actions.making import make_demo
        from linli.demo.rules.year import DAYS

        if (home / MARKER).exists():
            # What an interrupted making left behind.
            wipe(home)
        if is_in_use():
            raise CommandError(
                _("The database of LINLI_DATABASE_URL is not empty: a demo needs one of its own.")
            )
        mark(home, None)
        began = time.monotonic()
        self.stdout.write(_("Making the demo district; this takes about a minute, once."))
        migrate()
        now = timezone.now()
        cases = make_demo(now=now, bar=bar, days=DAYS if days is None else days)
        made = Made(now.isoformat(), cases)
        mark(home, made)
        seconds = time.monotonic() - began
        self.stdout.write(
            _("Made %(cases)d cases in %(seconds)d s.") % {"cases": cases, "seconds": seconds}
        )
        return made

    def _tell(self, host: str, port: int, made: Made, home: Path) -> None:
        """Print where it is and who can log in."""
        self.stdout.write("")
        self.stdout.write(_("Everything in it is invented, the names of persons too."))
        told = {"home": home, "at": moment(made.at)}
        self.stdout.write(_("Folder: %(home)s (made %(at)s)") % told)
        self.stdout.write(_("Password of all: %(password)s") % {"password": PASSWORD})
        for login in shown_logins():
            self.stdout.write(f"  {login.username:<11} {login.role} · {login.name} · {login.unit}")
        sentence = _("Others: %(officer)s and the unit's code, %(worker)s and the grid's code.")
        self.stdout.write("  " + sentence % {"officer": OFFICER, "worker": WORKER})
        self.stdout.write("")
        self.stdout.write(
            _("Public page:  http://%(host)s:%(port)d/") % {"host": host, "port": port}
        )
        self.stdout.write(
            _("Desk:         http://%(host)s:%(port)d/desk/") % {"host": host, "port": port}
        )
        self.stdout.flush()

    def _check(self, made: Made | None) -> None:
        if made is None:
            raise CommandError(_("No demo was made here. Run: linli demo"))
        for name, count in figures():
            self.stdout.write(f"{count:8d}  {name}")
        missing = short_of()
        if missing:
            raise CommandError(_("Too few: %(what)s.") % {"what": ", ".join(missing)})
