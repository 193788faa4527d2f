"""The registry of the demo: 74,245 records, sealed as all are, by the way imports take."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.audit.actions import acting
from linli.demo.actions.deciding import propose_some, save_pairs
from linli.demo.actions.district import act_id
from linli.demo.actions.filing import Ground, Table, contact_of, ground_of
from linli.demo.actions.helping import Made, save_chats, save_help, save_teams, workers_by_grid
from linli.demo.actions.looking import look_around
from linli.demo.rules.helping import help_given, teams
from linli.demo.rules.homes import House, Spot, houses
from linli.demo.rules.households import Home, Homes
from linli.demo.rules.people import DemoPerson
from linli.demo.rules.territory import GridPlace
from linli.demo.rules.workplaces import WorkPlan, workplaces
from linli.kernel.ids import new_id
from linli.registry.actions.counting import recount
from linli.registry.actions.lists import publish_lists, read_lists
from linli.registry.actions.sealing import index_of, new_vault
from linli.registry.models import (
    Address,
    Building,
    Dwelling,
    Organisation,
    PlaceKind,
    RecordKind,
    Resident,
    School,
    Tenancy,
)
from linli.registry.rules.folding import folded_name, folded_telephone


class _Addresses:
    """Addresses, each once."""

    def __init__(self) -> None:
        names = ("id", "division_id", "street", "number", "building", "unit", "room", "line")
        self._table = Table(Address, *names, "raw", "lon", "lat", "grid_id", common=False)
        self._known: dict[tuple[str, str], UUID] = {}

    def of(self, spot: Spot) -> UUID:
        line = spot.line
        key = (spot.village, line)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = new_id()
            parts = (spot.street, spot.number, spot.building, spot.unit, spot.room)
            place = (spot.lon, spot.lat, spot.grid)
            self._table.add(found, spot.village, *parts, line, line, *place)
        return found

    def write(self) -> None:
        self._table.write()


def _save_buildings(stand: Sequence[House], addresses: _Addresses, on: Ground) -> dict[int, UUID]:
    table = Table(Building, "address_id", "name", "floors", "built_year")
    made: dict[int, UUID] = {}
    for number, house in enumerate(stand):
        if house.floors:
            seen = date(on.today.year - 1, 3, 1) + timedelta(days=number % 400)
            common = on.common(RecordKind.BUILDING, house.spot.grid, seen)
            made[number] = common[0]
            table.add(*common, addresses.of(house.spot), house.name, house.floors, house.built_year)
    addresses.write()
    table.write()
    return made


def _save_homes(
    homes: Sequence[Home], buildings: Mapping[int, UUID], addresses: _Addresses, on: Ground
) -> list[UUID]:
    table = Table(Dwelling, "address_id", "building_id", "use", "heads", "area_m2")
    ids = []
    for home in homes:
        common = on.common(RecordKind.DWELLING, home.spot.grid, home.confirmed_on)
        ids.append(common[0])
        place = (addresses.of(home.spot), buildings.get(home.house))
        table.add(*common, *place, home.use, home.heads, home.area_m2)
    addresses.write()
    table.write()
    return ids


def _save_residents(
    homes: Sequence[Home], dwellings: Sequence[UUID], on: Ground
) -> list[list[UUID]]:
    sealed = ("name", "telephone", "name_index", "telephone_index")
    table = Table(
        Resident, "dwelling_id", "residence", "birth_year", "provenance", "wrapped_key", *sealed
    )
    made = []
    for home, dwelling in zip(homes, dwellings, strict=True):
        here = []
        for one in home.people:
            common = on.common(RecordKind.RESIDENT, home.spot.grid, one.confirmed_on)
            if one.is_double:
                common = (*common[:4], on.other, common[5])
            vault, wrapped = new_vault("registry_resident", common[0])
            told = one.told_by_resident
            provenance = {"telephone": [str(on.told), told.isoformat()]} if told else {}
            table.add(
                *common,
                *(dwelling, one.residence, one.birth_year, provenance, wrapped),
                vault.seal("name", one.name),
                vault.seal("telephone", one.telephone),
                index_of("name", folded_name(one.name)),
                index_of("telephone", folded_telephone(one.telephone)),
            )
            here.append(common[0])
        made.append(here)
    table.write()
    return made


def _save_tenancies(homes: Sequence[Home], dwellings: Sequence[UUID], on: Ground) -> None:
    checks = ("has_smoke_alarm", "has_extinguisher", "has_second_exit", "gas_checked_on")
    contact = ("wrapped_key", "contact_name", "contact_telephone", "contact_telephone_index")
    table = Table(Tenancy, "dwelling_id", "since", "rooms", *checks, *contact)
    for home, dwelling in zip(homes, dwellings, strict=True):
        let = home.tenancy
        if let is None:
            continue
        common = on.common(RecordKind.TENANCY, home.spot.grid, home.confirmed_on)
        vault, wrapped = new_vault("registry_tenancy", common[0])
        known = (let.has_smoke_alarm, let.has_extinguisher, let.has_second_exit)
        table.add(
            *common,
            *(dwelling, let.since, let.rooms, *known, let.gas_checked_on, wrapped),
            *contact_of(vault, let.name, let.telephone),
        )
    table.write()


def _save_workplaces(plans: Sequence[WorkPlan], addresses: _Addresses, on: Ground) -> None:
    kinds = dict(PlaceKind.objects.values_list("code", "pk"))
    contact = ("wrapped_key", "contact_name", "contact_telephone", "contact_telephone_index")
    facts = ("address_id", "name", "name_key", "credit_code", "kind_id", "staff")
    table = Table(Organisation, *facts, *contact)
    schools = Table(School, "organisation_id", "stage", "pupils", "has_guard")
    for plan in plans:
        common = on.common(RecordKind.ORGANISATION, plan.spot.grid, plan.confirmed_on)
        vault, wrapped = new_vault("registry_organisation", common[0])
        named = (addresses.of(plan.spot), plan.name, plan.name.replace("（演示）", ""))
        table.add(
            *common,
            *(*named, plan.credit_code, kinds[plan.kind], plan.staff, wrapped),
            *contact_of(vault, plan.contact, plan.telephone),
        )
        if plan.stage:
            here = on.common(RecordKind.SCHOOL, plan.spot.grid, plan.confirmed_on)
            schools.add(*here, common[0], plan.stage, plan.pupils, plan.has_guard)
    addresses.write()
    table.write()
    schools.write()


def save_records(*, grids: Sequence[GridPlace], people: Sequence[DemoPerson], now: datetime) -> int:
    """Write the registry as it stands at ``now``; returns how many base records there are.

    Base records are those that the reference district counts: residents, dwellings,
    organisations, schools and assistance.
    """
    today = timezone.localdate(now)
    stand = list(houses(grids))
    drawn = Homes(today)
    homes = list(drawn.all(stand))
    work = list(workplaces(stand, drawn, today))
    helped = list(help_given(homes, today))
    residents = sum(len(home.people) for home in homes)
    count = residents + len(homes) + len(work) + sum(bool(one.stage) for one in work) + len(helped)
    asked = {"records": count}
    publish_lists(lists=read_lists(), by=None, at=now, act_id=act_id("lists"))
    with acting(
        act_id("records"), "demo.records", by=None, at=now, payload=asked, detail=asked
    ) as first_time:
        if not first_time:
            return count
        on, addresses = ground_of(now), _Addresses()
        buildings = _save_buildings(stand, addresses, on)
        dwellings = _save_homes(homes, buildings, addresses, on)
        made = Made(homes, _save_residents(homes, dwellings, on), workers_by_grid(people))
        _save_tenancies(homes, dwellings, on)
        _save_workplaces(work, addresses, on)
        save_help(helped, made, on)
        save_teams(teams([grid.code for grid in grids if not grid.dedicated]), on)
        save_chats(homes, on)
        save_pairs(made, at=now)
    propose_some(made, at=now)
    look_around(made, at=now)
    recount(at=now)
    return count
