"""``linli work``: run the clock's jobs in a process of their own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.cases.jobs.loop import run_for_ever, run_once


class Command(BaseCommand):
    """Colours, urging, overdue notices and mail."""

    help = "Run background jobs (deadlines, mail) until stopped; --once runs them one time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once."""
        parser.add_argument("--once", action="store_true", help="run what is due and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        if options["once"]:
            run_once()
            return
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda _signal, _frame: stop.set())
        self.stdout.write("Jobs are running. Stop with Ctrl+C.")
        run_for_ever(stop)
