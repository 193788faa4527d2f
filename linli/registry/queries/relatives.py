"""One record for its page: found if it exists for somebody, with what hangs on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from linli.registry.models import (
    MODELS,
    Address,
    Assistance,
    Building,
    Dwelling,
    Organisation,
    Record,
    RecordKind,
    Resident,
    School,
    Tenancy,
)
from linli.registry.policies.scopes import Who, visible_ended, visible_records

_BESIDE: Mapping[str, tuple[str, ...]] = {
    RecordKind.BUILDING: ("address",),
    RecordKind.DWELLING: ("address", "building__address"),
    RecordKind.TENANCY: ("dwelling__address",),
    RecordKind.ORGANISATION: ("address", "kind"),
    RecordKind.SCHOOL: ("organisation__address",),
    RecordKind.RESIDENT: ("dwelling__address",),
    RecordKind.ASSISTANCE: ("resident", "unit"),
    RecordKind.TEAM: (),
}
_THERE = Q(ended_on__isnull=True, merged_into__isnull=True)


def record_of(kind: RecordKind, record_id: UUID, who: Who, at: datetime) -> Any | None:
    """Return a record that exists for somebody, ended ones too; else None."""
    model = MODELS[kind]
    for visible in (visible_records, visible_ended):
        rows = visible(model, who, at).select_related("source", "basis", "grid", *_BESIDE[kind])
        found = rows.defer("grid__geometry").filter(pk=record_id).first()
        if found is not None:
            return found
    return None


def address_of(row: Record) -> Address | None:
    """Return the address that a record stands at, where it has one."""
    if isinstance(row, Building | Dwelling | Organisation):
        return row.address
    if isinstance(row, School):
        return row.organisation.address
    if isinstance(row, Tenancy | Resident):
        return row.dwelling.address if row.dwelling is not None else None
    return None


def residents_of(dwelling: Dwelling, who: Who, at: datetime) -> Sequence[Resident]:
    """Return the residents of one dwelling, as far as they exist for somebody."""
    rows = visible_records(Resident, who, at).filter(dwelling=dwelling).order_by("pk")
    return list(rows[:50])


def lettings_of(dwelling: Dwelling) -> Sequence[Tenancy]:
    """Return the lettings of a dwelling, the latest first."""
    return list(Tenancy.objects.filter(_THERE, dwelling=dwelling).order_by("-since")[:20])


def help_for(resident: Resident, who: Who, at: datetime) -> Sequence[Assistance]:
    """Return the help for a resident that somebody works on; for others there is none."""
    return list(visible_records(Assistance, who, at).filter(resident=resident).order_by("pk"))
