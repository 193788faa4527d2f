"""Pairs of records that look alike, of those that exist for somebody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.registry.models import (
    MODELS,
    DoublesSearch,
    Dwelling,
    ImportRun,
    ImportState,
    Organisation,
    Pair,
    PairState,
    RecordKind,
    Resident,
    SearchState,
)
from linli.registry.policies.scopes import Who, visible_records

_DECIDED_SHOWN, _DECIDED_DAYS = 20, 90
# So many are tried: of a pair that was found a while ago a record may be gone.
_NEXT = 5
# A search that has said nothing for so long was ended from outside.
SILENT = timedelta(minutes=10)


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


def next_pairs(pair: Pair, who: Who, at: datetime) -> Iterator[Pair]:
    """Return the pairs to be decided, those that the list has behind a pair before the others."""
    found = open_pairs(who, at).exclude(pk=pair.pk)
    behind = Q(likeness__lt=pair.likeness) | Q(likeness=pair.likeness, pk__gt=pair.pk)
    yield from found.filter(behind)[:_NEXT]
    yield from found.exclude(behind)[:_NEXT]


def decided_pairs(who: Who, at: datetime) -> Sequence[Pair]:
    """Return what was decided lately, the latest first."""
    since = at - timedelta(days=_DECIDED_DAYS)
    found = _within(who, at).exclude(state=PairState.OPEN).filter(decided_at__gte=since)
    return list(found.select_related("decided_by").order_by("-decided_at")[:_DECIDED_SHOWN])


def pair_of(pair_id: UUID, who: Who, at: datetime) -> Pair | None:
    """Return one pair that exists for somebody."""
    return _within(who, at).select_related("decided_by").filter(pk=pair_id).first()


def places_of_pairs(pairs: Sequence[Pair]) -> dict[UUID, str]:
    """Return by the first record of each pair where it is, in three queries at most."""
    ids = {kind: [one.first for one in pairs if one.kind == kind] for kind in RecordKind}
    homes = Resident.objects.filter(pk__in=ids[RecordKind.RESIDENT])
    found = dict(homes.values_list("pk", "dwelling__address__line"))
    dwellings = Dwelling.objects.filter(pk__in=ids[RecordKind.DWELLING])
    found.update(dwellings.values_list("pk", "address__line"))
    named = Organisation.objects.filter(pk__in=ids[RecordKind.ORGANISATION])
    found.update(named.values_list("pk", "name"))
    return {key: word or "" for key, word in found.items()}


def latest_search() -> DoublesSearch | None:
    """Return the search for doubles that runs or waits, else the last one."""
    return DoublesSearch.objects.order_by("-asked_at").first()


def search_is_due(at: datetime) -> bool:
    """Say whether records should be compared: somebody asked, or a file came in since."""
    going = DoublesSearch.objects.filter(state=SearchState.RUNNING)
    if going.filter(seen_at__gt=at - SILENT).exists():
        return False
    if DoublesSearch.objects.filter(state=SearchState.WAITING).exists():
        return True
    last = DoublesSearch.objects.order_by("-started_at").values_list("started_at", flat=True)
    imported = ImportRun.objects.filter(state=ImportState.DONE)
    since = last.first()
    return (imported.filter(ended_at__gt=since) if since else imported).exists()
