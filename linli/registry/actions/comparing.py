"""Looking for doubles among all records: one search at a time, and what it found for a person.

The values go in disguise through a pipe to a process without keys; back come numbers of rows and
codes of reasons. What is kept of a pair are two ids and those codes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.audit.actions import acting
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.actions.disguising import READERS, live
from linli.registry.actions.writing import Act, check
from linli.registry.models import (
    MODELS,
    DoublesSearch,
    Pair,
    PairState,
    RecordKind,
    SearchState,
)
from linli.registry.policies.doubles import refuse_search
from linli.registry.queries.doubles import SILENT
from linli.registry.rules.linking.child import Child
from linli.registry.rules.linking.choosing import Chosen, Found, choose
from linli.registry.rules.linking.disguise import Disguise

# So many undecided pairs of a kind are work enough; the search says how many more there are.
MOST_OPEN = 500
# An open pair of which nobody said why.
_SILENT_PAIR: tuple[str, list[str]] = (PairState.OPEN, [])
# Called with the records read so far and those there are.
Tell = Callable[[int, int], None]
Both = tuple[UUID, UUID]


@dataclass
class _Outcome:
    """What came of one kind: new pairs, reasons for open ones that have none, and counts."""

    new: list[tuple[Both, Found]] = field(default_factory=list)
    reasons: list[tuple[Both, Found]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def ask_for_doubles(*, act: Act) -> DoublesSearch | None:
    """Let the clock look for doubles as soon as it can; where a search waits, it is that one.

    Returns None where the same act asked before and the search is under way, or over.
    """
    with acting(
        act.id, "registry.ask_for_doubles", by=act.by, at=act.at, subject=act.id, payload={}
    ) as first_time:
        check(refuse_search(act.who))
        waiting = _waiting()
        if waiting is None and first_time:
            waiting = DoublesSearch.objects.create(
                id=act.id, state=SearchState.WAITING, by=act.by, asked_at=act.at
            )
    return waiting


def _waiting() -> DoublesSearch | None:
    return DoublesSearch.objects.select_for_update().filter(state=SearchState.WAITING).first()


def find_doubles(*, act: Act, tell: Tell = lambda _done, _of: None) -> DoublesSearch:
    """Compare all records with each other and note the doubtful pairs for a person.

    Takes up the search that waits, if one does. Raises Refused where another one runs, and
    EngineFailed where the comparison itself fails; nothing is noted then.
    """
    check(refuse_search(act.who))
    try:
        search = _begin(act)
    except IntegrityError as error:
        raise Refused(_running()) from error
    try:
        with _watched(search, tell) as watch:
            outcomes = {kind: _compare(kind, watch) for kind in READERS}
            _note(search, outcomes, act)
    except BaseException as error:
        trouble = getattr(error, "kind", "") or type(error).__name__
        _end(search, SearchState.FAILED, trouble=trouble)
        raise
    return search


def _running() -> Refusal:
    return Refusal("running", _("Another search for doubles is running."))


def _begin(act: Act) -> DoublesSearch:
    """Record that everything is compared, before anything is opened."""
    now = timezone.now()
    with acting(act.id, "registry.compare", by=act.by, at=act.at, subject=act.id, payload={}):
        going = DoublesSearch.objects.select_for_update().filter(state=SearchState.RUNNING).first()
        if going is not None and going.seen_at is not None and going.seen_at > now - SILENT:
            raise Refused(_running())
        if going is not None:
            _end(going, SearchState.FAILED, trouble="stopped")
        search = _waiting() or DoublesSearch(id=act.id, by=act.by, asked_at=act.at)
        search.state, search.started_at, search.seen_at = SearchState.RUNNING, act.at, now
        search.total = sum(live(kind).count() for kind in READERS)
        search.save()
    return search


def _end(search: DoublesSearch, state: SearchState, trouble: str = "") -> None:
    search.state, search.trouble, search.ended_at = state, trouble[:80], timezone.now()
    search.save(update_fields=["state", "trouble", "ended_at", "done", "counts"])


@contextmanager
def _watched(search: DoublesSearch, tell: Tell) -> Iterator[Callable[[int], None]]:
    def watch(more: int) -> None:
        search.done += more
        DoublesSearch.objects.filter(pk=search.pk).update(done=search.done, seen_at=timezone.now())
        tell(search.done, search.total)

    yield watch


def _compare(kind: RecordKind, watch: Callable[[int], None]) -> _Outcome:
    if live(kind).count() < 2:
        return _sorted_out(kind, (), (), {})
    hide, ids = Disguise(), list[UUID]()
    with Child(kind.value) as child:
        for chunk in READERS[kind](hide):
            ids.extend(pk for pk, _row in chunk)
            child.send([row for _pk, row in chunk])
            watch(len(chunk))
        found = list(child.pairs())
    return _sorted_out(kind, ids, found, child.counts)


def _sorted_out(
    kind: RecordKind, ids: Sequence[UUID], found: Sequence[Found], counts: Mapping[str, Any]
) -> _Outcome:
    """Leave out what is known and what is too much."""

    def both(pair: Found) -> Both:
        first, second = sorted((ids[pair.first], ids[pair.second]))
        return first, second

    told = Pair.objects.filter(kind=kind).values_list("first", "second", "state", "reasons")
    known = {(first, second): (state, reasons) for first, second, state, reasons in told}
    room = MOST_OPEN - sum(state == PairState.OPEN for state, _reasons in known.values())
    chosen: Chosen = choose(found, lambda pair: both(pair) in known, max(0, room))
    return _Outcome(
        new=[(both(pair), pair) for pair in chosen.pairs],
        reasons=[(both(pair), pair) for pair in found if known.get(both(pair)) == _SILENT_PAIR],
        counts={
            "compared": len(ids),
            "found": int(counts.get("found", 0)),
            "left_out": chosen.left_out + int(counts.get("found", 0)) - len(found),
            "crowds": int(counts.get("crowds", 0)),
            "megabytes": int(counts.get("megabytes", 0)),
        },
    )


def _note(search: DoublesSearch, outcomes: Mapping[RecordKind, _Outcome], act: Act) -> None:
    """Write the pairs in one transaction, and end the search with its counts."""
    counts = {kind.value: outcome.counts for kind, outcome in outcomes.items()}
    with acting(
        uuid5(act.id, "end"),
        "registry.note_doubles",
        by=act.by,
        at=act.at,
        subject=search.pk,
        payload={"counts": counts},
        detail=counts,
    ):
        for kind, outcome in outcomes.items():
            _drop_ended(kind)
            outcome.counts["new"] = _write(kind, outcome, act.at)
        search.counts = counts
        _end(search, SearchState.DONE)


def _drop_ended(kind: RecordKind) -> None:
    """Ask no more about records that ended, or went into another, meanwhile."""
    stays = Q(ended_on=None, merged_into=None)
    gone = MODELS[kind]._default_manager.exclude(stays).values("pk")
    undecided = Pair.objects.filter(kind=kind, state=PairState.OPEN)
    undecided.filter(Q(first__in=gone) | Q(second__in=gone)).delete()


def _write(kind: RecordKind, outcome: _Outcome, at: datetime) -> int:
    for (first, second), pair in outcome.reasons:
        asked = Pair.objects.filter(first=first, second=second, state=PairState.OPEN)
        asked.update(reasons=list(pair.says))
    ids = {one for both, _pair in outcome.new for one in both}
    there = set(live(kind).filter(pk__in=ids).values_list("pk", flat=True))
    rows = [
        Pair(
            id=new_id(),
            kind=kind,
            first=first,
            second=second,
            likeness=pair.likeness,
            reasons=list(pair.says),
            found_at=at,
        )
        for (first, second), pair in outcome.new
        if first in there and second in there
    ]
    Pair.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
