"""Buildings, dwellings and tenancies of a file."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.registry.actions.houses import House, link_homes, put_house
from linli.registry.actions.importing.frame import Frame, Incoming, Spot
from linli.registry.actions.importing.keeping import Column, Keeper, contact_indexes
from linli.registry.actions.importing.places import Key, Places, Stand
from linli.registry.models import LIVING, Building, Dwelling, DwellingUse, RecordKind, Tenancy
from linli.registry.queries.standing import standing_at, standing_of

_IN_FORCE: Mapping[str, Any] = {"ended_on": None, "merged_into": None}


def told_yes_no(key: str, name: str) -> Column:
    """Return the column of a fact whose table calls it as the dictionary does."""
    return Column(f"{key}.{name}", name)


class StandingKeeper(Keeper):
    """Records of which an address has one at most."""

    stands: Mapping[Key, Stand]
    # The table again, of which the address is known.
    places_of: type[Building] | type[Dwelling]

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Find or make the addresses."""
        self.stands = self.places.settle(rows)
        self.places.know_houses(rows)
        return rows

    def identity(self, row: Incoming) -> Hashable:
        """An address."""
        return self.stand(row).id

    def stand(self, row: Incoming) -> Stand:
        """Return the stored address of a row."""
        assert row.spot is not None  # noqa: S101 - rows without an address were refused
        return self.stands[row.spot.key]

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """Records by their addresses."""
        ids = [self.stand(row).id for row in rows]
        # Nothing stands yet at an address that was made just now.
        older = [one for one in ids if one not in self.places.fresh]
        by_address = standing_at(self.places_of, older)
        return [by_address.get(one) for one in ids]

    def add(self, row: Incoming) -> UUID | None:
        """Keep the columns that are called as in the dictionary."""
        record, stand = new_id(), self.stand(row)
        if stand.grid is None:
            self.frame.count(self.name, "unplaced")
        values = (row.facts.get(column.key) for column in self.columns)
        self.rows.append((record, stand.grid, stand.id, *values, *self.beside(row)))
        return record

    def beside(self, row: Incoming) -> tuple[Any, ...]:  # noqa: ARG002
        """Return what follows from the address for the columns after those of the facts."""
        return ()


class BuildingKeeper(StandingKeeper):
    """Buildings."""

    kind, model, places_of = RecordKind.BUILDING, Building, Building
    columns = tuple(told_yes_no("building", name) for name in ("name", "floors", "built_year"))
    given = ("id", "grid_id", "address_id", "name", "floors", "built_year")

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._made: set[House] = set()

    def add(self, row: Incoming) -> UUID | None:
        """A building need not have a name."""
        row.facts.setdefault("building.name", "")
        record = super().add(row)
        assert row.spot is not None  # noqa: S101 - rows without an address were refused
        house = self.places.house(row.spot)
        if record is not None and house is not None:
            put_house(self.places.houses, house, record)
            self._made.add(house)
        return record

    def finish(self) -> None:
        """Give the new houses the homes that were known before them."""
        super().finish()
        link_homes({house: self.places.houses[house] for house in self._made})


class DwellingKeeper(StandingKeeper):
    """Dwellings; a household is its count of heads."""

    kind, model, places_of = RecordKind.DWELLING, Dwelling, Dwelling
    columns = tuple(told_yes_no("dwelling", name) for name in ("use", "heads", "area_m2"))
    given = ("id", "grid_id", "address_id", "use", "heads", "area_m2", "building_id")

    def add(self, row: Incoming) -> UUID | None:
        """A dwelling of which nothing is said is lived in by its owner."""
        row.facts.setdefault("dwelling.use", DwellingUse.OWN.value)
        record = super().add(row)
        if record is not None:
            self.places.homes[self.stand(row).id] = record
        return record

    def beside(self, row: Incoming) -> tuple[Any, ...]:
        """The building of its house."""
        house = None if row.spot is None else self.places.house(row.spot)
        return (None if house is None else self.places.houses.get(house),)


class Homes:
    """Finds the dwellings of residents and tenancies by their addresses, and makes missing ones."""

    def __init__(self, frame: Frame, places: Places) -> None:
        self._keeper = DwellingKeeper(frame, places)
        self._frame = frame
        self._places = places
        self.new: set[UUID] = set()
        self._lying: dict[UUID, str | None] = {}

    def settle(self, rows: Sequence[Incoming], use: DwellingUse) -> dict[Key, tuple[UUID, Stand]]:
        """Return the dwelling and the address of each row that has an address, by its key."""
        placed = [row for row in rows if row.spot is not None]
        self._keeper.prepare(placed)
        stands = dict(self._keeper.stands)
        homes = self._places.homes
        missing = {one.id: key for key, one in stands.items() if one.id not in homes}
        older = [one for one in missing if one not in self._places.fresh]
        living = Dwelling.objects.filter(LIVING, address_id__in=older)
        homes.update(living.values_list("address_id", "id"))
        # Few addresses have a dwelling that was put into another and none that stands.
        others = [one for one in older if one not in homes]
        for address, found in standing_at(Dwelling, others).items():
            home = standing_of(found) or found
            homes[address] = home.pk
            if home is not found:
                self._lying[address] = home.grid_id
        for key, one in stands.items():
            if one.id in self._lying:
                # Who lives there lies where the home lies that this one was put into.
                stands[key] = replace(one, grid=self._lying[one.id])
        self.new.clear()
        spots = {row.spot.key: row.spot for row in placed if row.spot is not None}
        for address, key in missing.items():
            if address not in homes:
                self._make(spots[key], use)
        self._keeper.flush()
        return {key: (homes[one.id], one) for key, one in stands.items()}

    def _make(self, spot: Spot, use: DwellingUse) -> None:
        implied = Incoming(0, {"dwelling.use": use.value}, (), spot)
        made = self._keeper.add(implied)
        assert made is not None  # noqa: S101 - it always makes one
        self._frame.count(RecordKind.DWELLING.value, "implied")
        self._keeper.note(made, implied)
        self.new.add(made)


class TenancyKeeper(Keeper):
    """Dwellings that are let: who answers for them, and what keeps them safe."""

    kind, model = RecordKind.TENANCY, Tenancy
    _facts = (
        *("since", "until", "rooms", "has_smoke_alarm", "has_extinguisher", "has_second_exit"),
        *("gas_checked_on", "wiring_checked_on"),
    )
    columns = (
        *(told_yes_no("tenancy", name) for name in _facts),
        Column("tenancy.contact_name", "contact_name", True),
        Column("tenancy.contact_telephone", "contact_telephone", True, contact_indexes),
    )
    given = (
        *("id", "grid_id", "dwelling_id", *_facts),
        "contact_telephone_index",
    )
    sealed = ("contact_name", "contact_telephone")

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._homes = Homes(frame, places)
        self._at: dict[Key, tuple[UUID, Stand]] = {}

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Refuse periods that end before they begin; find or make the dwellings."""
        ready = []
        for row in rows:
            since, until = row.facts["tenancy.since"], row.facts.get("tenancy.until")
            if until is not None and until < since:
                self.frame.refuse(self.name, row, _("The let ends before it begins."))
            else:
                ready.append(row)
        self._at = self._homes.settle(ready, DwellingUse.LET)
        return ready

    def _home(self, row: Incoming) -> tuple[UUID, Stand]:
        assert row.spot is not None  # noqa: S101 - rows without an address were refused
        return self._at[row.spot.key]

    def identity(self, row: Incoming) -> Hashable:
        """A dwelling, and the day from which it was let if that let has ended."""
        ended = row.facts.get("tenancy.until")
        return self._home(row)[0], row.facts["tenancy.since"] if ended else None

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """The let that runs, or an ended one that began the same day."""
        homes = [self._home(row)[0] for row in rows]
        found = Tenancy.objects.filter(dwelling_id__in=homes, **_IN_FORCE)
        by_day: dict[tuple[UUID, Any], Tenancy] = {}
        for one in found:
            by_day[one.dwelling_id, one.since] = one
            if one.until is None:
                by_day[one.dwelling_id, None] = one
        return [
            by_day.get((home, row.facts["tenancy.since"]))
            or (None if row.facts.get("tenancy.until") else by_day.get((home, None)))
            for home, row in zip(homes, rows, strict=True)
        ]

    def add(self, row: Incoming) -> UUID | None:
        """Seal the contact."""
        facts, (home, stand) = row.facts, self._home(row)
        record = new_id()
        if stand.grid is None:
            self.frame.count(self.name, "unplaced")
        telephone = facts.get("tenancy.contact_telephone") or ""
        values = (facts.get(f"tenancy.{name}") for name in self._facts)
        index = contact_indexes(telephone)["contact_telephone_index"]
        self.rows.append((record, stand.grid, home, *values, index))
        self.texts.append((facts.get("tenancy.contact_name") or "", telephone))
        return record
