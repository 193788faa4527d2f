"""Pairs of records that look alike, of those that exist for somebody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.registry.models import MODELS, Organisation, Pair, PairState, RecordKind, Resident
from linli.registry.policies.scopes import Who, visible_records

_DECIDED_SHOWN, _DECIDED_DAYS = 20, 90


def _within(who: Who, at: datetime) -> QuerySet[Pair]:
    """Return the pairs whose both records exist for somebody, also when one was merged."""
    if who.sees_whole_district:
        return Pair.objects.all()
    inside = Q(pk__in=[])
    for kind, model in MODELS.items():
        seen = visible_records(model, who, at).values("pk")
        inside |= Q(kind=kind.value, first__in=seen, second__in=seen)
    return Pair.objects.filter(inside)


def open_pairs(who: Who, at: datetime) -> QuerySet[Pair]:
    """Return the pairs to be decided, the likest first."""
    found = _within(who, at).filter(state=PairState.OPEN)
    return found.order_by("-likeness", "pk")


def decided_pairs(who: Who, at: datetime) -> Sequence[Pair]:
    """Return what was decided lately, the latest first."""
    since = at - timedelta(days=_DECIDED_DAYS)
    found = _within(who, at).exclude(state=PairState.OPEN).filter(decided_at__gte=since)
    return list(found.select_related("decided_by").order_by("-decided_at")[:_DECIDED_SHOWN])


def pair_of(pair_id: UUID, who: Who, at: datetime) -> Pair | None:
    """Return one pair that exists for somebody."""
    return _within(who, at).select_related("decided_by").filter(pk=pair_id).first()


def places_of_pairs(pairs: Sequence[Pair]) -> dict[UUID, str]:
    """Return by the first record of each pair where it is, in two queries at most."""
    ids = {kind: [one.first for one in pairs if one.kind == kind] for kind in RecordKind}
    homes = Resident.objects.filter(pk__in=ids[RecordKind.RESIDENT])
    found = dict(homes.values_list("pk", "dwelling__address__line"))
    named = Organisation.objects.filter(pk__in=ids[RecordKind.ORGANISATION])
    found.update(named.values_list("pk", "name"))
    return {key: word or "" for key, word in found.items()}
