"""What all records of the demo share: bases, sources, sealing of contacts, many rows at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from linli.kernel.ids import new_id
from linli.registry.actions.sealing import Vault, index_of
from linli.registry.models import LegalBasis, RecordKind, Source, SourceKind
from linli.registry.rules.folding import folded_telephone
from linli.registry.rules.retention import keep_until
from linli.storage.bulk import BulkTable

# No record of a demo that was just made is at its end.
_AT_LEAST = timedelta(days=180)
# Who gave what: sender, and the kind of source.
_SENDERS = {
    RecordKind.BUILDING: ("区住房和城乡建设局", SourceKind.FILE),
    RecordKind.DWELLING: ("各村（社区）入户登记", SourceKind.FILE),
    RecordKind.RESIDENT: ("各村（社区）入户登记", SourceKind.FILE),
    RecordKind.TENANCY: ("各村（社区）出租房登记", SourceKind.FILE),
    RecordKind.ORGANISATION: ("区市场监督管理局", SourceKind.FILE),
    RecordKind.SCHOOL: ("区教育局", SourceKind.FILE),
    RecordKind.ASSISTANCE: ("区民政局", SourceKind.PAGE),
    RecordKind.TEAM: ("区邻里综合服务中心", SourceKind.PAGE),
}
_USUAL = {
    RecordKind.BUILDING: "base_facts",
    RecordKind.DWELLING: "base_facts",
    RecordKind.RESIDENT: "base_facts",
    RecordKind.TENANCY: "let_housing",
    RecordKind.ORGANISATION: "work_safety",
    RecordKind.SCHOOL: "school_safety",
    RecordKind.ASSISTANCE: "social_assistance",
    RecordKind.TEAM: "volunteering",
}
_COMMON = ("id", "grid_id", "basis_id", "keep_until", "source_id", "confirmed_on")


@dataclass(frozen=True)
class Ground:
    """What all records refer to: bases and sources by kind, two more sources, the day.

    ``told`` is the resident's own word, ``other`` an office that wrote some residents down again.
    """

    bases: Mapping[str, LegalBasis]
    sources: Mapping[str, UUID]
    told: UUID
    other: UUID
    today: date

    def common(self, kind: RecordKind, grid: str | None, confirmed_on: date) -> tuple[Any, ...]:
        """Return the values of the columns that each record has, with a new id."""
        basis = self.bases[kind]
        until = keep_until(confirmed_on, basis.keep_months)
        return (
            new_id(),
            grid or None,
            basis.pk,
            max(until, self.today + _AT_LEAST),
            self.sources[kind],
            confirmed_on,
        )


def ground_of(at: datetime) -> Ground:
    """Write the sources of the demo's records; return all that records refer to."""
    sources = {
        kind.value: Source.objects.create(kind=way, sender=sender, at=at).pk
        for kind, (sender, way) in _SENDERS.items()
    }
    told = Source.objects.create(kind=SourceKind.RESIDENT, sender="居民本人", at=at)
    other = Source.objects.create(kind=SourceKind.FILE, sender="区医疗保障局", at=at)
    known = {basis.code: basis for basis in LegalBasis.objects.all()}
    bases = {kind.value: known[code] for kind, code in _USUAL.items()}
    return Ground(bases, sources, told.pk, other.pk, timezone.localdate(at))


class Table:
    """Rows of one table, written at once."""

    def __init__(self, model: type[models.Model], *names: str, common: bool = True) -> None:
        known = _COMMON if common else ()
        self._bulk = BulkTable(model, (*known, *names))
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """Remember a row: the common columns first, then those that were named."""
        self._rows.append(values)

    def write(self) -> None:
        """Write what was remembered."""
        self._bulk.insert(self._rows)
        self._rows = []


def contact_of(vault: Vault, name: str, telephone: str) -> tuple[bytes, bytes, bytes]:
    """Return a sealed contact and the keyed hash of its telephone."""
    return (
        vault.seal("contact_name", name),
        vault.seal("contact_telephone", telephone),
        index_of("contact_telephone", folded_telephone(telephone)),
    )
