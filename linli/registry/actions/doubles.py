"""Two records that may be one: put together, parted again, or kept apart for good.

The record that goes on keeps its facts and may take over those that it lacks; the other stays as
it was and points to it. What hung on the other moves, and the pair remembers what moved.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.audit.actions import acting
from linli.registry.actions.records import locked
from linli.registry.actions.relating import take_along
from linli.registry.actions.sealing import vault_of
from linli.registry.actions.taking import give_back, take_over
from linli.registry.actions.writing import Act, check
from linli.registry.models import (
    MODELS,
    Assistance,
    Change,
    Dwelling,
    Pair,
    PairState,
    RecordKind,
    Resident,
    School,
    Sealed,
    Tenancy,
)
from linli.registry.policies.doubles import (
    refuse_merge,
    refuse_pair,
    refuse_parting,
    refuse_settled,
)
from linli.registry.policies.values import refuse_row

# What hangs on a record of a kind: a name in Pair.moved, its table, and the column to move.
_HANGING: Mapping[str, Sequence[tuple[str, Any, str]]] = {
    RecordKind.BUILDING: (("dwellings", Dwelling, "building_id"),),
    RecordKind.DWELLING: (
        ("residents", Resident, "dwelling_id"),
        ("tenancies", Tenancy, "dwelling_id"),
    ),
    RecordKind.RESIDENT: (("assistance", Assistance, "resident_id"),),
    RecordKind.ORGANISATION: (("schools", School, "organisation_id"),),
}


def find_pair(
    *,
    kind: RecordKind,
    both: tuple[UUID, UUID],
    likeness: float,
    at: datetime,
    reasons: Sequence[str] = (),
) -> Pair:
    """Within an action: note that two records look alike; what was said of them stays."""
    first, second = sorted(both)
    noted = {"kind": kind, "likeness": likeness, "found_at": at, "reasons": list(reasons)}
    return Pair.objects.get_or_create(first=first, second=second, defaults=noted)[0]


def _pair(pair_id: UUID) -> Pair:
    return Pair.objects.select_for_update().get(pk=pair_id)


def _rows(pair: Pair) -> dict[UUID, Any]:
    """Return both records, locked in the order of their ids, which is the same for everybody."""
    model = MODELS[RecordKind(pair.kind)]
    return {key: locked(model, key) for key in (pair.first, pair.second)}


def _settle(pair: Pair, state: PairState, act: Act) -> None:
    pair.state, pair.decided_by, pair.decided_at = state, act.by, act.at
    pair.save(update_fields=["state", "kept", "moved", "decided_by", "decided_at"])


def merge(*, pair_id: UUID, kept: UUID, act: Act, take: Sequence[str] = ()) -> Pair:
    """Say that two records are the same: one goes on, the other points to it.

    ``take``: names of the facts that it takes over from the other, as far as it lacks them.
    Raises Refused with a sentence where that cannot be.
    """
    with acting(
        act.id,
        "registry.merge",
        by=act.by,
        at=act.at,
        subject=kept,
        payload={"pair": pair_id, "kept": kept, "take": sorted(take)},
        detail={"pair": pair_id, "take": sorted(take)},
    ) as first_time:
        pair = _pair(pair_id)
        if not first_time:
            return pair
        rows = _rows(pair)
        stays, gone = rows[kept], next(row for key, row in rows.items() if key != kept)
        check(refuse_pair(act.who, [stays, gone]))
        check(refuse_settled(pair))
        check(refuse_merge(stays, gone))
        pair.kept, pair.moved = kept, _moved(pair, gone, stays)
        gone.merged_into = kept
        _next_versions(stays, gone)
        take_over(pair, (stays, gone), take, act)
        take_along(stays)
        _settle(pair, PairState.SAME, act)
    return pair


def unmerge(*, pair_id: UUID, act: Act) -> Pair:
    """Part two records again: what moved goes back, and the pair is open once more."""
    told = Pair.objects.values("kept", "first").get(pk=pair_id)
    with acting(
        act.id,
        "registry.unmerge",
        by=act.by,
        at=act.at,
        subject=told["kept"] or told["first"],
        payload={"pair": pair_id},
        detail={"pair": pair_id},
    ) as first_time:
        pair = _pair(pair_id)
        if not first_time:
            return pair
        check(refuse_parting(pair))
        rows = _rows(pair)
        gone = next(row for key, row in rows.items() if key != pair.kept)
        stays = next(row for row in rows.values() if row is not gone)
        check(refuse_pair(act.who, [stays, gone]))
        gone.merged_into = None
        give_back(pair, stays)
        check(refuse_row(gone))
        _move_back(pair, stays, gone)
        for row in (stays, gone):
            take_along(row)
        _next_versions(stays, gone)
        pair.kept, pair.moved = None, {}
        _settle(pair, PairState.OPEN, act)
    return pair


def keep_apart(*, pair_id: UUID, act: Act) -> Pair:
    """Say that two records are not the same; they are not asked about again."""
    told = Pair.objects.values("first").get(pk=pair_id)
    with acting(
        act.id,
        "registry.keep_apart",
        by=act.by,
        at=act.at,
        subject=told["first"],
        payload={"pair": pair_id},
        detail={"pair": pair_id},
    ) as first_time:
        pair = _pair(pair_id)
        if not first_time:
            return pair
        check(refuse_pair(act.who, list(_rows(pair).values())))
        check(refuse_settled(pair))
        _settle(pair, PairState.DIFFERENT, act)
    return pair


def _next_versions(stays: Any, gone: Any) -> None:
    """Give both records a version beyond all changes that either has had."""
    version = max(stays.version, gone.version) + 1
    stays.version = gone.version = version
    stays.save(update_fields=["version"])
    gone.save(update_fields=["version", "merged_into"])


def _moved(pair: Pair, gone: Any, stays: Any) -> dict[str, list[str]]:
    """Move what hangs on a record to another; return the ids of it by name."""
    moved = {}
    for name, model, column in _HANGING.get(pair.kind, ()):
        ids = list(model.objects.filter(**{column: gone.pk}).values_list("pk", flat=True))
        model.objects.filter(pk__in=ids).update(**{column: stays.pk})
        moved[name] = [str(one) for one in ids]
    changes = list(Change.objects.filter(record=gone.pk))
    _carry(changes, gone, stays)
    moved["changes"] = [str(change.pk) for change in changes]
    return moved


def _move_back(pair: Pair, stays: Any, gone: Any) -> None:
    """Give back what moved and still is where it went."""
    for name, model, column in _HANGING.get(pair.kind, ()):
        ids = pair.moved.get(name, ())
        there = model.objects.filter(pk__in=ids, **{column: stays.pk})
        there.update(**{column: gone.pk})
    changes = Change.objects.filter(pk__in=pair.moved.get("changes", ()), record=stays.pk)
    _carry(list(changes), stays, gone)


def _carry(changes: Sequence[Change], old: Any, new: Any) -> None:
    """Hang changes on another record; what was sealed with the old key gets the new one's."""
    is_sealed = isinstance(old, Sealed) and bool(old.wrapped_key) and bool(new.wrapped_key)
    vaults = (vault_of(old), vault_of(new)) if is_sealed and changes else None
    for change in changes:
        if change.is_sealed and vaults is not None:
            for side in ("before", "after"):
                column = f"change:{change.pk}:{side}"
                text = vaults[0].open(column, bytes(getattr(change, side)))
                setattr(change, side, vaults[1].seal(column, text))
        change.record = new.pk
        change.save(update_fields=["record", "before", "after"])
