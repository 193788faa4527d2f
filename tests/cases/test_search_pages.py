"""Search by words page by page: each match once, the newest first, whichever way it is found."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.cases.models import Case, Category
from linli.cases.queries import search_postgresql as search
from linli.cases.queries.search import search_page
from tests.factories import NOW, make_case, make_category

pytestmark = pytest.mark.django_db

# With so few near and so few to sort, ten cases go all the ways that a million go.
WAYS = [(5_000, 2_000), (3, 2_000), (3, 4), (7, 4), (0, 1)]


@pytest.fixture
def category() -> Category:
    return make_category()


@pytest.fixture(params=WAYS, ids=lambda way: f"near {way[0]}, few {way[1]}")
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    near, few = request.param
    monkeypatch.setattr(search, "_NEAR", near)
    monkeypatch.setattr(search, "_FEW", few)
    monkeypatch.setattr(search, "_FURTHER", 2)
    monkeypatch.setattr(search, "_DENSE", 2)


def reported(category: Category, titles: list[str]) -> list[Case]:
    return [
        make_case(category, title=title, at=NOW + timedelta(minutes=place))
        for place, title in enumerate(titles)
    ]


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_follow_one_another_without_gap_or_repeat(category: Category, size: int) -> None:
    cases = reported(category, ["路灯不亮", "井盖破损", "路灯倾斜"] * 4)
    wanted = [one.pk for one in reversed(cases) if "路灯" in one.title]
    found, older = search_page(Case.objects.all(), "路灯", size=size)
    pages = [found]
    while older:
        found, older = search_page(Case.objects.all(), "路灯", older=older, size=size)
        pages.append(found)
    assert [one.pk for page in pages for one in page] == wanted
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.usefixtures("_way")
def test_a_rare_word_is_found_at_the_far_end(category: Category) -> None:
    cases = reported(category, ["蟠龙桥塌陷", *["路灯不亮"] * 9])
    found, older = search_page(Case.objects.all(), "蟠龙桥")
    assert [one.pk for one in found] == [cases[0].pk]
    assert older == ""


@pytest.mark.usefixtures("_way")
def test_a_word_that_nobody_wrote_finds_nothing(category: Category) -> None:
    reported(category, ["路灯不亮"] * 6)
    assert search_page(Case.objects.all(), "企鹅") == ([], "")


@pytest.mark.usefixtures("_way")
def test_matches_outside_a_selection_are_passed_over(category: Category) -> None:
    cases = reported(category, ["路灯不亮"] * 9)
    chosen = Case.objects.filter(pk__in=[cases[0].pk, cases[4].pk])
    found, older = search_page(chosen, "路灯", size=1)
    assert [one.pk for one in found] == [cases[4].pk]
    rest, end = search_page(chosen, "路灯", older=older, size=1)
    assert [one.pk for one in rest] == [cases[0].pk]
    assert end == ""


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("sorted_up_to", [1, 20_000])
def test_a_selection_is_searched_page_by_page(
    category: Category, monkeypatch: pytest.MonkeyPatch, sorted_up_to: int
) -> None:
    monkeypatch.setattr(search, "_SORTED", sorted_up_to)
    cases = reported(category, ["路灯不亮", "井盖破损", "路灯倾斜"] * 4)
    Case.objects.filter(pk__in=[one.pk for one in cases[3:]]).update(colour="red")
    wanted = [one.pk for one in reversed(cases[3:]) if "路灯" in one.title]
    red = Case.objects.filter(colour="red")
    found, older = search_page(red, "路灯", size=4)
    rest, end = search_page(red, "路灯", older=older, size=4)
    assert [one.pk for one in [*found, *rest]] == wanted
    assert (len(found), len(rest), end) == (4, 2, "")
    assert search_page(red, "企鹅") == search_page(red, "！") == ([], "")
    assert search_page(red.filter(pk__in=[]), "路灯") == ([], "")


def test_a_number_between_single_signs_is_found_among_what_the_number_finds(
    category: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_NEAR", 0)
    cases = reported(category, ["路灯第903次坏", "井盖903号", "第一次路灯坏", "路灯不亮"])
    with CaptureQueriesContext(connection) as asked:
        found, _older = search_page(Case.objects.all(), "第903次")
    assert [one.pk for one in found] == [cases[0].pk]
    if connection.vendor == "postgresql":
        # No index is asked for a sign: it would go through every pair that begins with it.
        conditions = [one["sql"].partition("WHERE")[2] for one in asked.captured_queries]
        assert not [sql for sql in conditions if "AND rowid" in sql and ":*" in sql.split("AND")[0]]


def test_how_many_questions_a_search_asks_does_not_hang_on_the_selection(
    category: Category,
) -> None:
    """Else a word that is common among what is passed over is asked for batch by batch."""
    cases = reported(category, ["路灯不亮"] * 30)
    Case.objects.filter(pk=cases[0].pk).update(colour="red")
    with CaptureQueriesContext(connection) as asked:
        found, _older = search_page(Case.objects.filter(colour="red"), "路灯", size=1)
    assert [one.pk for one in found] == [cases[0].pk]
    assert len(asked) <= 4
