"""The row of an import: begun before a record is written, and told how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.models import (
    ImportRun,
    ImportState,
    LegalBasis,
    RecordKind,
    Source,
    SourceKind,
)
from linli.registry.policies import refuse_manage

# Several kinds in one workbook.
MIXED = ""


@dataclass(frozen=True)
class Order:
    """What to import, and how. ``run`` is made by the client: the same order again does nothing.

    ``kind``: empty for a workbook of several kinds. ``columns``: headers and the keys of fields
    that a person chose (empty: leave the column out). ``basis``: code of the legal basis, or
    empty for the first one offered. ``crs``: coordinate system of points. ``village``: code or
    name that stands for all rows. ``batch``: rows in one transaction; 0 for the whole file.
    """

    run: UUID
    kind: str
    name: str
    sender: str
    by: Person | None
    at: datetime
    day: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    basis: str = ""
    crs: str = ""
    village: str = ""
    batch: int = 0
    dry_run: bool = False

    @property
    def since(self) -> date:
        """Return the day the facts hold from: told, else today."""
        return self.day or timezone.localdate(self.at)


def refuse(code: str, sentence: str, **facts: object) -> Refused:
    """Return an exception that refuses a whole file."""
    return Refused(Refusal(code, sentence % facts if facts else sentence))


def check_order(order: Order) -> None:
    """Raise Refused where this person may not import, or the sender is missing."""
    refusal = refuse_manage(order.by, order.at)
    if refusal is not None:
        raise Refused(refusal)
    if not order.sender.strip():
        raise refuse("sender", str(_("Say who sent this file.")))


def bases_for(kinds: set[str], code: str) -> dict[str, LegalBasis]:
    """Return the legal basis of each kind; Refused where there is none."""
    offered = list(LegalBasis.objects.filter(is_active=True).order_by("pk"))
    found = {}
    for kind in kinds:
        fits = [one for one in offered if kind in one.kinds and code in {"", one.code}]
        if not fits:
            fits = [one for one in offered if kind in one.kinds] if len(kinds) > 1 else []
        if not fits:
            label = str(RecordKind(kind).label)
            sentence = str(_("No legal basis is offered for this kind of record: %(kind)s."))
            raise refuse("basis", sentence, kind=label)
        found[kind] = fits[0]
    return found


def earlier_run(kind: str, digest: str) -> ImportRun | None:
    """Return the import of the same file that stands, or None."""
    return ImportRun.objects.filter(kind=kind, digest=digest, state=ImportState.DONE).first()


def begin(order: Order, digest: str, mapping: Mapping[str, Any], dropped: list[str]) -> ImportRun:
    """Write the run and its source, so that others see that it is running."""
    told = {"kind": order.kind, "digest": digest, "sender": order.sender}
    detail = {"kind": order.kind or "registry", "rows": None, "dropped": len(dropped)}
    with acting(
        order.run,
        "registry.begin_import",
        by=order.by,
        at=order.at,
        subject=order.run,
        payload=told,
        detail=detail,
    ) as first_time:
        if not first_time:
            return ImportRun.objects.get(pk=order.run)
        source = Source.objects.create(
            id=new_id(), kind=SourceKind.FILE, sender=order.sender, by=order.by, at=order.at
        )
        return ImportRun.objects.create(
            id=order.run,
            kind=order.kind,
            name=order.name[:160],
            digest=digest,
            source=source,
            state=ImportState.RUNNING,
            mapping=dict(mapping),
            dropped=dropped,
            started_at=order.at,
        )


def end(run: ImportRun, state: ImportState, counts: Mapping[str, Any], rows: int) -> None:
    """Say how a run ended."""
    run.state, run.counts, run.progress, run.rows = state.value, dict(counts), rows, rows
    run.ended_at = timezone.now()
    run.save(update_fields=["state", "counts", "progress", "rows", "ended_at"])


def stand_in_source(order: Order) -> Source:
    """Return the source of a rehearsal, which is taken back with all that stands on it."""
    return Source.objects.create(
        id=new_id(), kind=SourceKind.FILE, sender=order.sender, by=order.by, at=order.at
    )


def act_of(run: UUID, what: str) -> UUID:
    """Return the id of a further act of a run: the same every time."""
    return uuid5(run, what)
