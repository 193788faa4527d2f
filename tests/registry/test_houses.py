"""Homes of a file lie in the building of their house, whichever of both came first."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.houses import building_of
from linli.registry.actions.importing import undo_import
from linli.registry.models import MIXED, Building, Dwelling
from linli.registry.policies.scopes import Who
from linli.registry.queries.homes import alone_in, houses_of
from linli.territory.models import Grid
from tests.factories import NOW, make_person
from tests.registry.importing_files import HEAD, ROWS, as_csv, as_xlsx, ground, run_of, take

pytestmark = pytest.mark.django_db
HOUSES = [["衡山路1号1栋", "甲楼"], ["衡山路7号", "乙楼"], ["望江组", "丙楼"]]
HOMES = [
    *(["衡山路1号1栋1单元103室", "自住"], ["衡山路7号201室", "自住"]),
    *(["衡山路9号201室", "自住"], ["望江组", "自住"]),
]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def grid() -> str:
    return ground()


def houses(rows: Any = HOUSES, **facts: Any) -> Any:
    return take(as_csv(rows, ["地址", "楼栋名称"]), "building", **facts)


def homes(rows: Any = HOMES, **facts: Any) -> Any:
    return take(as_csv(rows, ["地址", "房屋用途"]), "dwelling", **facts)


def lies_in() -> dict[str, str]:
    found = Dwelling.objects.select_related("building", "address")
    return {one.address.line: str(one.building or "") for one in found}


TOGETHER = {
    "衡山路1号1栋1单元103室": "甲楼",
    "衡山路7号201室": "乙楼",
    "衡山路9号201室": "",
    "望江组": "",
}


def test_homes_find_the_houses_that_are_known(grid: str) -> None:
    houses()
    homes()
    assert lies_in() == TOGETHER
    take(as_csv(ROWS))
    implied = {line: house for line, house in lies_in().items() if line not in TOGETHER}
    assert implied == {"衡山路1号1栋1单元101室": "甲楼", "衡山路1号1栋1单元102室": "甲楼"}


def test_houses_find_the_homes_that_are_known_and_the_map_shows_them(grid: str) -> None:
    homes()
    assert set(lies_in().values()) == {""}
    houses(at=LATER)
    assert lies_in() == TOGETHER
    worker = make_person(Role.GRID_WORKER, grid=Grid.objects.get(code=grid))
    who = Who.of(worker, LATER)
    counted = {str(one): one.homes for one in houses_of(grid, who, LATER).rows}
    assert counted == {"甲楼": 1, "乙楼": 1, "丙楼": 0}
    alone = [one.address.line for one in alone_in(grid, who, LATER).rows]
    assert sorted(alone) == ["望江组", "衡山路9号201室"]


def test_one_workbook_with_both_is_whole_in_whatever_order(grid: str) -> None:
    book = {"人": [HEAD, *ROWS], "楼": [["地址", "楼栋名称", "层数"], [*HOUSES[0], 6]]}
    take(as_xlsx(book), MIXED)
    assert set(lies_in().values()) == {"甲楼"}


def test_a_home_of_two_buildings_waits_for_a_person(grid: str) -> None:
    two = [["衡山路1号1栋", "甲楼"], ["衡山路1号1栋2单元", "丁楼"]]
    homes(HOMES[:1])
    houses(two, at=LATER)
    homes([["衡山路1号1栋1单元104室", "自住"]], at=LATER)
    assert set(lies_in().values()) == {""}
    assert building_of(Dwelling.objects.all()[0].address) is None


def test_taking_houses_back_leaves_the_homes_that_were_there_before(grid: str) -> None:
    homes()
    made = houses(at=LATER)
    homes([["衡山路7号301室", "自住"]], at=LATER + timedelta(hours=1))
    undone = undo_import(run_id=run_of(made), by=None, at=LATER, act_id=new_id())
    # The house that a home was added to since stays, with all its homes.
    assert undone.removed["building"] == 2
    assert [str(one) for one in Building.objects.all()] == ["乙楼"]
    told = {**TOGETHER, "衡山路1号1栋1单元103室": "", "衡山路7号301室": "乙楼"}
    assert lies_in() == told


def test_finding_houses_costs_no_query_a_row(grid: str) -> None:
    houses()

    def asked(first: int, many: int) -> int:
        rows = [[f"衡山路1号1栋1单元{first + nth}室", "自住"] for nth in range(many)]
        with CaptureQueriesContext(
            connection,
        ) as counted:
            homes(rows)
        return len(counted)

    asked(100, 1)
    assert asked(200, 90) <= asked(400, 5) + 2
