"""What may be the same as a record that somebody is about to make."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.registry.models import Address, Assistance, Building, Dwelling, Organisation, Resident

_THERE = Q(ended_on__isnull=True, merged_into__isnull=True)
_MOST = 8
_ABSENT = "无"


def address_known(division: str, line: str) -> Address | None:
    """Return the address of this canonical line in a village (code), if it is known."""
    return Address.objects.filter(division_id=division, line=line).first()


def dwelling_known(division: str, line: str) -> Dwelling | None:
    """Return the dwelling at an address."""
    rows = Dwelling.objects.filter(_THERE, address__division_id=division, address__line=line)
    return rows.select_related("address").first()


def building_known(division: str, line: str) -> Building | None:
    """Return the building at an address."""
    rows = Building.objects.filter(_THERE, address__division_id=division, address__line=line)
    return rows.select_related("address").first()


def _in_house(address: Address) -> Q:
    """Return the condition of the same house; nothing where no house is named."""
    if (address.number, address.building) == (_ABSENT, _ABSENT):
        return Q(pk__in=[])
    return Q(
        address__division_id=address.division_id,
        address__street=address.street,
        address__number=address.number,
        address__building=address.building,
    )


def dwellings_beside(address: Address, grids: Sequence[str]) -> Sequence[Dwelling]:
    """Return the dwellings, in grids (codes), of the house of an address that is not stored.

    Where it names an entrance at which homes are known, only those of this entrance.
    """
    rows = Dwelling.objects.filter(_THERE, _in_house(address), grid__code__in=grids)
    rows = rows.select_related("address").order_by("address__line")
    within = rows.filter(address__unit=address.unit)[:_MOST] if address.unit else ()
    return list(within) or list(rows[:_MOST])


def lines_like(grids: Sequence[str], words: str) -> Sequence[str]:
    """Return addresses of grids (codes) that contain words, as they are written on records."""
    rows = Address.objects.filter(grid__code__in=grids, line__contains=words).order_by("line")
    return list(rows.values_list("line", flat=True)[:_MOST])


def residents_alike(two: tuple[bytes, bytes], dwelling: UUID | None) -> QuerySet[Resident]:
    """Return who has this name and telephone number (keyed hashes), or lives in the dwelling."""
    name, telephone = two
    wanted = Q(dwelling=dwelling) if dwelling else Q(pk__in=[])
    if telephone:
        wanted |= Q(name_index=name, telephone_index=telephone)
    return Resident.objects.filter(_THERE, wanted).order_by("pk")


def organisations_alike(key: str, code: str, address: Address | None) -> QuerySet[Organisation]:
    """Return those of this folded name or credit code, and all at the address."""
    wanted = Q(name_key=key)
    if code:
        wanted |= Q(credit_code=code)
    if address is not None:
        wanted |= Q(address=address)
    rows = Organisation.objects.filter(_THERE, wanted).select_related("address", "kind")
    return rows.order_by("name", "pk")


def help_alike(resident: UUID, need: str) -> QuerySet[Assistance]:
    """Return running help of the same need."""
    return Assistance.objects.filter(_THERE, resident=resident, need=need).order_by("pk")
