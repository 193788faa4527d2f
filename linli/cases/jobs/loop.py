"""The loop that puts due jobs into the queue and works it off.

In the demo it runs as a thread of the server, in production as ``linli work``.
"""

import fcntl
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from linli.accounts.jobs import forget_ended_log_ins
from linli.audit.jobs import forget_settled, publish_heads
from linli.cases.actions.allowances import forget_allowances
from linli.cases.actions.attachments import sweep
from linli.cases.actions.forgetting import forget_contacts
from linli.cases.actions.freezing import freeze_last_month
from linli.cases.jobs.mailing import send_digests, send_waiting_mail
from linli.cases.jobs.supervising import escalate, refresh_colours
from linli.cases.jobs.tidying import forget_torn_workbooks, forget_unconfirmed
from linli.kernel.ids import new_id
from linli.registry.actions.counting import recount
from linli.registry.imports.sealed_files import forget_old
from linli.registry.imports.standing import mend_broken
from linli.registry.jobs.doubles import queue_search_if_due
from linli.registry.jobs.erasing import erase_some
from linli.registry.jobs.looking import forget_entries, remind_of_reviews, tell_again

logger = logging.getLogger(__name__)

TICK_SECONDS = 60
# Once an hour, away from the full hour at which everything else happens.
TIDY_MINUTE = 17
_IDLE_SECONDS = 1.0


@task()
def supervise_deadlines() -> dict[str, int]:
    """Bring colours up to date, urge and give notice; tell of imports that broke off."""
    at = timezone.now()
    return {
        "colours": refresh_colours(at=at),
        "called": escalate(at=at),
        "broken imports": mend_broken(at=at),
    }


@task()
def deliver_messages() -> dict[str, int]:
    """Send what waits to leave the system, and the digest when its hour has come."""
    at = timezone.now()
    return {
        "mail": send_waiting_mail(at=at),
        "digests": send_digests(at=at),
        "tellings": tell_again(at=at),
    }


@task()
def tidy_up() -> dict[str, int]:
    """Drop what nobody needs any more, and publish the heads of the audit log's chains."""
    at = timezone.now()
    swept = sweep(at=at)
    return {
        "waiting": swept.waiting,
        "orphans": swept.orphans,
        "previews": forget_unconfirmed(at=at),
        "torn workbooks": forget_torn_workbooks(at=at),
        "imports": forget_old(at),
        "allowances": forget_allowances(at=at),
        "log-ins": forget_ended_log_ins(at=at),
        "entries": forget_entries(at=at),
        "late reviews": remind_of_reviews(at=at),
        "records": erase_some(at=at),
        "contacts": forget_contacts(at=at),
        "kept bodies": forget_settled(at=at),
        "months frozen": freeze_last_month(at=at),
        "checkpoints": int(publish_heads(at=at)),
        "grids counted": recount(at=at),
    }


def _worker() -> Worker:
    return Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=new_id().hex,
        excluded_queue_names=[],
    )


def run_once() -> None:
    """Queue the jobs of this minute and work the queue off."""
    supervise_deadlines.enqueue()
    deliver_messages.enqueue()
    if timezone.now().minute == TIDY_MINUTE:
        tidy_up.enqueue()
    queue_search_if_due()
    work_off()


def work_off() -> None:
    """Work the queue off."""
    _worker().run()


def work_off_waiting() -> None:
    """Work the queue off if anything is in it."""
    if DBTaskResult.objects.ready().exists():
        work_off()


def run_for_ever(stop: threading.Event) -> None:
    """Run until told to stop; one process of a home folder does it, others wait."""
    lock = (settings.LINLI_HOME / "jobs.lock").open("w")
    last: datetime | None = None
    while not stop.is_set():
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop.wait(TICK_SECONDS)
            continue
        now = timezone.now()
        if last is None or (now - last).total_seconds() >= TICK_SECONDS:
            last = now
            _run_and_log(run_once)
        else:
            # What a page asked for does not wait for the next minute.
            _run_and_log(work_off_waiting)
        stop.wait(_IDLE_SECONDS)


def _run_and_log(run: Callable[[], None]) -> None:
    started = time.monotonic()
    try:
        run()
    except Exception:
        # The loop must outlive a full disk or a database that restarts.
        logger.exception("A job failed; it is tried again in a minute.")
    finally:
        close_old_connections()
    logger.debug("Jobs took %.1f s.", time.monotonic() - started)
