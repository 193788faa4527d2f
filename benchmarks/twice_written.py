"""Invented districts in which two senders wrote down some of the same: the answer is known."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from linli.registry.rules.linking.disguise import Disguise
from linli.registry.rules.linking.rows import (
    DwellingFacts,
    OrganisationFacts,
    ResidentFacts,
    Row,
    Spot,
    dwelling_row,
    organisation_row,
    resident_row,
)

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂辉玲华红建国文志海燕春梅玉珍凤云"
    "龙飞鹏宇浩然子轩欣怡佳雨晨博思远嘉琪晓东小林清荣德福贵生成祥庆安康宁松柏竹菊莲香"
    "雪冰雷雨虹霜露溪河江湖洋波涛"
)
_SHOPS = ("餐饮店", "便利店", "五金店", "药房", "理发店", "服装店", "民宿", "茶馆", "超市")
_WORDS = "衡岳祝融南天门福寿云海松竹梅兰金银玉泉龙凤和顺兴旺发达祥瑞康宁安泰丰盛华美佳宜"
_VILLAGES = 58
Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class District:
    """Rows in disguise, and the pairs of their numbers that are one and the same."""

    rows: Sequence[Row]
    truth: Pairs


def _name(dice: random.Random, surname: str = "") -> str:
    rank = min(int(dice.expovariate(0.09)), len(_SURNAMES) - 1)
    given = "".join(dice.choices(_GIVEN, k=1 if dice.random() < 0.14 else 2))
    return (surname or _SURNAMES[rank]) + given


def _telephone(dice: random.Random) -> str:
    return f"199{dice.randrange(10**8):08d}"


def _spots(dice: random.Random, count: int) -> Iterator[Spot]:
    """Yield addresses: two thirds in blocks of flats, the others houses of groups."""
    made = 0
    while made < count:
        village, street = f"村{dice.randrange(_VILLAGES):02d}", f"衡{dice.choice(_WORDS)}路"
        if dice.random() < 0.02:
            for room in range(1, 41):
                floor = f"{(room - 1) // 4 + 1}0{(room - 1) % 4 + 1}"
                unit = str(dice.choice((1, 2))) if room % 3 else "3"
                yield Spot(village, street, f"{made}", "1", unit, floor)
            made += 40
        else:
            yield Spot(village, f"{dice.randrange(1, 9)}组", f"{made}", "无", "无", "无")
            made += 1


def _household(dice: random.Random, home: int, spot: Spot) -> Iterator[ResidentFacts]:
    """Yield people who share a telephone as families do, and signs of their names."""
    shared, father = _telephone(dice), _name(dice)
    born, sign = dice.randrange(1940, 1995), dice.choice(_GIVEN)
    for place in range(dice.choice((1, 2, 3, 3, 4, 4, 5, 7))):
        name, year = father, born
        if place == 1:
            name, year = _name(dice), born + dice.randrange(-6, 7)
        elif place > 1:
            # Brothers and sisters often share a sign, and are born within some years.
            name = father[0] + sign + dice.choice(_GIVEN) if dice.random() < 0.5 else ""
            name, year = name or _name(dice, father[0]), born + 25 + dice.randrange(0, 8)
        own = shared if place and dice.random() < 0.45 else _telephone(dice)
        own = "" if dice.random() < 0.12 else shared if place == 0 else own
        yield ResidentFacts(name, own, home, spot, year, b"", "", "甲")


def _mistyped(dice: random.Random, text: str, signs: str) -> str:
    at = dice.randrange(1 if len(text) > 2 else len(text) - 1, len(text))
    return text[:at] + dice.choice([sign for sign in signs if sign != text[at]]) + text[at + 1 :]


def _again(dice: random.Random, one: ResidentFacts, moved: tuple[int, Spot]) -> ResidentFacts:
    """Return the same person as another office wrote them down."""
    told = replace(one, sender="乙")
    if dice.random() < 0.25:
        told = replace(told, name=_mistyped(dice, one.name, _GIVEN))
    luck = dice.random()
    if luck < 0.25:
        told = replace(told, telephone=_telephone(dice))
    elif luck < 0.4:
        told = replace(told, telephone="")
    elif luck < 0.5 and one.telephone:
        told = replace(told, telephone=_mistyped(dice, one.telephone, "0123456789"))
    if dice.random() < 0.15:
        told = replace(told, home=moved[0], spot=moved[1])
    luck = dice.random()
    if luck < 0.15:
        told = replace(told, born=None)
    elif luck < 0.25:
        told = replace(told, born=(one.born or 0) + dice.choice((-1, 1)))
    return told


def _is_recognised(a: ResidentFacts, b: ResidentFacts) -> bool:
    """An import recognises them by itself: no record of its own, and nobody is asked."""
    fits = a.born is None or b.born is None or a.born == b.born
    is_there = a.home == b.home or (a.telephone != "" and a.telephone == b.telephone)
    return a.name == b.name and fits and is_there


def residents(many: int, share: float = 0.08, seed: int = 7) -> District:
    """Return about so many residents; a share of them was written down by a second office."""
    dice, hide = random.Random(seed), Disguise()
    spots = list(_spots(dice, many // 3))
    people = [one for home, spot in enumerate(spots) for one in _household(dice, home, spot)][:many]
    rows, truth = [resident_row(one, hide) for one in people], set()
    for number, one in enumerate(people):
        if dice.random() < share:
            home = dice.randrange(len(spots))
            told = _again(dice, one, (home, spots[home]))
            if not _is_recognised(one, told):
                truth.add((number, len(rows)))
                rows.append(resident_row(told, hide))
    return District(rows, truth)


def _otherwise(dice: random.Random, spot: Spot) -> Spot:
    """Return the address as another office spells it: a part left out, a slip, parts shifted."""
    if spot.unit == "无":
        # A house of which only the number is left: nobody can say of which group.
        return replace(spot, street="无") if dice.random() < 0.1 else spot
    slip = _mistyped(dice, spot.street[:-1], _WORDS) + "路"
    ways = (
        (8, replace(spot, unit="无")),
        (3, replace(spot, building="无")),
        (2, replace(spot, street="无")),
        (2, replace(spot, building="无", unit="无")),
        (3, replace(spot, street=slip)),
        (2, replace(spot, number=f"{spot.number}-{spot.building}", building="无")),
    )
    return dice.choices([way for _, way in ways], [often for often, _ in ways])[0]


def dwellings(many: int, share: float = 0.05, seed: int = 8) -> District:
    """Return about so many dwellings; some addresses came from a second office otherwise."""
    dice, hide = random.Random(seed), Disguise()
    spots = list(dict.fromkeys(_spots(dice, many)))
    seen, places, truth = set(spots), [], set()
    for spot in spots:
        area = None if dice.random() < 0.3 else round(dice.uniform(40, 160))
        places.append(DwellingFacts(spot, area, "甲"))
    for number, one in enumerate(places[:many]):
        told = _otherwise(dice, one.spot)
        if dice.random() < share and told not in seen:
            seen.add(told)
            area = one.area if dice.random() < 0.7 else None
            truth.add((number, len(places)))
            places.append(DwellingFacts(told, area, "乙"))
    return District([dwelling_row(one, hide) for one in places], truth)


def _shop(dice: random.Random, spot: Spot) -> OrganisationFacts:
    name = "".join(dice.choices(_WORDS, k=dice.choice((2, 2, 3)))) + dice.choice(_SHOPS)
    telephone = _telephone(dice).encode() if dice.random() < 0.8 else b""
    contact = _name(dice) if dice.random() < 0.8 else ""
    code = f"9143{dice.randrange(10**14):014d}" if dice.random() < 0.6 else ""
    return OrganisationFacts(name, code, telephone, contact, spot, spot, name[-3:], "甲")


def _shop_again(dice: random.Random, one: OrganisationFacts) -> OrganisationFacts:
    told = replace(one, sender="乙", code=one.code if dice.random() < 0.1 else "")
    luck = dice.random()
    if luck < 0.35:
        told = replace(told, name="南岳" + one.name)
    elif luck < 0.6:
        told = replace(told, name=_mistyped(dice, one.name[:-2], _WORDS) + one.name[-2:])
    else:
        spot = replace(one.spot, room=f"{dice.randrange(1, 9)}")
        told = replace(told, spot=spot, address=spot)
    luck = dice.random()
    if luck < 0.3:
        told = replace(told, telephone=_telephone(dice).encode())
    elif luck < 0.5:
        told = replace(told, contact="", telephone=b"")
    return told


def organisations(many: int, share: float = 0.08, seed: int = 9) -> District:
    """Return about so many organisations; a share of them came from a second office too."""
    dice, hide = random.Random(seed), Disguise()
    shops = [_shop(dice, spot) for spot in _spots(dice, many)][:many]
    told, truth = list(shops), set()
    for number, one in enumerate(shops):
        if dice.random() < share:
            again = _shop_again(dice, one)
            # An import recognises a code by itself.
            if not again.code:
                truth.add((number, len(told)))
                told.append(again)
    return District([organisation_row(one, hide) for one in told], truth)
