"""The burden meter counts what forms ask, for each office and month, and never a person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.answering import Answers, answer_form
from linli.registry.actions.asking import end_form
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.models import DataForm, Every, RecordKind
from linli.registry.queries.burden import (
    UPKEEP,
    Burden,
    Month,
    burden_in,
    month_called,
    months_until,
    total_of,
)
from linli.registry.rules.admission import Tally, load_of
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person, make_unit
from tests.registry.asked import admitted, asked
from tests.registry.ground import act
from tests.registry.persons import make_dwelling

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid, name="演示网格员甲")


def in_month(month: Month) -> dict[str, Burden]:
    return {one.requester: one for one in burden_in(month)}


def test_a_form_weighs_columns_by_people_by_frequency(grid: Grid) -> None:
    form = admitted(requester="区应急管理局", people=20, times=2)
    load = load_of(Tally(form.facts, form.known), people=20, times=2, months=1)
    found = in_month(MARCH)["区应急管理局"]
    assert (found.asked, found.known) == (load.asked, load.known) == (200, 80)
    assert (found.spared, found.typed) == (0, 0)


def test_quarterly_and_yearly_forms_weigh_a_part_of_it() -> None:
    admitted(requester="甲局", people=30, times=1, every=Every.QUARTER)
    admitted(requester="乙局", people=24, times=1, every=Every.YEAR)
    found = in_month(MARCH)
    assert (found["甲局"].asked, found["乙局"].asked) == (50, 10)


def test_a_form_weighs_from_its_admission_to_its_end() -> None:
    form = admitted(requester="甲局", ends_on=date(2026, 5, 31))
    months = [Month(2026, number) for number in range(1, 8)]
    assert [bool(in_month(one)) for one in months] == [False, False, True, True, True, False, False]
    at = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
    end_form(form_id=form.pk, by=form.asked_by, at=at, act_id=new_id())
    assert [bool(in_month(one)) for one in months] == [
        False,
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_what_was_refused_is_spared_in_its_month() -> None:
    officer = make_person(Role.UNIT_OFFICER, unit=make_unit())
    asked(officer, "房屋地址", "居住人数", requester="甲局", people=10, times=4)
    # A form that waits weighs nothing yet.
    asked(officer, requester="乙局")
    assert burden_in(MARCH) == [Burden("甲局", spared=80)]
    assert burden_in(MARCH.next) == []


def answer(form: DataForm, home: Any, worker: Person, heads: str) -> None:
    answers = Answers({"heads": heads}, frozenset(), home.version)
    answer_form(form=form, row=home, answers=answers, act=act(worker))


def test_what_is_typed_counts_for_the_office_and_upkeep_for_nobody(
    grid: Grid, worker: Person
) -> None:
    form = admitted("居住人数", "甲", "乙", requester="区应急管理局")
    homes = [make_dwelling(grid) for _number in range(3)]
    for home in homes[:2]:
        answer(form, home, worker, "4")
    change = Proposal(RecordKind.DWELLING, homes[2].pk, "heads", "2", homes[2].version)
    propose_change(proposal=change, act=act(worker))
    found = burden_in(MARCH)
    assert [(one.requester, one.typed) for one in found] == [("区应急管理局", 2), (UPKEEP, 1)]
    assert total_of(found).typed == 3
    # No name of a worker is in what the meter returns.
    assert "演示网格员甲" not in str(found)


def test_a_month_costs_one_query(grid: Grid, worker: Person) -> None:
    for number in range(5):
        form = admitted("居住人数", "甲", "乙", requester=f"局{number}")
        answer(form, make_dwelling(grid), worker, "4")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(burden_in(MARCH)) == 5
    assert len(queries) == 1


def test_months_turn_at_local_midnight_and_over_the_year() -> None:
    begin, end = Month(2026, 12).bounds
    assert begin == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    last = [one.code for one in months_until(date(2026, 2, 5), 3)]
    assert last == ["2026-02", "2026-01", "2025-12"]
    assert month_called("2025-12", date(2026, 2, 5)) == Month(2025, 12)
    assert month_called("1990-01' OR 1", date(2026, 2, 5)) == Month(2026, 2)


def test_all_staff_read_the_meter(client: Client) -> None:
    today = NOW.now(UTC)
    admitted(requester="区应急管理局", ends_on=(today + timedelta(days=40)).date(), at=today)
    client.force_login(make_person(Role.CALLER))
    page = client.get("/registry/burden/").content.decode()
    assert "区应急管理局" in page
    assert ">200<" in page.replace("\n", "").replace(" ", "")
    assert client.get("/registry/burden/?month=none").status_code == 200
