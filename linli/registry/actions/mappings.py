"""Remembering how the columns of a sender's files were matched, for the next file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.registry.models import ColumnMapping, MappingUse
from linli.registry.rules.blanks import asked_columns, likely_kind


@dataclass(frozen=True)
class Matched:
    """The columns of one sheet as a person left them: header and key of a field, or ""."""

    kind: str
    columns: Mapping[str, str]


def known_mapping(sender: str, kind: str, use: MappingUse = MappingUse.IMPORT) -> dict[str, str]:
    """Return how this sender's columns were matched before.

    For a form also what imports of this sender know; what was said of forms counts more.
    """
    known: dict[str, str] = {}
    uses = (MappingUse.IMPORT,) if use is MappingUse.IMPORT else (MappingUse.IMPORT, use)
    kept = {
        one.use: one.columns
        for one in ColumnMapping.objects.filter(sender=sender, kind=kind, use__in=uses)
    }
    for one in uses:
        known.update(kept.get(one, {}))
    return known


def mappings_of(sender: str) -> dict[str, dict[str, str]]:
    """Return how the columns of this sender's files were read before, by kinds of records."""
    kept = ColumnMapping.objects.filter(sender=sender, use=MappingUse.IMPORT).order_by("-at")
    return {one.kind: one.columns for one in kept}


def kind_for(sender: str, names: Sequence[str]) -> str:
    """Return what the rows of a blank form are about: as this sender's were, else the likeliest."""
    kept = ColumnMapping.objects.filter(sender=sender, use=MappingUse.FORM)
    hits = {one.kind: sum(bool(one.columns.get(name)) for name in names) for one in kept}
    best = max(hits, key=lambda kind: hits[kind], default="")
    return best if hits.get(best) else likely_kind(names)


def keep_mapping(
    place: tuple[str, str, MappingUse], columns: Mapping[str, str], at: datetime, by: Person | None
) -> None:
    """Within an action: remember columns of (sender, kind, use) beside those known before."""
    sender, kind, use = place
    found, _made = ColumnMapping.objects.select_for_update().get_or_create(
        sender=sender, kind=kind, use=use, defaults={"at": at}
    )
    found.columns, found.at, found.by = {**found.columns, **columns}, at, by
    found.save(update_fields=["columns", "at", "by"])


def remember_form(
    *, sender: str, sheets: Iterable[Matched], by: Person, at: datetime, act_id: UUID
) -> None:
    """Remember what a person corrected in a sender's blank form; nothing where nobody is named."""
    for number, sheet in enumerate(sheets):
        told = _corrected(sender, sheet) if sender else {}
        if not told:
            continue
        act = uuid5(act_id, f"mapping {number}")
        payload = {"sender": sender, "kind": sheet.kind, "columns": told}
        with acting(
            act, "registry.keep_mapping", by=by, at=at, subject=act, payload=payload
        ) as first_time:
            if first_time:
                keep_mapping((sender, sheet.kind, MappingUse.FORM), told, at, by)


def _corrected(sender: str, sheet: Matched) -> dict[str, str]:
    """Return what differs from what would be proposed the next time."""
    names = tuple(sheet.columns)
    known = known_mapping(sender, sheet.kind, MappingUse.FORM)
    proposed = {one.name: one for one in asked_columns(names, sheet.kind, known)}
    return {
        name: key
        for name, key in sheet.columns.items()
        if proposed[name].key != key and not proposed[name].forbidden
    }
