"""From phrases to what a person writes, by the kind of report and the way it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from linli.demo.rules.matters import Matter
from linli.demo.rules.places import Spot

_WHEN = (
    "今天早上", "昨天傍晚", "这几天", "近一周", "上周开始", "刚才路过看到", "连续几个晚上",
    "前天下雨以后", "中午", "半个月来", "", "", "",
)  # fmt: skip
_ASKS = {
    "help": (
        "请帮忙安排人来看看。",
        "希望能帮忙解决。",
        "请协调处理一下，谢谢。",
        "麻烦尽快安排。",
    ),
    "complaint": (
        "希望核实处理并答复。",
        "请相关单位尽快处理。",
        "请督促整改。",
        "希望有个长期的办法。",
    ),
    "hazard": (
        "存在安全隐患，请尽快消除。",
        "请先做好警示，再安排处理。",
        "希望及时排除。",
    ),
}
_OPENINGS = {
    "telephone": ("来电反映：", "来电人称，", "来电反映，"),
    "walk_in": ("来访反映：", "到中心反映，"),
    "letter": ("来信反映：",),
    "other_system": ("上级平台转来：", "热线平台转办："),
    "grid_worker": ("巡查发现，", "日常走访中发现，", "入户走访时了解到，"),
}
_ABOUT_ME = (
    "准备这周去办，怕白跑一趟。", "家里老人要办。", "网上没有查清楚。", "打算月底前办好。",
    "第一次办理，不太清楚。", "", "",
)  # fmt: skip
_WHY_SUGGEST = (
    "附近居民都有这个想法。", "这样大家更方便。", "供研究参考。", "其他地方有类似做法，效果不错。",
    "希望能列入明年计划。",
)  # fmt: skip
_THANKS = ("希望转达感谢。", "特此表扬。", "为这样的服务点赞。", "请向工作人员转达谢意。")


@dataclass(frozen=True)
class Told:
    """What a report says."""

    title: str
    description: str


def _problem(
    matter: Matter, kind: str, channel: str, place: tuple[str, str], random: Random
) -> Told:
    words, short = place
    wrong = random.choice(matter.wrongs)
    effect = random.choice(matter.effects)
    when, ask = random.choice(_WHEN), random.choice(_ASKS[kind])
    opening = random.choice(_OPENINGS.get(channel, ("",)))
    when = "" if channel == "grid_worker" or not words else when
    start = f"{opening}{when}{'，' if when else ''}"
    form = random.random()
    if form < 0.55:
        text = f"{start}{words}{wrong}，{effect}。{ask}"
    elif form < 0.8:
        text = f"{start}{words}{wrong}。{ask}"
    else:
        text = f"{opening}因{words}{wrong}，{effect}。{ask}"
    return Told(f"{short}{wrong}", text)


def _at_place(spot: Spot, located: bool) -> tuple[str, str]:
    return (spot.words, spot.short) if located else ("", "")


def tell(
    matter: Matter, way: tuple[str, str], spot: Spot, *, located: bool, random: Random
) -> Told:
    """Return title and description of a report; ``way`` is its kind and channel.

    ``located`` is false for matters that have no place of their own, such as an insurance.
    """
    kind, channel = way
    if kind in _ASKS:
        return _problem(matter, kind, channel, _at_place(spot, located), random)
    opening = random.choice(_OPENINGS.get(channel, ("",)))
    if kind == "consultation":
        question = random.choice(list(matter.answers))
        live = f"我住{spot.village.name}。" if random.random() < 0.4 else ""
        return Told(f"{question}？", f"{opening}请问{question}？{live}{random.choice(_ABOUT_ME)}")
    if kind == "suggestion":
        idea = random.choice(matter.suggestions)
        where = f"{spot.village.name}：" if random.random() < 0.5 else ""
        text = f"{opening}{where}建议{idea}。{random.choice(_WHY_SUGGEST)}"
        return Told(f"建议{idea}", text)
    praise = random.choice(matter.praises)
    return Told(praise, f"{opening}{spot.village.name}：{praise}。{random.choice(_THANKS)}")


def answer_to(matter: Matter, title: str) -> str:
    """Return the answer to a consultation by its title, or thanks for any other."""
    answer = matter.answers.get(title.rstrip("？"))
    if answer is not None:
        return f"您好，{answer}。如需帮助可拨打服务热线或到服务中心。"
    if title.startswith("建议"):
        return "您好，您的建议已收到并转相关单位研究，采纳情况将另行答复。感谢您的关心。"
    return "您好，您的表扬已转达，感谢您的鼓励，我们会继续做好服务。"


def pick(texts: Sequence[str], random: Random) -> str:
    """Return one of some texts."""
    return random.choice(texts)
