"""Facts that are another record: where a resident lives, where an organisation stands.

A file may tell of another place than the one that is known. The change keeps the id of the place
while it waits; once it is decided it keeps neither, so that no trail of addresses is left.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from linli.registry.models import Address, Change, Dwelling, RecordKind
from linli.registry.rules.dictionary import CellType, Field


@dataclass(frozen=True)
class Related:
    """A fact, and the table that it points into; rows of that table lie in a grid."""

    field: Field
    model: type[models.Model]


def _field(kind: RecordKind, name: str, label: str, label_en: str) -> Field:
    return Field(
        kind=kind.value,
        name=name,
        label=label,
        label_en=label_en,
        type=CellType.ADDRESS,
        synonyms=(),
        owner="centre",
        needs_approval=True,
    )


RELATED = {
    (RecordKind.RESIDENT, "dwelling"): Related(
        _field(RecordKind.RESIDENT, "dwelling", "现住址", "Dwelling"), Dwelling
    ),
    (RecordKind.ORGANISATION, "address"): Related(
        _field(RecordKind.ORGANISATION, "address", "地址", "Address"), Address
    ),
}


def related_of(kind: str, name: str) -> Related | None:
    """Return the fact of a kind that is another record, or None."""
    return RELATED.get((RecordKind(kind), name))


def kept_related(row: Any, field: Field) -> str:
    """Return the id of the place that a record names now; "" for none."""
    return str(getattr(row, f"{field.name}_id") or "")


def put_related(row: Any, related: Related, kept: str) -> None:
    """Let a record name another place; it goes to the grid of that place."""
    place: Any = related.model._default_manager.get(pk=UUID(kept))
    setattr(row, related.field.name, place)
    row.grid_id = place.grid_id


def words_of_related(related: Related, kept: str) -> str:
    """Return a place in words; "" where it is not known any more."""
    found = related.model._default_manager.filter(pk=UUID(kept)).first() if kept else None
    return "" if found is None else str(found)


def forget_places(changes: models.QuerySet[Change]) -> None:
    """Take the places out of changes that will not be decided any more; other facts stay."""
    wanted = models.Q(pk__in=[])
    for kind, name in RELATED:
        wanted |= models.Q(kind=kind, field=name)
    changes.filter(wanted).update(before=b"", after=b"")
