"""How complete, how fresh and how alike records are."""

from datetime import date

import pytest

from linli.registry.rules.coverage import Share, Tally, fresh_since, months_before
from linli.registry.rules.likeness import (
    Traits,
    organisation_reasons,
    organisations,
    persons,
    reasons,
)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 30), 1, date(2024, 2, 29)),
        (date(2026, 5, 31), 1, date(2026, 4, 30)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
    ],
)
def test_months_before_end_on_a_day_that_is(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_a_record_is_fresh_for_the_months_of_its_chief_fact() -> None:
    assert fresh_since("dwelling", date(2026, 6, 1)) == date(2025, 6, 1)


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 3, 33), (3, 3, 100), (None, 3, None), (0, 0, None)]
)
def test_a_share_is_rounded_down_and_absent_where_there_is_none(
    part: int | None, whole: int | None, percent: int | None
) -> None:
    assert Share(part, whole).percent == percent


def test_two_areas_are_put_together() -> None:
    assert Tally(3, 2, 1) + Tally(1, 1, 1) == Tally(4, 3, 2)


def likeness(a: str, b: str, years: tuple[int | None, int | None], telephone: bytes = b"") -> float:
    first, second = (
        Traits(name, telephone, year) for name, year in zip((a, b), years, strict=True)
    )
    return persons(first, second)


def test_a_year_of_birth_that_differs_speaks_against_one_person() -> None:
    assert likeness("王小河", "王小河", (1960, 1990)) == 0.7
    assert likeness("王小河", "王晓河", (1960, 1990)) == 0.0


def test_a_slip_in_a_name_counts_more_with_year_and_telephone() -> None:
    alone = likeness("王小河", "王晓河", (None, 1990))
    with_year = likeness("王小河", "王晓河", (1990, 1990))
    with_both = likeness("王小河", "王晓河", (1990, 1990), b"x")
    assert alone < with_year < with_both <= 0.95


def test_long_names_are_compared_sign_by_sign() -> None:
    same = likeness("Alexander Smith", "Alexander Smyth", (1990, 1990))
    other = likeness("Alexander Smith", "Bo Li Wang Chen", (1990, 1990))
    assert same > other
    assert organisations("衡山百货商店", "衡山百货商场") > organisations("衡山百货商店", "古镇米粉")


def test_what_agrees_of_two_is_told_in_codes_and_the_unknown_says_nothing() -> None:
    one = Traits("王小河", b"x", 1980)
    others = {
        "name_same": Traits("王小河", b"x", 1980),
        "name_slip": Traits("王晓河", b"y", 1981),
        "name_other": Traits("李大江", b"", None),
    }
    told = {key: reasons(one, other, share_a_home=True) for key, other in others.items()}
    assert told == {
        "name_same": ("name_same", "home_same", "telephone_same", "born_same"),
        "name_slip": ("name_slip", "home_same", "telephone_other", "born_near"),
        "name_other": ("name_other", "home_same"),
    }
    long = [Traits(name, b"", 1980) for name in ("Alexander Smith", "Alexandra Smyth")]
    other = Traits(long[1].name, b"", 1990)
    assert reasons(long[0], other, share_a_home=False) == (
        *("name_alike", "home_other", "born_other"),
    )


def test_what_agrees_of_two_organisations_is_told_in_codes() -> None:
    told = [
        organisation_reasons("衡岳餐饮", other, share_an_address=other != "衡岳茶饮店")
        for other in ("衡岳餐饮", "衡岳茶饮", "南岳衡岳餐饮", "衡岳茶饮店")
    ]
    assert [codes[0] for codes in told] == [
        *("title_same", "title_slip", "title_within", "title_alike"),
    ]
    assert told[0][1] == "address_same"
    assert told[-1][1] == "address_other"
