"""Search by words page by page: each match once, the newest first, whichever way it is found."""

from datetime import timedelta

import pytest

from linli.cases.models import Case, Category
from linli.cases.queries import search
from linli.cases.queries.search import search_page
from tests.factories import NOW, make_case, make_category

pytestmark = pytest.mark.django_db

# With so few near and so few to sort, ten cases go all the ways that a million go.
WAYS = [(5_000, 2_000), (3, 2_000), (3, 4), (0, 1)]


@pytest.fixture
def category() -> Category:
    return make_category()


@pytest.fixture(params=WAYS, ids=lambda way: f"near {way[0]}, few {way[1]}")
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    near, few = request.param
    monkeypatch.setattr(search, "_NEAR", near)
    monkeypatch.setattr(search, "_FEW", few)


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
