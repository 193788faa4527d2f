"""A record as the engine compares it: in disguise, in the order of the columns of its weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli.registry.rules.addresses import ABSENT
from linli.registry.rules.linking.disguise import Disguise

Cell = int | float | str | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Spot:
    """An address by its parts; an absent part is "无"."""

    village: str
    street: str
    number: str
    building: str
    unit: str
    room: str

    @property
    def house(self) -> tuple[str, ...]:
        """Return what names the house, whatever the entrance and the room."""
        return (self.village, self.street, self.number, self.building)


@dataclass(frozen=True)
class ResidentFacts:
    """What residents are compared by; texts folded, what is not known empty or None."""

    name: str
    telephone: str
    home: object
    spot: Spot | None
    born: int | None
    identity: bytes
    tail: str
    sender: object


@dataclass(frozen=True)
class DwellingFacts:
    """What dwellings are compared by."""

    spot: Spot
    area: float | None
    sender: object


@dataclass(frozen=True)
class OrganisationFacts:
    """What organisations are compared by; texts folded, what is not known empty or None."""

    name: str
    code: str
    telephone: bytes
    contact: str
    address: object
    spot: Spot
    place: object
    sender: object


def resident_row(facts: ResidentFacts, hide: Disguise) -> Row:
    """Return the row of a resident."""
    spot, number = facts.spot, hide.number
    key, home, phone = number(facts.name), number(facts.home), number(facts.telephone)
    house = number(*spot.house) if spot else None
    village = number(spot.village) if spot else None
    identity = number(facts.identity)
    numbers = (
        *(key, home, house, village, facts.born, phone),
        *(identity, number(facts.tail), number(facts.sender)),
    )
    blocks = (
        home,
        phone,
        number(key, village),
        number(house, facts.born, facts.name[:1]),
        identity,
    )
    return (*numbers, hide.text(facts.name), hide.text(facts.telephone), *blocks)


def dwelling_row(facts: DwellingFacts, hide: Disguise) -> Row:
    """Return the row of a dwelling."""
    spot, number = facts.spot, hide.number
    street, house, building, unit, room = (
        None if part == ABSENT else part
        for part in (spot.street, spot.number, spot.building, spot.unit, spot.room)
    )
    figures = [part for part in (house, building, unit, room) if part]
    # Of one figure alone nothing can be said: 12号 and 12室 are two places.
    line = "-".join(figures) if "-".join(figures).count("-") else None
    village = number(spot.village)
    numbers = (
        *(village, number(street), number(house), number(building), number(unit), number(room)),
        *(number(line), number(facts.sender)),
    )
    blocks = (
        number(village, room, house),
        number(village, room, street),
        number(village, house, building or ABSENT, unit or ABSENT, room or ABSENT),
        number(village, line),
    )
    return (*numbers, facts.area, hide.text(street or ""), *blocks)


def organisation_row(facts: OrganisationFacts, hide: Disguise) -> Row:
    """Return the row of an organisation."""
    spot, number = facts.spot, hide.number
    key, house, village = number(facts.name), number(*spot.house[:3]), number(spot.village)
    telephone, contact = number(facts.telephone), number(facts.contact)
    numbers = (
        *(key, number(facts.address), house, village, telephone, contact),
        *(number(facts.code), number(facts.place), number(facts.sender)),
    )
    blocks = (key, telephone, contact, house, number(village, facts.name[:_BEGINNING]))
    return (*numbers, hide.text(facts.name), *blocks)


_BEGINNING = 2


def spot_of(parts: Sequence[str] | None) -> Spot | None:
    """Return the address of its six parts, or None where there is none."""
    return Spot(*parts) if parts is not None and parts[0] else None
