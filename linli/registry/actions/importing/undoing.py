"""Taking an import back as a whole: what it made and nobody touched since, and its changes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.audit.actions import Entry, acting, append_all, fingerprint_of
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.actions.columns import columns_of, field_of, put
from linli.registry.actions.importing.broken import break_off, holds_something
from linli.registry.actions.relating import forget_places, put_related, related_of
from linli.registry.actions.sealing import vault_of
from linli.registry.models import (
    Address,
    Assistance,
    Building,
    Change,
    ChangeState,
    Dwelling,
    ImportRun,
    ImportState,
    Organisation,
    Pair,
    PairState,
    RecordKind,
    Resident,
    School,
    Sealed,
    Tenancy,
)
from linli.registry.models.kinds import MODELS
from linli.registry.policies import refuse_manage

_CHUNK = 1_000
# Of those that did not come to their end, batches may be stored.
_ENDED = frozenset(
    {ImportState.DONE, ImportState.CANCELLED, ImportState.REFUSED, ImportState.BROKEN}
)
# What stands on others goes first.
_ORDER = (
    *(RecordKind.ASSISTANCE, RecordKind.TENANCY, RecordKind.SCHOOL, RecordKind.RESIDENT),
    *(RecordKind.ORGANISATION, RecordKind.TEAM, RecordKind.DWELLING, RecordKind.BUILDING),
)


@dataclass(frozen=True)
class Left:
    """A record or change that could not be taken back, and why."""

    kind: str
    record: UUID
    why: str


@dataclass
class Undone:
    """What was taken back, by kind, and what was left."""

    removed: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    left: list[Left] = field(default_factory=list)


@dataclass
class _Undoing:
    run: ImportRun
    by: Person | None
    at: datetime
    done: Undone = field(default_factory=Undone)
    addresses: set[UUID] = field(default_factory=set)

    def leave(self, kind: str, record: UUID, why: str) -> None:
        self.done.left.append(Left(kind, record, why))

    def note_act(self, verb: str, kind: str, records: Iterable[UUID]) -> None:
        actor = self.by.pk if self.by else None
        mark = fingerprint_of(verb, {"run": self.run.pk})
        detail = f'{{"kind":"{kind}","run":"{self.run.pk}"}}'
        append_all([Entry(new_id(), verb, actor, one, self.at, mark, detail) for one in records])


def undo_import(*, run_id: UUID, by: Person | None, at: datetime, act_id: UUID) -> Undone:
    """Take back an import; Refused where it does not stand (any more).

    What others changed since, decided about or built on stays, and is named with its reason.
    The same act again returns what is left in the run's counts and does nothing.
    """
    refusal = refuse_manage(by, at)
    if refusal is not None:
        raise Refused(refusal)
    break_off(ImportRun.objects.get(pk=run_id), at)
    with acting(
        act_id, "registry.undo_import", by=by, at=at, subject=run_id, payload={"run": run_id}
    ) as first_time:
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if not first_time:
            return _told_before(run)
        if run.state not in _ENDED or not (run.state == ImportState.DONE or holds_something(run)):
            raise Refused(Refusal("state", _("Nothing of this import is stored here.")))
        work = _Undoing(run, by, at)
        _take_back_changes(work)
        for kind in _ORDER:
            _remove_records(work, kind)
        _remove_addresses(work.addresses)
        run.state = ImportState.UNDONE
        run.counts = {**run.counts, "undone": _summary(work.done)}
        run.save(update_fields=["state", "counts"])
        return work.done


def _summary(done: Undone) -> dict[str, Any]:
    left = [[one.kind, str(one.record), one.why] for one in done.left]
    return {"removed": dict(done.removed), "changes": done.changes, "left": left}


def _told_before(run: ImportRun) -> Undone:
    told = run.counts.get("undone", {})
    left = [Left(kind, UUID(record), why) for kind, record, why in told.get("left", ())]
    return Undone(Counter(told.get("removed", {})), told.get("changes", 0), left)


def _take_back_changes(work: _Undoing) -> None:
    mine = Change.objects.filter(source=work.run.source_id)
    waiting = list(mine.filter(state=ChangeState.PROPOSED).values_list("pk", flat=True))
    told = {"state": ChangeState.UNDONE, "decided_at": work.at, "decided_by": work.by}
    forget_places(Change.objects.filter(pk__in=waiting))
    Change.objects.filter(pk__in=waiting).update(**told)
    work.done.changes += len(waiting)
    for change in mine.filter(state=ChangeState.APPLIED).order_by("-version"):
        why = _take_back(work, change)
        if why:
            work.leave(change.kind, change.record, why)
        else:
            work.done.changes += 1


def _take_back(work: _Undoing, change: Change) -> str:
    """Put back what a field said before; return why that is not possible, or nothing."""
    kind = RecordKind(change.kind)
    related = related_of(kind, change.field)
    if related is not None and not change.before:
        return _("Where it was before is kept nowhere.")
    record: Any = MODELS[kind]._default_manager.filter(pk=change.record).first()
    fact = related.field if related is not None else field_of(kind, change.field)
    if record is None or fact is None:
        return _("The record is gone.")
    later = Change.objects.filter(
        record=change.record, field=change.field, state=ChangeState.APPLIED
    ).filter(version__gt=change.version)
    if later.exists():
        return _("The field was changed again since.")
    vault = vault_of(record) if isinstance(record, Sealed) else None
    before = bytes(change.before)
    sealed = change.is_sealed and vault is not None
    text = vault.open(f"change:{change.pk}:before", before) if sealed and vault else before.decode()
    if related is not None:
        columns = put_related(record, related, text)
    else:
        put(record, fact, text, vault)
        columns = columns_of(record, fact)
    record.version += 1
    record.provenance = _provenance_before(record, change)
    record.save(update_fields=[*columns, "version", "provenance"])
    Change.objects.filter(pk=change.pk).update(
        state=ChangeState.UNDONE, decided_at=work.at, decided_by=work.by
    )
    work.note_act("registry.take_back_change", change.kind, [change.record])
    return ""


def _provenance_before(record: Any, change: Change) -> dict[str, Any]:
    """Return where the facts came from without this change."""
    told = {name: one for name, one in record.provenance.items() if name != change.field}
    earlier = Change.objects.filter(
        record=change.record, field=change.field, state=ChangeState.APPLIED
    ).exclude(pk=change.pk)
    last = earlier.order_by("-version").first()
    if last is not None:
        told[change.field] = [str(last.source_id), last.at.date().isoformat()]
    return told


def _remove_records(work: _Undoing, kind: RecordKind) -> None:
    model: Any = MODELS[kind]
    made = model.objects.filter(source=work.run.source_id)
    touched = made.filter(
        Q(version__gt=1) | Q(merged_into__isnull=False) | Q(ended_on__isnull=False)
    )
    for record in touched.values_list("pk", flat=True):
        work.leave(kind, record, _("It was changed, merged or ended since."))
    ids = list(made.filter(version=1, merged_into=None, ended_on=None).values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        _remove(work, kind, ids[start : start + _CHUNK])


def _remove(work: _Undoing, kind: RecordKind, ids: Sequence[UUID]) -> None:
    held = _held(kind, ids, work.run)
    for record, why in held.items():
        work.leave(kind, record, why)
    going = [one for one in ids if one not in held]
    model: Any = MODELS[kind]
    if kind in _STANDING:
        stood = model.objects.filter(pk__in=going).values_list("address_id", flat=True)
        work.addresses.update(stood)
    Pair.objects.filter(Q(first__in=going) | Q(second__in=going), state=PairState.OPEN).delete()
    if kind is RecordKind.BUILDING:
        _known_before(work.run).filter(building__in=going).update(building=None)
    if kind is RecordKind.ASSISTANCE:
        Assistance.workers.through._default_manager.filter(assistance_id__in=going).delete()
    rows = model.objects.filter(pk__in=going)
    # Nothing stands on them, which was just looked up; the database would refuse it otherwise.
    rows._raw_delete(rows.db)  # noqa: SLF001
    work.done.removed[kind.value] += len(going)
    work.note_act("registry.remove_imported", kind, going)


_STANDING = frozenset({RecordKind.ORGANISATION, RecordKind.DWELLING, RecordKind.BUILDING})
_STANDS_ON: dict[RecordKind, tuple[tuple[Any, str], ...]] = {
    RecordKind.RESIDENT: ((Assistance, "resident_id"),),
    RecordKind.ORGANISATION: ((School, "organisation_id"),),
    RecordKind.DWELLING: ((Resident, "dwelling_id"), (Tenancy, "dwelling_id")),
    RecordKind.BUILDING: ((Dwelling, "building_id"),),
}


def _known_before(run: ImportRun) -> QuerySet[Dwelling]:
    """Return the homes that were known before a run: its buildings were theirs by address alone."""
    return Dwelling.objects.filter(source__at__lt=run.source.at)


def _held(kind: RecordKind, ids: Sequence[UUID], run: ImportRun) -> dict[UUID, str]:
    """Return the records that must stay, and why."""
    held: dict[UUID, str] = {}

    def hold(records: Iterable[Any], sentence: Callable[[], str]) -> None:
        held.update((one, sentence()) for one in records)

    for model, column in _STANDS_ON.get(kind, ()):
        used = model._default_manager.filter(**{f"{column}__in": ids})
        if kind is RecordKind.BUILDING:
            used = used.exclude(pk__in=_known_before(run).filter(building__in=ids))
        hold(used.values_list(column, flat=True), lambda: _("Another record stands on it."))
    changed = Change.objects.filter(record__in=ids).exclude(state=ChangeState.UNDONE)
    hold(
        changed.values_list("record", flat=True), lambda: _("A change of it waits or was decided.")
    )
    decided = Pair.objects.filter(Q(first__in=ids) | Q(second__in=ids))
    for pair in decided.exclude(state=PairState.OPEN):
        both = {pair.first, pair.second} & set(ids)
        hold(both, lambda: _("A person decided that it is, or is not, another one."))
    merged = MODELS[kind]._default_manager.filter(merged_into__in=ids)
    hold(merged.values_list("merged_into", flat=True), lambda: _("Another record went into it."))
    return held


def _remove_addresses(ids: set[UUID]) -> None:
    """Remove addresses on which nothing stands any more."""
    left = sorted(ids)
    for start in range(0, len(left), _CHUNK):
        some = left[start : start + _CHUNK]
        used: set[UUID] = set()
        for model in (Building, Dwelling, Organisation):
            stood = model._default_manager.filter(address_id__in=some)
            used.update(stood.values_list("address_id", flat=True))
        rows = Address.objects.filter(pk__in=[one for one in some if one not in used])
        rows._raw_delete(rows.db)  # noqa: SLF001 - see above
