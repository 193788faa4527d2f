"""The WSGI application that the server runs."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
application = get_wsgi_application()


def _start_jobs() -> None:
    """Run the clock's jobs as a thread of this server (the demo has no second process)."""
    from linli.cases.jobs.loop import run_for_ever

    threading.Thread(
        target=run_for_ever, args=(threading.Event(),), name="jobs", daemon=True
    ).start()


if os.environ.get("LINLI_JOBS_INSIDE") == "1":
    _start_jobs()
