"""Checking and importing a waiting file where no page waits for it: tasks of the queue."""

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import OperationalError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from linli.accounts.models import Person
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.actions.counting import recount
from linli.registry.actions.importing import control
from linli.registry.actions.importing.runs import Order
from linli.registry.imports import waiting
from linli.registry.imports.copies import CleanCopy
from linli.registry.imports.pipeline import Cancelled, Result, import_file, why
from linli.registry.imports.waiting import Asked, Note
from linli.registry.models import ImportState

logger = logging.getLogger(__name__)

_MOST_REASONS = 60
_QUOTED = re.compile("“[^”]*”")


def order_of(run: UUID, asked: Asked, at: datetime, *, dry_run: bool = False) -> Order:
    """Return what was asked as the import takes it."""
    return Order(
        run=run,
        kind=asked.kind,
        name=asked.name,
        sender=asked.sender,
        by=Person.objects.filter(pk=asked.by).first() if asked.by else None,
        at=at,
        columns=dict(asked.columns or {}),
        basis=asked.basis,
        crs=asked.crs,
        village=asked.village,
        kinds=asked.kinds,
        sheet=asked.sheet,
        dry_run=dry_run,
    )


@task()
def check_waiting(run: str, language: str) -> dict[str, int]:
    """Do an import and take it back; keep what would come of it."""
    return _work(UUID(run), language, _check)


@task()
def import_waiting(run: str, language: str) -> dict[str, int]:
    """Import a waiting file; the run itself says how it ended."""
    return _work(UUID(run), language, _import)


def _work(run: UUID, language: str, do: Callable[[UUID, Note, CleanCopy], None]) -> dict[str, int]:
    told, data = waiting.note_of(run), waiting.file_of(run)
    if told is None or data is None:
        return {"gone": 1}
    # Reasons are kept in the language of the person who asked.
    with translation.override(language):
        try:
            do(run, told, data)
        except (Refused, BadTable) as error:
            _failed(run, told, why(error))
        except Cancelled:
            waiting.note(run, replace(told, state=waiting.NEW))
        except OperationalError:
            logger.exception("A waiting file could not be worked on.")
            _failed(run, told, _("The database was busy; try again."))
        except Exception:
            logger.exception("A waiting file could not be worked on.")
            _failed(run, told, _("Something went wrong here; nothing was stored."))
    return {"done": 1}


def _failed(run: UUID, told: Note, sentence: str) -> None:
    waiting.note(run, replace(told, state=waiting.FAILED, why=sentence))


def _check(run: UUID, told: Note, data: CleanCopy) -> None:
    def watch(done: int, _of: int) -> None:
        control.report_progress(run, done)
        if control.is_cancelled(run):
            raise Cancelled

    order = order_of(run, told.asked, timezone.now(), dry_run=True)
    result = import_file(data, order, watch)
    waiting.note(run, checked(told, result))


def checked(told: Note, result: Result) -> Note:
    """Return the note of a file after its check; values are taken out of the reasons."""
    reasons: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    for row in result.refused:
        for reason in dict.fromkeys(_QUOTED.sub("“…”", row.reason).split("\n")):
            reasons[row.sheet, reason] += 1
            first.setdefault((row.sheet, reason), row.number)
    listed = [
        [sheet, reason, count, first[sheet, reason]]
        for (sheet, reason), count in reasons.most_common(_MOST_REASONS)
    ]
    return replace(
        told,
        state=waiting.CHECKED,
        why="",
        counts=dict(result.counts),
        reasons=listed,
        dropped=list(result.dropped),
    )


def _import(run: UUID, told: Note, data: CleanCopy) -> None:
    result = import_file(data, order_of(run, told.asked, timezone.now()))
    if not result.is_new and result.run is not None and result.run.pk != run:
        sentence = _("The same file was imported before, as “%(name)s”: nothing was changed.")
        _failed(run, told, sentence % {"name": result.run.name})
        return
    if result.run is not None and result.run.state == ImportState.DONE:
        waiting.forget(run)
        recount(at=timezone.now())
