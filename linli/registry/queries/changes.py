"""Changes of records: what waits, what clashes, and what a fact's newest change was."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from linli.registry.models import MODELS, Change, ChangeState
from linli.registry.policies import Who, decides_about, visible_records


def _applied(record: UUID, name: str) -> QuerySet[Change]:
    return Change.objects.filter(record=record, field=name, state=ChangeState.APPLIED)


def changed_since(record: UUID, name: str, base_version: int) -> bool:
    """Say whether a fact changed after a version of its record."""
    return _applied(record, name).filter(version__gt=base_version).exists()


def last_applied(record: UUID, name: str) -> int:
    """Return the version that the newest change of a fact made; 0 if it never changed."""
    return int(_applied(record, name).aggregate(n=Max("version"))["n"] or 0)


def changes_to_decide(who: Who, at: datetime) -> QuerySet[Change]:
    """Return the changes that wait of records that exist for somebody, who decides about them."""
    inside = Q(pk__in=[])
    for kind, model in MODELS.items():
        if decides_about(who, kind):
            seen = visible_records(model, who, at).values("pk")
            inside |= Q(kind=kind.value, record__in=seen)
    return Change.objects.filter(inside, state=ChangeState.PROPOSED)


def newest_applied(record: UUID, name: str) -> Change | None:
    """Return the change that made a fact what it is; None if it never changed."""
    return _applied(record, name).select_related("by", "source").order_by("-version").first()


def waiting_changes(who: Who, at: datetime) -> QuerySet[Change]:
    """Return the changes that wait for somebody's decision, oldest first.

    ``clashes`` says of each whether the same fact was changed after the edit was made.
    """
    later = Change.objects.filter(
        record=OuterRef("record"),
        field=OuterRef("field"),
        state=ChangeState.APPLIED,
        version__gt=OuterRef("base_version"),
    )
    found = (
        changes_to_decide(who, at).annotate(clashes=Exists(later)).select_related("by", "source")
    )
    return found.order_by(F("at").asc(), "pk")
