"""Imports whose program stopped in the middle: recognised, and told that they were broken off."""

from datetime import datetime

from django.db import transaction

from linli.audit.actions import acting
from linli.registry.actions.importing import control
from linli.registry.actions.importing.runs import act_of
from linli.registry.models import MODELS, Change, ImportRun, ImportState


def holds_something(run: ImportRun) -> bool:
    """Say whether anything of an import is stored: batches are, before the one that failed."""
    if Change.objects.filter(source=run.source_id).exists():
        return True
    return any(
        model._default_manager.filter(source=run.source_id).exists() for model in MODELS.values()
    )


def is_broken(run: ImportRun) -> bool:
    """Say whether a run counts as running and nobody works on it any more."""
    return run.state == ImportState.RUNNING and control.is_left(run.pk) is not False


def break_off(run: ImportRun, at: datetime) -> bool:
    """Tell a run whose program stopped that it was broken off; returns whether that was so."""
    if not is_broken(run):
        return False
    rows = control.progress_of(run)
    with transaction.atomic():
        fresh = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if fresh.state != ImportState.RUNNING:
            # It came to its end since it was looked at.
            return False
        with acting(
            act_of(run.pk, "broken"),
            "registry.break_off_import",
            by=None,
            at=at,
            subject=run.pk,
            payload={"run": run.pk},
            detail={"kind": run.kind},
        ):
            fresh.state, fresh.counts = ImportState.BROKEN.value, {"new": _stored(fresh)}
            fresh.progress = fresh.rows = rows
            fresh.ended_at = at
            fresh.save(update_fields=["state", "counts", "progress", "rows", "ended_at"])
    control.forget_signals(run.pk)
    return True


def _stored(run: ImportRun) -> int:
    return sum(
        model._default_manager.filter(source=run.source_id).count() for model in MODELS.values()
    )
