"""From phrases to what a person writes, by the kind of report and the way it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from linli.demo.rules.matters import Matter, Wrong
from linli.demo.rules.places import Spot

_WHEN = (
    "这几天", "近一周", "上周开始", "最近", "刚才路过看到", "昨天路过发现", "半个月来", "", "",
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
_TOLD_TO_WORKER = "走访时居民反映，"
_ASKED = {
    "telephone": "来电咨询：",
    "walk_in": "到窗口咨询：",
    "letter": "来信咨询：",
    "other_system": "热线平台转来咨询：",
}
_ABOUT_ME = (
    "网上没有查清楚。", "想先问清楚，怕白跑一趟。", "第一次遇到，不太清楚。", "麻烦告知。", "", "",
)  # fmt: skip
_WHY_SUGGEST = (
    "附近居民都有这个想法。", "这样大家更方便。", "供研究参考。", "其他地方有类似做法，效果不错。",
    "希望能列入明年计划。",
)  # fmt: skip
_THANKS = ("希望转达感谢。", "特此表扬。", "为这样的服务点赞。", "请向工作人员转达谢意。")


@dataclass(frozen=True)
class Told:
    """What a report says; ``wrong`` is what it says is wrong, if anything."""

    title: str
    description: str
    wrong: Wrong | None = None


@dataclass(frozen=True)
class Way:
    """The kind of a report and the channel it came by."""

    kind: str
    channel: str

    def opening(self, random: Random) -> str:
        """Return how whoever takes it down begins."""
        return random.choice(_OPENINGS.get(self.channel, ("",)))


def tell_wrong(wrong: Wrong, way: Way, spot: Spot | None, random: Random) -> Told:
    """Tell that something is wrong; ``spot`` is None for what has no place of its own."""
    words, short = (spot.words, spot.short) if spot else ("", "")
    effect, ask = random.choice(wrong.effects), random.choice(_ASKS[way.kind])
    opening = way.opening(random) if words or way.channel != "grid_worker" else _TOLD_TO_WORKER
    when = random.choice(_WHEN) if way.channel != "grid_worker" and words else ""
    start = f"{opening}{when}{'，' if when else ''}"
    form = random.random()
    if form < 0.62:
        text = f"{start}{words}{wrong.what}，{effect}。{ask}"
    elif form < 0.85:
        text = f"{start}{words}{wrong.what}。{ask}"
    else:
        text = f"{start}{words}{wrong.what}。{effect}，{ask}"
    return Told(f"{short}{wrong.what}", text, wrong)


def tell(matter: Matter, way: Way, spot: Spot, *, located: bool, random: Random) -> Told:
    """Return title and description of a report.

    ``located`` is false for matters that have no place of their own, such as an insurance.
    """
    if way.kind in _ASKS:
        wrong = random.choice(matter.wrongs)
        return tell_wrong(wrong, way, spot if located else None, random)
    opening = way.opening(random)
    if way.kind == "consultation":
        question, opening = random.choice(list(matter.answers)), _ASKED.get(way.channel, "")
        live = f"我住{spot.village.name}。" if random.random() < 0.4 else ""
        return Told(f"{question}？", f"{opening}请问{question}？{live}{random.choice(_ABOUT_ME)}")
    if way.kind == "suggestion":
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
