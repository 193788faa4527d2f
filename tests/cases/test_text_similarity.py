"""Two people telling one matter in their own words read alike; two matters do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases.rules.text import similarity

SAME_MATTER = [
    ("祝融路与北街交叉口路灯不亮，晚上出行不便", "北街和祝融路交叉口的路灯晚上不亮"),
    ("垃圾桶满了没人清理", "垃圾桶满溢，无人清运"),
    ("请问医保参保怎么办理", "医保参保如何办理？"),
    ("Street light out at Main st", "street light outage main street"),
]
OTHER_MATTER = [
    ("祝融路与北街交叉口路灯不亮，晚上出行不便", "金月社区菜市场旁污水外溢"),
    ("希望尽快处理，谢谢，路灯不亮", "希望尽快处理，谢谢，井盖破损"),
    ("楼上装修噪音扰民", "门前道路塌陷有坑"),
]


@pytest.mark.parametrize(("one", "other"), SAME_MATTER)
def test_one_matter_in_two_wordings_is_alike(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.5


@pytest.mark.parametrize(("one", "other"), OTHER_MATTER)
def test_two_matters_are_not_alike_even_with_the_same_courtesies(one: str, other: str) -> None:
    assert similarity(one, other) < 0.3


def test_a_bare_word_inside_a_long_report_does_not_make_it_the_same() -> None:
    assert similarity("路灯", "祝融路与北街交叉口路灯不亮，晚上出行不便，已经三天") < 0.4


def test_an_empty_text_is_like_nothing() -> None:
    assert similarity("", "路灯") == 0.0
    assert similarity("，。", "，。") == 0.0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    value = similarity(one, other)
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(similarity(other, one))


@given(st.text(alphabet="祝融路灯不亮污水abc12", min_size=1, max_size=30))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert similarity(text, text) == 1.0
