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

# What a page takes; larger files are imported by a command.
MOST_BYTES = 64 * 1024 * 1024
# No header holds it.
_JOINT = "\x1f"


def on_sheet(sheet: str, header: str) -> str:
    """Return how a header of one sheet alone is named in an order."""
    return f"{sheet}{_JOINT}{header}"


@dataclass(frozen=True)
class Order:
    """What to import, and how. ``run`` is made by the client: the same order again does nothing.

    ``kind``: `MIXED` for a workbook of several kinds. ``columns``: headers and the keys of fields
    that a person chose (empty: leave the column out); `on_sheet` says it of one sheet alone.
    ``kinds``: what a person said that the rows of some sheets are (empty: leave the sheet out).
    ``basis``: code of the legal basis, or empty for the first one offered. ``crs``: coordinate
    system of points. ``village``: code or name that stands for all rows. ``batch``: rows in one
    transaction; 0 for the whole file.
    """

    run: UUID
    kind: str
    name: str
    sender: str
    by: Person | None
    at: datetime
    day: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    basis: str = ""
    crs: str = ""
    village: str = ""
    batch: int = 0
    dry_run: bool = False

    def columns_of(self, sheet: str) -> dict[str, str]:
        """Return what a person chose for the headers of a sheet."""
        told = {name: key for name, key in self.columns.items() if _JOINT not in name}
        start = on_sheet(sheet, "")
        own = {
            name.removeprefix(start): key
            for name, key in self.columns.items()
            if name.startswith(start)
        }
        return {**told, **own}

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
    detail = {"kind": order.kind, "rows": None, "dropped": len(dropped)}
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
        told_of_it = {"mapping": dict(mapping), "dropped": dropped}
        return _new_run(order, digest, ImportState.RUNNING, **told_of_it)


def _new_run(order: Order, digest: str, state: ImportState, **told: Any) -> ImportRun:
    return ImportRun.objects.create(
        id=order.run,
        kind=order.kind,
        name=order.name[:160],
        digest=digest,
        source=source_for(order),
        state=state,
        started_at=order.at,
        **told,
    )


def refuse_file(order: Order, digest: str, why: str) -> None:
    """Keep that a file was refused before a row of it was looked at, and why."""
    told = {"kind": order.kind, "digest": digest, "sender": order.sender, "why": why}
    with acting(
        act_of(order.run, "refused"),
        "registry.refuse_import",
        by=order.by,
        at=order.at,
        subject=order.run,
        payload=told,
        detail={"kind": order.kind},
    ) as first_time:
        if first_time and not ImportRun.objects.filter(pk=order.run).exists():
            _new_run(order, digest, ImportState.REFUSED, why=why, ended_at=timezone.now())


def end(
    run: ImportRun, state: ImportState, counts: Mapping[str, Any], rows: int, why: str = ""
) -> None:
    """Say how a run ended; ``why``: the reason for refusing it."""
    run.state, run.counts, run.progress, run.rows = state.value, dict(counts), rows, rows
    run.ended_at, run.why = timezone.now(), why
    run.save(update_fields=["state", "counts", "progress", "rows", "ended_at", "why"])


def source_for(order: Order) -> Source:
    """Return the new source of a file."""
    return Source.objects.create(
        id=new_id(), kind=SourceKind.FILE, sender=order.sender, by=order.by, at=order.at
    )


def act_of(run: UUID, what: str) -> UUID:
    """Return the id of a further act of a run: the same every time."""
    return uuid5(run, what)
