"""What became of a record; the values are opened by actions.history, which records the read."""

from uuid import UUID

from django.db.models import QuerySet

from linli.registry.models import Change


def changes_of(record: UUID) -> QuerySet[Change]:
    """Return the changes of a record, newest first."""
    found = Change.objects.filter(record=record).select_related("source", "by", "decided_by")
    return found.order_by("-at", "-pk")
