"""The demo's district and year, made once for all tests that only read them."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linli.cases.imports.category_data import read_tree
from linli.demo.rules.office import Office
from linli.demo.rules.people import people
from linli.demo.rules.plans import CasePlan
from linli.demo.rules.territory import Territory, make_territory
from linli.demo.rules.units import units
from linli.demo.rules.year import Setting, make_year

NOW = datetime(2026, 11, 23, 14, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


def weekdays(day: date) -> bool:
    return day.weekday() < 5


@pytest.fixture(scope="session")
def territory() -> Territory:
    return make_territory()


@pytest.fixture(scope="session")
def setting(territory: Territory) -> Setting:
    staff = people(units(), territory.grids)
    return Setting(territory.grids, staff, read_tree(), Office(weekdays), NOW)


@pytest.fixture(scope="session")
def year(setting: Setting) -> list[CasePlan]:
    return make_year(setting)


@pytest.fixture(scope="session")
def by_verb(year: list[CasePlan]) -> Callable[[str], int]:
    return lambda verb: sum(step.verb == verb for case in year for step in case.steps)
