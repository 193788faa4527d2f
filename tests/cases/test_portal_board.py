"""The board: totals only; what is small, or would give it away, is withheld."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from linli.cases.actions import checking, conversing
from linli.cases.actions.freezing import freeze_last_month
from linli.cases.models import Case, Category, FrozenMonth
from linli.cases.queries.portal_board import board
from linli.cases.rules.workflow import CaseState
from linli.kernel.disclosure import CAREFUL_LEAST, LEAST, Cell, disclosed, least_of
from tests.factories import Crew, make_case, make_category, make_grid, middle, order


def test_small_counts_are_withheld_and_one_alone_is_protected() -> None:
    cells = disclosed({"n": [3, 20, 7, 0]})["n"]
    assert cells == [Cell(None, small=True), Cell(20), Cell(None), Cell(0)]


def test_two_that_sum_to_less_than_five_take_a_third() -> None:
    cells = disclosed({"n": [1, 2, 30, 9]})["n"]
    assert [cell.figure for cell in cells] == [None, None, 30, None]


def test_a_withheld_count_takes_its_row_along() -> None:
    cells = disclosed({"received": [20, 30, 40], "closed": [17, 28, 2]})
    assert [cell.figure for cell in cells["received"]][2] is None
    assert sum(cell.figure is None for cell in cells["received"]) >= 2
    assert sum(cell.figure is None for cell in cells["closed"]) >= 2


def test_disputes_and_minors_are_counted_from_ten_on() -> None:
    rows = [least_of(name) for name in ("市政设施", "邻里纠纷", "未成年人保护", "Child care")]
    assert rows == [LEAST, CAREFUL_LEAST, CAREFUL_LEAST, CAREFUL_LEAST]
    assert least_of("Interminable works") == LEAST
    cells = disclosed({"n": [7, 7, 30, 40]}, [5, 10, 5, 5])["n"]
    assert [cell.figure for cell in cells] == [None, None, 30, 40]
    assert cells[1] == Cell(None, small=True, least=10)
    assert not cells[0].small
    alone = disclosed({"n": [30, 9, 5, 40]}, [5, 10, 5, 5])["n"]
    assert [cell.figure for cell in alone] == [30, None, None, 40]


def test_what_hides_a_careful_row_sums_to_ten() -> None:
    cells = disclosed({"n": [1, 6, 30, 40]}, [10, 5, 5, 5])["n"]
    assert [cell.figure for cell in cells] == [None, None, None, 40]


@pytest.mark.django_db
def test_a_category_that_holds_disputes_is_counted_from_ten_on_the_board(client: Client) -> None:
    cache.clear()
    top = make_category(name="社区治理", code="09")
    below = make_category(name="邻里纠纷", code="0901")
    Category.objects.filter(pk=below.pk).update(parent=top)
    lamp = make_category(name="路灯", code="01")
    for _many in range(7):
        make_case(category=top, at=timezone.now())
        make_case(category=lamp, at=timezone.now())
    rows = {row.name: row for row in board(timezone.now()).categories}
    assert rows["社区治理"].received == Cell(None, small=True, least=10)
    assert "&lt;10" in client.get("/board/").content.decode()


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(
            *[st.lists(st.integers(0, 30), min_size=n, max_size=n) for _ in range(3)]
        )
    )
)
def test_no_small_count_can_be_worked_out_from_the_total(columns: tuple[list[int], ...]) -> None:
    table = {str(index): column for index, column in enumerate(columns)}
    for name, cells in disclosed(table).items():
        hidden = [
            count for count, cell in zip(table[name], cells, strict=True) if cell.figure is None
        ]
        shown = [cell.figure for cell in cells if cell.figure is not None]
        assert not any(0 < figure < 5 for figure in shown)
        nothing_left = not any(shown)
        assert not hidden or (len(hidden) >= 2 and sum(hidden) >= 5) or nothing_left


@pytest.mark.django_db
def test_the_board_counts_and_names_nobody(client: Client) -> None:
    cache.clear()
    crew, now = Crew(), timezone.now()
    make_grid()
    lon, lat = middle()
    category = make_category("供水管道漏水")
    for number in range(6):
        make_case(category, at=now - timedelta(days=number), title="机密标题")
    shelved = crew.bring(
        make_case(category, at=now, title="机密标题", lon=lon, lat=lat, description="机密描述"),
        CaseState.REGISTERED,
        now,
    )
    words = "等待管网改造，联系13912345678"
    conversing.shelve(order=order(shelved, crew.supervisor, now, words=words, note="机密记录"))
    shown = client.get("/board/").content.decode()
    assert "机密" not in shown
    assert shelved.number not in shown
    assert "13912345678" not in shown
    assert "等待管网改造" in shown
    assert "演示社区" in shown
    made = board(now)
    assert (made.received, made.open, made.closed) == (7, 7, 0)
    assert made.categories[0].received == Cell(7)
    assert made.median_days is None


@pytest.mark.django_db
def test_the_board_is_kept_for_some_minutes(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    cache.clear()
    client.get("/board/")
    make_case(at=timezone.now())
    with django_assert_max_num_queries(3):
        page = client.get("/board/").content.decode()
    assert "供水管道漏水" not in page


@pytest.mark.django_db
def test_what_is_older_than_twelve_months_is_not_counted() -> None:
    now = timezone.now()
    make_case(at=now - timedelta(days=400))
    make_case(at=now)
    assert board(now).received == 1


@pytest.mark.django_db
def test_half_of_the_cases_were_closed_within_the_median() -> None:
    crew, now = Crew(), timezone.now()
    category = make_category()
    for days in (1, 2, 3, 4, 20):
        at = now - timedelta(days=30)
        case = crew.bring(make_case(category, at=at), CaseState.CHECKED, at)
        checking.close(order=order(case, crew.caller, at + timedelta(days=days)))
    made = board(now)
    assert (made.closed, made.median_days) == (5, 3)
    assert made.categories[0].median_days == 3


@pytest.mark.django_db
def test_a_month_that_is_over_changes_no_more() -> None:
    october, november = (datetime(2026, month, 3, 2, tzinfo=UTC) for month in (10, 11))
    cases = [make_case(at=october) for _many in range(8)]
    make_case(at=november)
    assert freeze_last_month(at=november) == 0
    assert freeze_last_month(at=november + timedelta(days=2)) == 1
    assert freeze_last_month(at=november + timedelta(days=3)) == 0
    Case.objects.filter(pk__in=[case.pk for case in cases[:6]]).update(state="voided")
    rows = {row.name: row for row in board(november + timedelta(days=4)).months}
    assert rows["2026-10"].received == Cell(None)
    assert FrozenMonth.objects.get().received == 8
    for _many in range(9):
        make_case(at=november)
    rows = {row.name: row for row in board(november + timedelta(days=4)).months}
    assert (rows["2026-10"].received, rows["2026-11"].received) == (Cell(8), Cell(10))
    assert freeze_last_month(at=november + timedelta(days=40)) == 1
    assert {row.month: row.received for row in FrozenMonth.objects.all()} == {
        "2026-10": 8,
        "2026-11": 10,
    }
