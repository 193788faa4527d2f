"""Homes lie in the building of their house, whichever of both was known first.

A house is a village and the parts of an address that name it. Where several buildings share one,
or an address names none, a home stays without a building until a person says which.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from linli.registry.models import Address, Building, Dwelling
from linli.registry.rules.addresses import house_of

# The code of a village, and what names the house in it.
House = tuple[str, tuple[str, str, str]]
_AT_ONCE = 500
_LIVING: Mapping[str, Any] = {"ended_on": None, "merged_into": None}
_PARTS = (
    *("address__division_id", "address__street", "address__number"),
    *("address__building", "pk"),
)


def houses_in(divisions: Collection[str]) -> dict[House, UUID | None]:
    """Return the building of each house in some villages (codes), None where there are several."""
    found: dict[House, UUID | None] = {}
    rows = Building.objects.filter(address__division_id__in=divisions, **_LIVING)
    for division, street, number, building, key in _told(rows):
        house = house_of(street, number, building)
        if house is not None:
            put_house(found, (division, house), key)
    return found


def put_house(houses: dict[House, UUID | None], house: House, building: UUID) -> None:
    """Note that a building is a house; two buildings leave it open."""
    houses[house] = None if house in houses else building


def _told(rows: Any) -> Iterable[tuple[str, str, str, str, UUID]]:
    told: Iterable[tuple[str, str, str, str, UUID]] = rows.order_by().values_list(*_PARTS)
    return told


def building_of(address: Address) -> Building | None:
    """Return the one building that an address lies in, where the registry knows it."""
    if house_of(address.street, address.number, address.building) is None:
        return None
    found = Building.objects.filter(
        address__division_id=address.division_id,
        address__street=address.street,
        address__number=address.number,
        address__building=address.building,
        **_LIVING,
    )[:2]
    return found[0] if len(found) == 1 else None


def link_homes(houses: Mapping[House, UUID | None]) -> int:
    """Within an action: put the homes of these houses that lie in no building into theirs.

    Returns how many. No fact of a home changes by it: it follows from both addresses.
    """
    villages = sorted({division for division, _house in houses})
    alone = Dwelling.objects.filter(building=None, address__division_id__in=villages, **_LIVING)
    by_building: dict[UUID, list[UUID]] = {}
    for division, street, number, name, home in _told(alone):
        house = house_of(street, number, name)
        building = None if house is None else houses.get((division, house))
        if building is not None:
            by_building.setdefault(building, []).append(home)
    for building, homes in by_building.items():
        for some in _batches(homes):
            Dwelling.objects.filter(pk__in=some).update(building=building)
    return sum(map(len, by_building.values()))


def link_homes_of(building: Building) -> None:
    """Within an action: give a new building the homes of its house that lie in none."""
    address = building.address
    house = house_of(address.street, address.number, address.building)
    if house is not None and building_of(address) == building:
        link_homes({(address.division_id, house): building.pk})


def _batches(homes: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (homes[start : start + _AT_ONCE] for start in range(0, len(homes), _AT_ONCE))
