"""Facts that are another record: where a resident lives, where a house or an organisation stands.

A change of such a fact keeps the id of the place while it waits. Of a resident it keeps neither
place once it is decided, so that no trail of addresses is left; where a shop stood may be read.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from linli.registry.actions.houses import building_of
from linli.registry.models import (
    Address,
    Assistance,
    Change,
    Dwelling,
    Organisation,
    RecordKind,
    Resident,
    School,
    Tenancy,
)
from linli.registry.rules.dictionary import CellType, Field


@dataclass(frozen=True)
class Related:
    """A fact, and the table that it points into; rows of that table lie in a grid."""

    field: Field
    model: type[models.Model]
    keeps_places: bool = True


def _field(kind: RecordKind, name: str, labels: tuple[str, str], confirm_months: int) -> Field:
    return Field(
        kind=kind.value,
        name=name,
        label=labels[0],
        label_en=labels[1],
        type=CellType.ADDRESS,
        synonyms=(),
        owner="centre",
        confirm_months=confirm_months,
        needs_approval=True,
    )


def _address(kind: RecordKind, confirm_months: int) -> Related:
    return Related(_field(kind, "address", ("地址", "Address"), confirm_months), Address)


_HOME = _field(RecordKind.RESIDENT, "dwelling", ("现住址", "Dwelling"), 12)
RELATED = {
    (RecordKind.RESIDENT, "dwelling"): Related(_HOME, Dwelling, keeps_places=False),
    (RecordKind.ORGANISATION, "address"): _address(RecordKind.ORGANISATION, 24),
    (RecordKind.BUILDING, "address"): _address(RecordKind.BUILDING, 600),
    (RecordKind.DWELLING, "address"): _address(RecordKind.DWELLING, 600),
}


def related_of(kind: str, name: str) -> Related | None:
    """Return the fact of a kind that is another record, or None."""
    return RELATED.get((RecordKind(kind), name))


def place_of(kind: str) -> Related | None:
    """Return the fact that says where a record of a kind lies; None where another one says it."""
    found = (one for (of, _name), one in RELATED.items() if of == kind)
    return next(found, None)


def kept_related(row: Any, field: Field) -> str:
    """Return the id of the place that a record names now; "" for none."""
    return str(getattr(row, f"{field.name}_id") or "")


def put_related(row: Any, related: Related, kept: str) -> tuple[str, ...]:
    """Let a record name another place; it goes to the grid of that, and what hangs on it too.

    Returns the columns to save.
    """
    place: Any = related.model._default_manager.get(pk=UUID(kept))
    name = related.field.name
    setattr(row, name, place)
    row.grid_id = place.grid_id
    take_along(row)
    if not isinstance(row, Dwelling):
        return (name, "grid")
    row.building = building_of(place) or row.building
    return (name, "grid", "building")


def take_along(row: Any) -> None:
    """Let what hangs on a record that changed its grid lie where it lies now."""
    grid = {"grid_id": row.grid_id}
    if isinstance(row, Organisation):
        School.objects.filter(organisation=row).update(**grid)
    elif isinstance(row, Resident):
        Assistance.objects.filter(resident=row).update(**grid)
    elif isinstance(row, Dwelling):
        Resident.objects.filter(dwelling=row).update(**grid)
        Tenancy.objects.filter(dwelling=row).update(**grid)
        Assistance.objects.filter(resident__dwelling=row).update(**grid)


def words_of_related(related: Related, kept: str) -> str:
    """Return a place in words; "" where it is not known any more."""
    found = related.model._default_manager.filter(pk=UUID(kept)).first() if kept else None
    return "" if found is None else str(found)


def forget_places(changes: models.QuerySet[Change]) -> None:
    """Take where residents live out of changes that nobody decides any more; others stay."""
    wanted = models.Q(pk__in=[])
    for (kind, name), related in RELATED.items():
        if not related.keeps_places:
            wanted |= models.Q(kind=kind, field=name)
    changes.filter(wanted).update(before=b"", after=b"")
