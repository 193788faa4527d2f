"""Who works in the demo: the reference district's numbers, and names that are nobody's."""

from collections import Counter

from linli.accounts.rules.roles import Role
from linli.demo.rules.people import OFFICER, SHOWN_LOGINS, WORKER, people
from linli.demo.rules.territory import Territory
from linli.demo.rules.units import CENTRE, units
from linli.demo.rules.year import Setting


def test_there_are_109_units_each_below_a_known_one() -> None:
    codes = [unit.code for unit in units()]
    assert len(codes) == len(set(codes)) == 109
    assert {unit.parent for unit in units()} <= {"", *codes}
    assert len({unit.name for unit in units()}) == 109


def test_every_village_and_township_has_its_own_unit() -> None:
    areas = [unit.area for unit in units() if unit.area]
    assert len(areas) == len(set(areas)) == 28


def test_332_grid_workers_and_every_grid_has_one_leader(
    setting: Setting, territory: Territory
) -> None:
    workers = [person for person in setting.staff if person.role == "grid_worker"]
    leaders = Counter(person.grid for person in workers if person.is_leader)
    assert len(workers) == 332
    assert leaders == {grid.code: 1 for grid in territory.base_grids}
    assert {person.grid for person in workers} == {grid.code for grid in territory.grids}


def test_user_names_and_names_are_each_one_persons(setting: Setting) -> None:
    assert len({person.username for person in setting.staff}) == len(setting.staff)
    assert len({person.name for person in setting.staff}) == len(setting.staff)


def test_every_role_of_the_staff_has_a_log_in_that_is_shown(setting: Setting) -> None:
    shown = {person.role for person in setting.staff if person.username in SHOWN_LOGINS}
    assert shown == {role.value for role in Role} - {Role.REPORTER.value}


def test_every_unit_has_an_officer_who_can_take_its_cases(setting: Setting) -> None:
    officers = {person.unit for person in setting.staff if person.role == "unit_officer"}
    assert officers == {unit.code for unit in units()}
    assert CENTRE in officers


def test_another_seed_shuffles_the_names(setting: Setting, territory: Territory) -> None:
    other = people(units(), territory.grids, seed=8)
    assert [p.name for p in other] != [p.name for p in setting.staff]
    assert [p.username for p in other] == [p.username for p in setting.staff]


def test_every_unit_and_every_grid_has_a_log_in_of_its_code(setting: Setting) -> None:
    known = {person.username: person for person in setting.staff}
    for unit in units():
        assert known[OFFICER + unit.code.lower()].unit == unit.code
    for grid in {person.grid for person in setting.staff if person.grid}:
        assert known[WORKER + grid].grid == grid
