"""The imports that were."""

from collections.abc import Sequence

from linli.registry.models import ImportRun

_LATEST = 50


def latest_runs() -> Sequence[ImportRun]:
    """Return the latest imports with their senders."""
    found = ImportRun.objects.select_related("source__by").order_by("-started_at")
    return list(found[:_LATEST])
