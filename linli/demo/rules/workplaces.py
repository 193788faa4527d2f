"""The demo's organisations and schools, in houses that stand there; all names are invented."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linli.demo.rules.divisions import DISTRICT_CODE, villages
from linli.demo.rules.homes import House, Spot
from linli.demo.rules.households import Homes
from linli.demo.rules.vocabulary import words

ORGANISATIONS, SCHOOLS = 689, 29
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

# (code, name, name in English, how many against others, what its places are called)
KINDS = (
    (
        "shop",
        "商店超市",
        "Shop or supermarket",
        30,
        ("便利店", "超市", "百货店", "五金店"),
    ),
    ("restaurant", "餐饮场所", "Restaurant", 22, ("餐馆", "面馆", "小吃店", "农家菜馆")),
    ("lodging", "宾馆民宿", "Hotel or guest house", 16, ("客栈", "民宿", "宾馆")),
    ("factory", "生产加工场所", "Workshop or factory", 8, ("食品作坊", "竹艺厂", "加工厂")),
    ("medical", "医疗机构", "Medical institution", 5, ("诊所", "卫生室", "药店")),
    ("entertainment", "文化娱乐场所", "Culture and entertainment", 5, ("书店", "影咖", "棋牌室")),
    ("farm", "种植养殖", "Farm", 6, ("种植合作社", "养殖合作社", "茶园")),
    ("delivery", "快递网点", "Parcel station", 4, ("快递驿站",)),
    ("incense", "香烛纸品经营", "Sale of incense and candles", 6, ("香烛店",)),
    ("other", "其他场所", "Other place", 4, ("汽修店", "家电维修店", "设计室")),
    ("school", "学校幼儿园", "School or kindergarten", 0, ()),
)
_STAGES = (
    ("kindergarten", "幼儿园", 13),
    ("primary", "小学", 9),
    ("middle", "中学", 4),
    ("nine_year", "学校", 2),
    ("high", "高级中学", 1),
)


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """An organisation; ``stage`` is set for a school."""

    house: int
    spot: Spot
    name: str
    kind: str
    credit_code: str
    staff: int | None
    contact: str
    telephone: str
    confirmed_on: date
    stage: str = ""
    pupils: int | None = None
    has_guard: bool | None = None


def credit_code(number: int) -> str:
    """Return a credit code with a right last sign and an organisation nobody can have."""
    body = f"91{DISTRICT_CODE}DEM0{number:05d}"
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return body + _SIGNS[(31 - total) % 31]


def _schools() -> Iterator[tuple[str, str, str]]:
    """Yield village, stage and name of each school, spread over the villages."""
    stages = [(stage, word) for stage, word, many in _STAGES for _one in range(many)]
    places = villages()
    for number, (stage, word) in enumerate(stages):
        village = places[(number * 7) % len(places)]
        short = village.name.removesuffix("社区").removesuffix("村")
        yield village.code, stage, f"{short}{word}（演示）"


def workplaces(
    houses: Sequence[House], homes: Homes, today: date, seed: int = 17
) -> Iterator[WorkPlan]:
    """Yield 29 schools, then as many others as make 689 organisations."""
    random = Random(seed)  # noqa: S311 - the same places every time is the point
    by_village: dict[str, list[int]] = {}
    for index, house in enumerate(houses):
        by_village.setdefault(house.spot.village, []).append(index)

    def plan(number: int, house: int, name: str, kind: str, **more: object) -> WorkPlan:
        return WorkPlan(
            house=house,
            spot=houses[house].spot,
            name=name,
            kind=kind,
            credit_code=credit_code(number) if random.random() < 0.94 else "",
            staff=random.randint(1, 24) if random.random() < 0.9 else None,
            contact=homes.name(),
            telephone=homes.telephone() if random.random() < 0.93 else "",
            confirmed_on=today - timedelta(days=random.randint(0, 700)),
            **more,  # type: ignore[arg-type]
        )

    for number, (village, stage, name) in enumerate(_schools()):
        more = {"stage": stage, "pupils": random.randint(60, 900), "has_guard": True}
        if random.random() < 0.2:
            more["has_guard"] = None
        yield plan(number, random.choice(by_village[village]), name, "school", **more)
    # A place of work lies more often where the houses are tall.
    weights = [1 + house.floors for house in houses]
    chosen = random.choices(range(len(houses)), weights, k=ORGANISATIONS - SCHOOLS)
    kinds = random.choices(KINDS, [kind[3] for kind in KINDS], k=len(chosen))
    for number, (place, kind) in enumerate(zip(chosen, kinds, strict=True), start=SCHOOLS):
        name = random.choice(words("given")) + random.choice(kind[4])
        yield plan(number, place, name, kind[0])
