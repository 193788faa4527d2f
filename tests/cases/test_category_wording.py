"""A name of a category is about a matter; what seems to be about a person is noticed."""

import pytest

from linli.cases.rules.wording import Doubt, doubt_about


@pytest.mark.parametrize(
    "name",
    [
        "路灯不亮", "高空抛物", "张贴小广告", "陈旧设施", "杨树飞絮", "胡同口堵塞",
        "王家庄户外广告",
        "李子树枯死", "白色污染", "马路积水", "Street light out", "Drain blocked", "12345热线回访",
    ],
)  # fmt: skip
def test_a_matter_is_let_pass(name: str) -> None:
    assert doubt_about(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "张三扰民", "王小明", "张伟", "欧阳小红投诉", "张伟家漏水", "李某某", "高某欠薪", "王主任",
        "关于李老师乱收费", "Mr Smith", "Dr. Wang noise", "13912345678 噪声",
    ],
)  # fmt: skip
def test_what_names_a_person_is_noticed(name: str) -> None:
    assert doubt_about(f" {name}") is Doubt.PERSON


@pytest.mark.parametrize(
    "name", ["重点人群走访", "社区矫正", "Key persons", "Petitioners' list petition"]
)
def test_what_is_about_a_kind_of_person_is_noticed(name: str) -> None:
    assert doubt_about(name) is Doubt.KIND
