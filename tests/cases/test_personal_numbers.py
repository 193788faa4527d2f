"""Numbers of persons are found however they are typed; other numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases.rules.personal_numbers import NumberKind, Span, personal_numbers, without

# Made up: a valid check digit over a date and an order number nobody was asked for.
IDENTITY = "430412199003071233"


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("请联系13800138000", NumberKind.MOBILE, "13800138000"),
        ("电话 138 0013 8000，晚上在家", NumberKind.MOBILE, "13800138000"),
        ("138-0013-8000", NumberKind.MOBILE, "13800138000"),
        ("１３８００１３８０００", NumberKind.MOBILE, "13800138000"),
        ("+86 13800138000", NumberKind.MOBILE, "13800138000"),
        ("0086-138-0013-8000", NumberKind.MOBILE, "13800138000"),
        ("打一三八零零幺三八零零零找我", NumberKind.MOBILE, "13800138000"),
        ("身份证四三〇四一二一九九〇〇三〇七一二三三", NumberKind.IDENTITY, IDENTITY),
        ("统一13800138000", NumberKind.MOBILE, "13800138000"),
        ("家里0734-5661234", NumberKind.LANDLINE, "07345661234"),
        ("（0734）5661234", NumberKind.LANDLINE, "07345661234"),
        ("0734 566 1234", NumberKind.LANDLINE, "07345661234"),
        ("07345661234", NumberKind.LANDLINE, "07345661234"),
        ("010-62345678", NumberKind.LANDLINE, "01062345678"),
        ("座机是5661234。", NumberKind.LANDLINE, "5661234"),
        (f"身份证{IDENTITY}", NumberKind.IDENTITY, IDENTITY),
        ("430412 19900307 1233", NumberKind.IDENTITY, IDENTITY),
        ("430412 19900307123 3", NumberKind.IDENTITY, IDENTITY),
        ("４３０４１２１９９００３０７１２３３", NumberKind.IDENTITY, IDENTITY),
    ],
)
def test_a_number_of_a_person_is_found(text: str, kind: NumberKind, number: str) -> None:
    (span,) = personal_numbers(text)
    assert (span.kind, span.number) == (kind, number)


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月23日上午9点",
        "2026-11-23 09:30:00",
        "工单编号13800138000",
        "户号：13800138000 停水",
        "案卷 43041220261123000017",
        "网格430412001002001",
        "祝融路138号2栋1单元1203室",
        "共计13800138000元",
        "拖欠工资13800元，面积138.5平方米",
        "拨打12345、110、119、120无人接听",
        "客服4008123123",
        "430412199003071234",
        "统一社会信用代码914304123A1D2CUR40",
        "坐标112.7394780, 27.2286703",
        "银行卡6222021234567890123",
        "订单202611231380013800012",
        "工单 GD-13800138000-2",
        "138****8000",
        "电话打不通，5661元没退",
        "1 3 8 0 0 1 3 8 0 0 0",
        "第五六七一二三四五条",
        "一一一一一一一一一一一一",
        "区号不对020-5661234",
        "工单0734-5661234",
        "联系电话工单5661234",
    ],
)
def test_a_number_of_something_else_is_left_alone(text: str) -> None:
    assert personal_numbers(text) == ()


def test_several_numbers_are_found_each_once() -> None:
    text = f"张三13800138000/13900139000，家0734-5661234，证{IDENTITY}"
    assert [span.kind for span in personal_numbers(text)] == [
        NumberKind.MOBILE,
        NumberKind.MOBILE,
        NumberKind.LANDLINE,
        NumberKind.IDENTITY,
    ]


def test_a_telephone_number_before_an_identity_number_does_not_hide_it() -> None:
    kinds = [span.kind for span in personal_numbers(f"13800138000 {IDENTITY}")]
    assert kinds == [NumberKind.MOBILE, NumberKind.IDENTITY]


def test_the_text_without_its_numbers_says_that_they_were_moved() -> None:
    text = f"我是住户，电话138 0013 8000，身份证{IDENTITY}，水管漏水"
    assert without(text, personal_numbers(text)) == (
        "我是住户，电话〔电话已移存〕，身份证〔身份证号已移存〕，水管漏水"
    )


def test_only_the_numbers_a_person_chose_are_moved() -> None:
    text = "13800138000 或 13900139000"
    first, _second = personal_numbers(text)
    assert without(text, [first]) == "〔电话已移存〕 或 13900139000"


@given(st.text(alphabet="0123456789 -+()Xx〇一二三电话：号元", max_size=80))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    spans = personal_numbers(text)
    ends = [0, *[span.end for span in spans]]
    for end, span in zip(ends, spans, strict=False):
        assert end <= span.start < span.end <= len(text)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_mobile_number_between_chinese_words_is_always_found(before: str, after: str) -> None:
    text = f"{before}。，，，，，，，手机13800138000，{after}"
    assert Span(
        len(before) + 10, len(before) + 21, NumberKind.MOBILE, "13800138000"
    ) in personal_numbers(text)
