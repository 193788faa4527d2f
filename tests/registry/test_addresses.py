"""One address in whatever spelling is one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.rules.addresses import ABSENT, Parts, line_of, normal, parse

_SIGNS = "零一二三四五六七八九"


def numeral(value: int) -> str:
    """Spell a number below 1000 as people do."""
    if value < 10:
        return _SIGNS[value]
    if value < 20:
        return "十" + (_SIGNS[value % 10] if value % 10 else "")
    if value < 100:
        return _SIGNS[value // 10] + "十" + (_SIGNS[value % 10] if value % 10 else "")
    rest = value % 100
    tail = "" if not rest else "零" + _SIGNS[rest] if rest < 10 else numeral_of_tens(rest)
    return _SIGNS[value // 100] + "百" + tail


def numeral_of_tens(value: int) -> str:
    return _SIGNS[value // 10] + "十" + (_SIGNS[value % 10] if value % 10 else "")


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@st.composite
def spelled(draw: st.DrawFn) -> tuple[Parts, str]:
    """Draw an address and one of its many spellings."""
    number, building = draw(st.integers(1, 999)), draw(st.integers(1, 60))
    unit, room = draw(st.integers(1, 9)), draw(st.integers(101, 3299))
    street = draw(
        st.sampled_from(["衡山路", "金月街", "五一路", "金沙小区", "枫林花园", "水濂苑", "3组"])
    )
    has_number = draw(st.booleans())

    def digits(value: int) -> str:
        return draw(st.sampled_from([str(value), wide(str(value)), numeral(value)]))

    text = draw(st.sampled_from(["", "南岳区", "湖南省衡阳市南岳区南岳镇", "南岳区祝融街道"]))
    text += draw(st.sampled_from(["红星村", "红星村村委会", "金沙社区", "金沙社区居委会"]))
    village = "红星村" if "红星" in text else "金沙社区"
    shown = street
    if street == "3组":
        shown = draw(st.sampled_from(["3组", "三组", "第三组", "３村民小组", "第三村民小组"]))
    text += draw(st.sampled_from(["", " ", "，"])) + shown
    if has_number:
        text += digits(number) + "号"
    if draw(st.booleans()):
        block = draw(st.sampled_from(["栋", "幢", "号楼", "座"]))
        text += digits(building) + block + draw(st.sampled_from(["", " "]))
        text += digits(unit) + "单元" + draw(st.sampled_from(["", " ", "5楼", "五层"]))
        text += draw(st.sampled_from([str(room), wide(str(room))]))
        text += draw(st.sampled_from(["室", "房", "户", "号房", "号", ""]))
    else:
        dash = draw(st.sampled_from("-－—–"))
        text += draw(st.sampled_from([" ", ""])) if not has_number and street != "3组" else " "
        text += f"{building}{dash}{unit}{dash}{room}"
    parts = Parts(
        village,
        street,
        f"{number}号" if has_number else ABSENT,
        f"{building}栋",
        f"{unit}单元",
        f"{room}室",
    )
    return parts, text


@given(spelled())
def test_every_spelling_of_an_address_gives_the_same_parts_and_line(one: tuple[Parts, str]) -> None:
    parts, text = one
    assert parse(text) == parts
    assert line_of(parse(text)) == line_of(parts)


@given(spelled())
def test_columns_of_their_own_give_the_same_as_one_text(one: tuple[Parts, str]) -> None:
    parts, _ = one
    bare = Parts(
        f"南岳区{parts.village}",
        parts.street,
        parts.number.removesuffix("号"),
        parts.building.removesuffix("栋"),
        parts.unit.removesuffix("单元"),
        parts.room.removesuffix("室"),
    )
    assert normal(bare) == parts
    assert normal(parts) == parts


@given(st.text(alphabet="南岳区镇红星村路小组栋单元室号楼层第三五十1234-A# ，户附之0", max_size=24))
def test_a_line_read_again_is_the_same_line_or_none_breaks(text: str) -> None:
    parts = parse(text)
    assert all(getattr(parts, name) for name in Parts.__dataclass_fields__)
    assert line_of(parts)
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("金沙小区3-1-502", "金沙小区3栋1单元502室"),
        ("金沙小区 3 1 502", "金沙小区3栋1单元502室"),
        ("金沙小区3栋1-502", "金沙小区3栋1单元502室"),
        ("金沙小区3-502", "金沙小区3栋502室"),
        ("3栋1单元5-2", "3栋1单元5-2室"),
        ("红星村三组12-1", "3组12-1号"),
        ("红星村三组12号附1号", "3组12-1号"),
        ("红星村三组12之1号", "3组12-1号"),
        ("衡山路88", "衡山路88号"),
        ("衡山路88号院3号楼502", "衡山路88号3栋502室"),
        ("衡山路88号502", "衡山路88号502室"),
        ("衡山路88号5号", "衡山路88号5室"),
        ("衡山路88号1-502", "衡山路88号1栋502室"),
        ("衡山路88号1-5", "衡山路88号1栋5室"),
        ("衡山路二段八十八号", "衡山路2段88号"),
        ("五一路一百零五号", "五一路105号"),
        ("五一路一百二十号", "五一路120号"),
        ("十二栋五〇二室", "12栋502室"),
        ("A座1203", "A栋1203室"),
        ("a座 1203房", "A栋1203室"),
        ("5#楼东户", "5栋东户"),
        ("5#502", "5栋502室"),
        ("东单元502", "东单元502室"),
        ("金沙小区3栋5楼502", "金沙小区3栋502室"),
        ("金沙小区3栋5楼", "金沙小区3栋5层"),
        ("金沙小区3栋5楼3层", "金沙小区3栋5层"),
        ("西街12号二楼", "西街12号2层"),
        ("3栋商铺2", "3栋商铺2"),
        ("03栋01单元0502室", "3栋1单元502室"),
        ("3栋4栋", "3栋4栋"),
        ("红星新村3栋", "红星新村3栋"),
        ("阳光城市花园3栋", "阳光城市花园3栋"),
        ("利民超市", "利民超市"),
        ("", ABSENT),
        ("红星村", ABSENT),
    ],
)
def test_spellings_that_people_use(text: str, line: str) -> None:
    assert line_of(parse(text)) == line
    if line != ABSENT:
        assert line_of(parse(line)) == line


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("南岳区南岳镇红星村3组", "红星村"),
        ("金月居委会西街", "金月社区"),
        ("水濂村村委会 5组", "水濂村"),
        ("水濂村民委员会 5组", "水濂村"),
        ("金沙小区3栋", ABSENT),
    ],
)
def test_the_village_is_told_apart(text: str, village: str) -> None:
    assert parse(text).village == village


def test_cells_of_parts_may_say_more_than_their_column() -> None:
    assert normal(Parts(street="衡山路88号", building="3#", unit="A", room="501室")) == Parts(
        ABSENT, "衡山路", "88号", "3栋", "A单元", "501室"
    )
    assert normal(Parts(village="红星", street="-", room="金沙小区3栋502")) == Parts(
        "红星", "金沙小区", ABSENT, "3栋", ABSENT, "502室"
    )
    assert normal(Parts()) == Parts()
