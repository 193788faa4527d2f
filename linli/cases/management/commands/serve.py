"""``linli serve``: the server people run."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

# Memory is paid for each; and writers of SQLite stand in one line however many there are.
_MOST_WORKERS = 4
_MOST_THREADS = 8


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def usual_workers() -> int:
    """Return how many processes serve best here: Python uses one core in each (docs/benchmarks)."""
    return min(_MOST_WORKERS, os.cpu_count() or 1)


def usual_threads() -> int:
    """Return how many threads each has: what granian takes without a warning, eight at most."""
    return min(_MOST_THREADS, 2 * (os.cpu_count() or 1) + 1)


class Command(BaseCommand):
    """Granian in WSGI mode."""

    help = "Run the server: granian in WSGI mode; --jobs runs the clock's jobs inside it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take address, sizes and whether the jobs run inside."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")
        parser.add_argument(
            "--workers",
            type=int,
            default=usual_workers(),
            help="processes (default: one a processor core, four at the most)",
        )
        parser.add_argument(
            "--threads",
            type=int,
            default=usual_threads(),
            help="threads a process (default: two a processor core and one, eight at the most)",
        )
        parser.add_argument("--jobs", action="store_true", help="run the jobs in the server")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the port, collect static files, and become the server."""
        host, port = options["host"], options["port"]
        if not _is_free(host, port):
            raise CommandError(
                f"Port {port} on {host} is in use. Stop the other server or choose --port."
            )
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        # The server itself says nothing when all is well; somebody waits for the address.
        self.stdout.write(
            _("Starting on http://%(host)s:%(port)d/ …") % {"host": host, "port": port}
        )
        if not options["jobs"]:
            self.stdout.write(_("Deadlines and mail need “linli work” beside it, or --jobs."))
        self.stdout.flush()
        os.environ["LINLI_JOBS_INSIDE"] = "1" if options["jobs"] else "0"
        # A heap for each thread would keep what one of them needed once; the interpreter's lock
        # lets one at a time ask for memory anyway.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        os.execv(  # noqa: S606 - our own interpreter, fixed arguments
            sys.executable,
            [
                sys.executable,
                "-m",
                "granian",
                "linli.wsgi:application",
                "--interface=wsgi",
                f"--host={host}",
                f"--port={port}",
                f"--workers={options['workers']}",
                f"--blocking-threads={options['threads']}",
                "--http=1",
                "--log-level=warning",
                "--respawn-failed-workers",
            ],
        )
