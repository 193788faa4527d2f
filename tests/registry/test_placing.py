"""An address is one row however it is written, and gets its grid from what is known."""

import pytest

from linli.registry.actions.addresses import address_of
from linli.registry.models import Address, Dwelling
from linli.registry.rules.addresses import parse
from tests.factories import VILLAGE, make_grid, middle
from tests.registry.ground import Registry

pytestmark = pytest.mark.django_db


def at(line: str, **more: object) -> Address:
    return address_of(division=VILLAGE, parts=parse(line), raw=line, **more)  # type: ignore[arg-type]


def test_the_same_place_is_one_row_and_keeps_what_was_written_first() -> None:
    grid = make_grid()
    first = at("祝融路12号1幢", point=middle())
    assert at("祝融路12号一栋") == first
    assert (first.raw, first.grid_id) == ("祝融路12号1幢", grid.code)
    assert Address.objects.count() == 1


def test_without_a_point_the_grid_is_that_of_the_house() -> None:
    grid = make_grid()
    at("祝融路12号1栋1单元101室", point=middle())
    assert at("祝融路12号1栋2单元202室").grid_id == grid.code
    assert at("祝融路14号").grid_id is None


def test_a_house_in_two_grids_says_nothing_of_its_rooms() -> None:
    make_grid(0)
    make_grid(1)
    at("祝融路12号1栋101室", point=middle(0))
    at("祝融路12号1栋102室", point=middle(1))
    assert at("祝融路12号1栋103室").grid_id is None


def test_a_dwelling_that_somebody_placed_places_its_address() -> None:
    registry = Registry.made()
    home = registry.resident().dwelling
    Address.objects.update(grid=None, lon=None, lat=None)
    assert at("祝融路12号1栋2单元502室").grid_id == home.grid_id
    Dwelling.objects.update(grid=None)
    Address.objects.update(grid=None)
    assert at("祝融路12号1栋2单元502室").grid_id is None


def test_an_address_takes_a_point_or_a_grid_that_it_lacked_and_keeps_those_it_has() -> None:
    grid, other = make_grid(0), make_grid(1)
    made = at("一组")
    assert made.grid_id is None
    assert at("一组", grid=other.code).grid_id == other.code
    later = at("一组", point=middle(0))
    assert (later.lon, later.lat) == middle(0)
    assert later.grid_id == other.code
    outside = at("二组", point=(0.0, 0.0), grid=grid.code)
    assert outside.grid_id == grid.code
