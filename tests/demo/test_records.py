"""The registry of the demo: as many records as the reference district, all invented and sealed."""

from collections import Counter
from datetime import date

import pytest
from stdnum.cn import uscc

from linli.demo.rules.helping import chats, help_given, teams
from linli.demo.rules.homes import House, houses
from linli.demo.rules.households import Home, Homes
from linli.demo.rules.territory import Territory
from linli.demo.rules.workplaces import WorkPlan, workplaces
from linli.registry.rules.addresses import line_of, parse

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def stand(territory: Territory) -> list[House]:
    return list(houses(territory.grids))


@pytest.fixture(scope="module")
def drawn() -> Homes:
    return Homes(TODAY)


@pytest.fixture(scope="module")
def homes(stand: list[House], drawn: Homes) -> list[Home]:
    return list(drawn.all(stand))


@pytest.fixture(scope="module")
def work(stand: list[House], drawn: Homes, homes: list[Home]) -> list[WorkPlan]:
    assert homes
    return list(workplaces(stand, drawn, TODAY))


def test_there_are_as_many_records_as_in_the_reference_district(
    homes: list[Home], work: list[WorkPlan]
) -> None:
    residents = sum(len(home.people) for home in homes)
    schools = sum(bool(one.stage) for one in work)
    helped = list(help_given(homes, TODAY))
    minors = sum(one.is_minor for one in helped)
    found = (residents, len(homes), len(work), schools, minors, len(helped) - minors)
    assert found == (57_134, 15_895, 689, 29, 249, 249)
    assert sum(found) == 74_245


def test_they_lie_in_all_base_grids_and_every_address_is_there_once(
    territory: Territory, homes: list[Home]
) -> None:
    assert {home.spot.grid for home in homes} == {grid.code for grid in territory.base_grids}
    lines = Counter((home.spot.village, home.spot.line) for home in homes)
    assert max(lines.values()) == 1


def test_an_address_reads_as_the_line_that_it_would_be_kept_as(homes: list[Home]) -> None:
    wrong = [
        home.spot.line for home in homes[::97] if line_of(parse(home.spot.line)) != home.spot.line
    ]
    assert wrong == []


def test_the_same_people_live_there_every_time(stand: list[House], homes: list[Home]) -> None:
    assert list(Homes(TODAY).all(stand))[::500] == homes[::500]


def test_in_a_home_only_who_was_written_down_twice_has_the_name_of_another(
    homes: list[Home],
) -> None:
    for home in homes:
        names = [one.name for one in home.people if not one.is_double]
        assert len(set(names)) == len(names)


def test_no_number_can_be_anybodys_and_each_is_there_once(homes: list[Home]) -> None:
    numbers = [
        one.telephone
        for home in homes
        for one in home.people
        if one.telephone and not one.is_double
    ]
    assert all(number.startswith("100") and len(number) == 11 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_credit_codes_have_a_right_last_sign_and_belong_to_nobody(work: list[WorkPlan]) -> None:
    codes = [one.credit_code for one in work if one.credit_code]
    assert len(set(codes)) == len(codes) > 600
    assert all(uscc.is_valid(code) and "DEM0" in code for code in codes)


def test_group_chats_reach_the_share_of_the_reference_district(homes: list[Home]) -> None:
    found = chats(homes)
    share = sum(one.reached for one in found) / sum(one.households for one in found)
    assert share == pytest.approx(0.8129, abs=0.0001)
    assert all(one.reached <= one.households for one in found)


def test_teams_are_as_many_as_in_the_reference_district(territory: Territory) -> None:
    found = list(teams([grid.code for grid in territory.base_grids]))
    kinds = Counter(one.kind for one in found)
    assert (kinds["mutual_aid"], kinds["service"]) == (136, 159)
    assert sum(one.members for one in found if one.kind == "volunteers") == 325
    assert len({(one.village, one.name) for one in found}) == len(found)
