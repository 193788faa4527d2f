"""The demo's help: who is assisted with what, teams of volunteers, households in group chats."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linli.demo.rules.divisions import villages
from linli.demo.rules.homes import shared_out
from linli.demo.rules.households import Home
from linli.demo.rules.vocabulary import words

FOR_MINORS, FOR_ADULTS = 249, 249
MUTUAL_AID, SERVICE, VOLUNTEERS = 136, 159, 325
CHAT_SHARE = 0.8129
_GROWN, _OLD = 18, 60
# (need, responsible unit, who asked, what is done)
_OF_MINORS = (
    ("school", "JYJ", "guardian", "每周两次课后作业辅导，学期末与家长面谈一次。"),
    ("alone", "MZJ", "guardian", "父母外出期间由邻里互助组每周上门看望。"),
    ("medical", "WJJ", "guardian", "协助预约复诊，申请医疗救助。"),
    ("disability", "CLJ", "law", "送教上门，配发辅助器具。"),
)
_OF_ADULTS = (
    ("work", "RSJ", "self", "推荐附近岗位，报名技能培训。"),
    ("housing", "ZJJ", "self", "协助申请危房改造补助。"),
    ("medical", "YBJ", "self", "协助办理大病保险报销。"),
    ("disability", "CLJ", "law", "评估居家无障碍改造。"),
)
_OF_OLD = ("alone", "MZJ", "self", "志愿者每周上门两次，代购代办，电话问候。")


@dataclass(frozen=True, slots=True)
class HelpPlan:
    """Help for one resident: the place of the home in the list, and of the person in it."""

    home: int
    person: int
    is_minor: bool
    need: str
    unit: str
    asked_by: str
    plan: str
    review_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A group of people that helps."""

    village: str
    grid: str
    kind: str
    name: str
    members: int
    contact: str


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """How many households of a grid a group chat reaches."""

    grid: str
    reached: int
    households: int


def help_given(homes: Sequence[Home], today: date, seed: int = 19) -> Iterator[HelpPlan]:
    """Yield help for 249 minors and 249 adults."""
    random = Random(seed)  # noqa: S311 - the same help every time is the point
    known = [
        (index, place, today.year - one.birth_year)
        for index, home in enumerate(homes)
        for place, one in enumerate(home.people)
        if one.birth_year is not None and one.residence != "away"
    ]
    minors = random.sample([one for one in known if one[2] < _GROWN - 1], FOR_MINORS)
    adults = random.sample([one for one in known if one[2] > _GROWN], FOR_ADULTS)
    for home, person, age in (*minors, *adults):
        is_minor = age < _GROWN
        chosen = random.choice(_OF_MINORS if is_minor else _OF_ADULTS)
        if age > _OLD and random.random() < 0.7:
            chosen = _OF_OLD
        need, unit, asked_by, plan = chosen
        review = today + timedelta(days=random.randint(-10, 170))
        yield HelpPlan(
            home=home,
            person=person,
            is_minor=is_minor,
            need=need,
            unit=unit,
            asked_by=asked_by,
            plan=plan,
            review_on=review,
            ends_on=review + timedelta(days=random.randint(30, 400)),
        )


def teams(grids: Sequence[str], seed: int = 23) -> Iterator[TeamPlan]:
    """Yield a volunteer team a village, 136 mutual-aid groups and 159 service teams."""
    random = Random(seed)  # noqa: S311 - the same teams every time is the point
    places = villages()

    def team(village: str, grid: str, kind: str, name: str, members: int) -> TeamPlan:
        contact = random.choice(words("family")) + random.choice(words("given"))
        return TeamPlan(village, grid, kind, name, members, contact)

    for one, members in zip(places, shared_out(VOLUNTEERS, [1.0] * len(places)), strict=True):
        yield team(one.code, "", "volunteers", f"{one.name}平安志愿队", members)
    numbers: Counter[str] = Counter()
    for kind, word, many in (
        ("mutual_aid", "邻里互助组", MUTUAL_AID),
        ("service", "便民服务队", SERVICE),
    ):
        for index in range(many):
            grid = grids[index % len(grids)]
            numbers[grid[:12] + kind] += 1
            name = f"第{numbers[grid[:12] + kind]}{word}"
            yield team(grid[:12], grid, kind, name, random.randint(5, 16))


def chats(homes: Sequence[Home], seed: int = 29) -> list[ChatPlan]:
    """Return how far group chats reach in each grid: 81.29 % of all households."""
    random = Random(seed)  # noqa: S311 - the same figures every time is the point
    households = Counter(home.spot.grid for home in homes if home.people)
    wanted = round(CHAT_SHARE * sum(households.values()))
    shares = [count * random.uniform(0.9, 1.08) for count in households.values()]
    reached = dict(zip(households, shared_out(wanted, shares), strict=True))
    return [ChatPlan(grid, min(reached[grid], count), count) for grid, count in households.items()]
