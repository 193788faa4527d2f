"""Addresses: the same place is one row, whoever writes it in whatever way."""

from linli.kernel.ids import new_id
from linli.registry.models import Address, Building, Dwelling
from linli.registry.rules.addresses import ABSENT, Parts, line_of
from linli.territory.models import Grid
from linli.territory.queries import grid_at

Point = tuple[float, float]


def address_of(
    *, division: str, parts: Parts, raw: str = "", point: Point | None = None, grid: str = ""
) -> Address:
    """Within an action: return the address of these parts in a village (code), made if new.

    ``point``: degrees of WGS 84. The grid comes from the point, else from what is known of the
    dwelling or building there, else it is ``grid`` (a code); an address may be without one. An
    address that is there keeps what it says, and takes a point or grid that it lacks.
    """
    line = line_of(parts)
    found = Address.objects.filter(division_id=division, line=line).first()
    if found is None:
        address = Address(id=new_id(), division_id=division, line=line, raw=raw[:240])
        for name in ("street", "number", "building", "unit", "room"):
            setattr(address, name, getattr(parts, name))
    else:
        address = found
    told = (address.lon, address.lat, address.grid_id)
    if point is not None and address.lon is None:
        address.lon, address.lat = point
    if address.grid_id is None:
        address.grid_id = _grid_of(address, parts) or grid or None
    if found is None or told != (address.lon, address.lat, address.grid_id):
        address.save()
    return address


def grid_known(division: str, parts: Parts) -> str | None:
    """Return the code of the grid in which an address is known to lie, or None.

    ``division``: code of the village. The address need not be stored: its house may be known.
    """
    line = line_of(parts)
    found = Address.objects.filter(division_id=division, line=line).first()
    if found is not None and found.grid_id is not None:
        return found.grid_id
    return _grid_of(found or Address(division_id=division, line=line), parts)


def grid_code_at(point: Point | None) -> str | None:
    """Return the code of the grid that holds a point (degrees of WGS 84), or None."""
    found = None if point is None else grid_at(*point)
    return None if found is None else str(Grid.objects.values_list("code", flat=True).get(pk=found))


def _grid_of(address: Address, parts: Parts) -> str | None:
    """Return the code of the grid an address lies in, as far as it can be known."""
    if address.lon is not None and address.lat is not None:
        code = grid_code_at((address.lon, address.lat))
        if code is not None:
            return code
    # The record at the address was placed by somebody who knows it.
    for model in (Dwelling, Building):
        known = model._default_manager.filter(address=address.pk, grid__isnull=False)
        placed = known.first()
        if placed is not None:
            return placed.grid_id
    return _grid_of_house(address, parts)


def _grid_of_house(address: Address, parts: Parts) -> str | None:
    """Return the grid of the same house: what stands in it stands where it stands."""
    if parts.building == ABSENT and parts.number == ABSENT:
        return None
    same = Address.objects.filter(
        division_id=address.division_id,
        street=parts.street,
        number=parts.number,
        building=parts.building,
        grid__isnull=False,
    )
    codes = set(same.values_list("grid_id", flat=True)[:50])
    return str(codes.pop()) if len(codes) == 1 else None
