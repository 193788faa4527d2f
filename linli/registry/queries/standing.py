"""The record that stands where one was put into another, or is no more."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from linli.registry.models import Building, Dwelling, Record

R = TypeVar("R", bound=Record)


def standing_of(row: R) -> R | None:
    """Return the record that goes on for a record: itself, or what it was put into.

    None where that has ended: what stands there now is told anew.
    """
    seen = {row.pk}
    while row.merged_into is not None:
        found = type(row)._default_manager.filter(pk=row.merged_into).first()
        if found is None or found.pk in seen:
            return None
        seen.add(found.pk)
        row = found
    return None if row.ended_on is not None else row


def standing_at(
    model: type[Building] | type[Dwelling], addresses: Iterable[UUID]
) -> dict[UUID, Any]:
    """Return by address the record that lies there: a living one, else one put into another.

    The one that was put into another comes as it was; :func:`standing_of` tells where it went.
    """
    found: dict[UUID, Any] = {}
    for row in model._default_manager.filter(address__in=list(addresses), ended_on=None):
        lives = row.merged_into is None
        if lives or (row.address_id not in found and standing_of(row) is not None):
            found[row.address_id] = row
    return found
