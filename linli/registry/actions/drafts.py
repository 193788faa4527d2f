"""What a new record is made from, and the places and records that it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.addresses import Point, address_of
from linli.registry.actions.houses import building_of
from linli.registry.models import (
    Address,
    Dwelling,
    DwellingUse,
    LegalBasis,
    RecordKind,
    Source,
)
from linli.registry.policies.records import missing, refuse_no_place
from linli.registry.queries.standing import standing_at, standing_of
from linli.registry.rules.addresses import ABSENT, Parts, line_of
from linli.registry.rules.retention import keep_until


@dataclass(frozen=True)
class Place:
    """Where a record lies: the code of the village, the parts below it, a point, what was typed.

    ``grid`` (a code) is what somebody who knows says, where neither point nor house tell it.
    """

    division: str
    parts: Parts
    raw: str = ""
    point: Point | None = None
    grid: str = ""


@dataclass(frozen=True)
class Draft:
    """A record to be made: its facts by the names of the field dictionary, as typed.

    ``basis``: code of the legal basis. ``related``: the records it hangs on, by column:
    ``dwelling`` (tenancy, resident; or else ``place``), ``building`` (dwelling), ``organisation``
    (school; or else ``values`` and ``place`` of a new one), ``resident``, ``unit`` and
    ``workers`` (assistance). ``source`` is where it came from; a page of the person who acts if
    None.
    """

    kind: RecordKind
    values: Mapping[str, str]
    basis: str
    place: Place | None = None
    related: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None

    def payload(self) -> dict[str, object]:
        """Return all that is asked, for the fingerprint of the act."""
        related = {
            name: [one.pk for one in value] if isinstance(value, list | tuple) else value.pk
            for name, value in self.related.items()
        }
        place = None if self.place is None else repr(self.place)
        return {
            "kind": self.kind.value,
            "values": dict(self.values),
            "basis": self.basis,
            "place": place,
            "related": related,
        }


@dataclass(frozen=True)
class Common:
    """What all records that one act makes have in common."""

    basis: LegalBasis
    source: Source
    day: date

    def columns(self, grid: str | None) -> dict[str, Any]:
        """Return the columns that every record has."""
        return {
            "grid_id": grid,
            "basis": self.basis,
            "source": self.source,
            "confirmed_on": self.day,
            "keep_until": keep_until(self.day, self.basis.keep_months),
        }


def basis_of(code: str) -> LegalBasis:
    """Return a legal basis by its code; Refused where there is none."""
    found = LegalBasis.objects.filter(code=code).first()
    if found is None:
        raise Refused(missing("basis"))
    return found


def address_for(place: Place | None) -> Address:
    """Within an action: return the address of a place; Refused where it says nothing."""
    if place is None or line_of(place.parts) == ABSENT:
        raise Refused(refuse_no_place())
    return address_of(
        division=place.division,
        parts=place.parts,
        raw=place.raw,
        point=place.point,
        grid=place.grid,
    )


def dwelling_for(draft: Draft, common: Common) -> Dwelling | None:
    """Within an action: return the dwelling a record stands in, made if its address has none.

    A resident may be known without a dwelling; a letting may not.
    """
    given: Dwelling | None = draft.related.get("dwelling")
    if given is not None:
        return given
    if draft.place is None and draft.kind is RecordKind.RESIDENT:
        return None
    address = address_for(draft.place)
    there: Dwelling | None = standing_at(Dwelling, [address.pk]).get(address.pk)
    if there is not None:
        return standing_of(there)
    columns = common.columns(address.grid_id)
    # What is let is let, also where nobody had told of the dwelling before.
    use = DwellingUse.LET if draft.kind is RecordKind.TENANCY else DwellingUse.OWN
    return Dwelling.objects.create(
        id=new_id(), address=address, building=building_of(address), use=use, **columns
    )
