"""What does not exist in linli: words that name it in English and in Chinese.

Data about persons is kept so that residents get help, and for nothing else. Each entry says
what is forbidden and by which words it would show; English is compared word by word, in singular
and plural, with ``snake_case`` and ``CamelCase`` taken apart, Chinese by what a text contains.
Widths of signs and blanks within words make no difference: forms write ``民 族`` and ``ＱＱ``.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Forbidden:
    """One thing that is kept of nobody."""

    what: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    # Words that are harmless in a sentence, and forbidden as the whole name of a field.
    # English in lower case.
    names: tuple[str, ...] = ()


FORBIDDEN = (
    Forbidden(
        "ethnicity", ("ethnic", "ethnicity", "ethnic group"), ("民族", "族别", "种族"), ("race",)
    ),
    Forbidden(
        "religion",
        ("religion", "religious", "faith", "believer"),
        ("宗教", "信仰", "教徒", "信教", "邪教"),
    ),
    Forbidden(
        "political status",
        ("political status", "political", "party member", "party membership"),
        ("政治面貌", "党员", "团员", "政治身份", "政治成分", "党派"),
    ),
    Forbidden(
        "petitioning history",
        ("petition", "petitions", "petitioner", "petitioning"),
        (
            *("上访", "信访史", "信访记录", "信访次数", "信访情况", "缠访", "闹访", "访民"),
            *("信访人", "信访对象"),
        ),
    ),
    Forbidden(
        "labels of persons",
        (
            *("key person", "key persons", "key people", "key youth", "special population"),
            *("special group", "special groups", "person of interest", "person label"),
            *("troublemaker", "unstable person"),
        ),
        (
            *("重点人", "特殊人群", "重点青少年", "重点人群", "关注人员", "不稳定人员"),
            *("特殊群体", "重点关注", "重点对象", "人员画像", "维稳", "稳控", "涉疆", "涉藏"),
            *("人员标签", "人员类别", "社区矫正", "刑满释放", "刑释", "安置帮教"),
        ),
    ),
    Forbidden(
        "risk level or score of a person",
        (
            *("risk level", "risk score", "risk rating", "person score", "credit score"),
            *("social credit score", "danger level", "resident score", "worker score"),
        ),
        (
            *("风险等级", "风险级别", "风险评分", "危险等级", "人员评分", "人员等级"),
            *("信用分", "诚信分", "积分", "居民评分"),
        ),
        ("score", "risk", "评分", "得分"),
    ),
    Forbidden(
        "criminal or drug record",
        ("criminal", "criminal record", "conviction", "convict", "offender", "drug", "addict"),
        ("犯罪", "前科", "吸毒", "戒毒", "涉毒", "案底"),
    ),
    Forbidden(
        "HIV or psychiatric status",
        ("hiv", "aids status", "psychiatric", "mental illness", "mental disorder", "psychosis"),
        ("艾滋", "精神病", "精神障碍", "精神疾病", "肇事肇祸"),
    ),
    Forbidden(
        "biometrics and face photographs",
        (
            *("biometric", "biometrics", "fingerprint", "iris", "voiceprint", "dna", "face id"),
            *("facial", "face photo", "face photograph", "face image", "face recognition"),
            *("portrait", "mugshot", "licence plate recognition"),
        ),
        (
            *(
                "指纹",
                "虹膜",
                "声纹",
                "人脸",
                "面部特征",
                "面部照片",
                "生物识别",
                "生物特征",
                "头像",
                "证件照",
            ),
            *("免冠照", "车牌识别", "车牌抓拍"),
        ),
        ("face", "photo of person", "avatar image", "照片", "相片", "本人照片"),
    ),
    Forbidden(
        "height and blood type",
        ("body height", "stature", "blood type", "blood group", "blood"),
        ("身高", "血型", "体重"),
        ("height",),
    ),
    Forbidden(
        "birth-control history",
        ("birth control", "contraception", "contraceptive", "sterilisation", "sterilization"),
        ("计划生育", "节育", "避孕", "绝育", "计生", "婚育", "生育史", "生育情况"),
    ),
    Forbidden(
        "foreign contacts",
        ("foreign contact", "foreign contacts", "foreign ties", "overseas relations"),
        ("境外关系", "涉外关系", "海外关系", "境外联系", "境外亲属"),
    ),
    Forbidden(
        "messenger accounts",
        (
            *("wechat", "weixin", "qq", "whatsapp", "telegram", "messenger", "weibo", "douyin"),
            "line id",
        ),
        (
            *("微信号", "微信账号", "微信名", "微信昵称", "QQ", "社交账号", "微博账号", "抖音号"),
            "网络账号",
        ),
        ("微信", "微博", "抖音"),
    ),
    Forbidden(
        "location trails",
        (
            *("location trail", "location trails", "trail", "trajectory", "movement track"),
            *("gps track", "location history", "whereabouts", "live location", "last position"),
        ),
        ("轨迹", "行踪", "实时定位", "位置记录", "活动范围"),
        ("定位", "行程"),
    ),
    Forbidden(
        "who lives with or knows whom",
        (
            *("cohabitant", "cohabitants", "housemate", "acquaintance", "acquaintances"),
            *("associates", "relationship graph", "social graph", "family members", "relatives"),
        ),
        (
            *("同住人", "同住人员", "社会关系", "家庭成员", "关系人", "关系图谱", "交往人员"),
            *("户主关系", "亲属关系", "同居", "配偶"),
        ),
        ("亲属", "同住", "spouse"),
    ),
    Forbidden(
        "watching and steering",
        (
            *("watch list", "watchlist", "blacklist", "surveillance", "video analytics"),
            *("opinion monitoring", "opinion steering", "sentiment"),
        ),
        ("黑名单", "布控", "重点关注名单", "舆情", "监控人员", "管控"),
    ),
    Forbidden(
        "watching workers",
        (
            *("punch in", "punch out", "clock in", "clock out", "attendance", "online time"),
            *("online duration", "points table", "worker ranking", "leaderboard"),
        ),
        ("打卡", "签到", "考勤", "在线时长", "上线时长", "积分榜", "排行榜", "个人排名"),
    ),
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


# Between two Chinese signs a blank only fills the cell of a form.
_FILLING = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_NOT_SIGN = re.compile(r"[\W_]+")
_CHINESE = re.compile(
    "|".join(sorted((word for one in FORBIDDEN for word in one.chinese), key=len, reverse=True))
)
# Nearly every text holds none of all words: one look tells it.
_ENGLISH = re.compile(
    f" (?:{'|'.join(re.escape(word) for one in FORBIDDEN for word in one.english)}) "
)
_NAMES = frozenset(name for one in FORBIDDEN for name in one.names)
_WORDS = _NAMES | {word for one in FORBIDDEN for word in one.english}
_AROUND = re.compile(
    "是否|有无|情况|状况|类别|类型|名称|信息|编号|号码|记录|等级|备注|说明|人员|身份|属于|本人|[为的及和或]"
)
_PLURALS = (re.compile(r"ies\b"), re.compile(r"(?<=[a-z]{2}[a-rt-z])s\b"))


def _singular(words: str) -> str:
    """Return words with the plainest plurals taken back."""
    return _PLURALS[1].sub("", _PLURALS[0].sub("y", words))


def words_of(text: str) -> str:
    """Return the English words of a name or sentence, in lower case, with spaces around."""
    return f" {_NOT_WORD.sub(' ', _CAMEL.sub(' ', text).lower()).strip()} "


def forbidden_in(text: str, *, is_name: bool = False) -> Iterator[str]:
    """Yield what a text names that may not exist.

    ``is_name``: the text is the whole name of a field or a column, not a sentence.
    """
    text = _FILLING.sub("", unicodedata.normalize("NFKC", text))
    bare = _NOT_SIGN.sub("", text)
    english = words_of(text)
    said = (english, _singular(english))
    names = {bare, *(one.strip() for one in said)} if is_name else set()
    chinese = bare if is_name else text
    is_clean = names.isdisjoint(_NAMES) and not _CHINESE.search(chinese)
    if is_clean and not any(_ENGLISH.search(one) for one in said):
        return
    for entry in FORBIDDEN:
        shows = any(f" {word} " in one for word in entry.english for one in said)
        shows = shows or any(word in chinese for word in entry.chinese)
        if shows or not names.isdisjoint(entry.names):
            yield entry.what


def is_forbidden_word(text: str) -> bool:
    """Say whether a text is made of these words and what forms put around them alone.

    So 宗教信仰情况 is one, and 民族路, a street, is none.
    """
    text = _FILLING.sub("", unicodedata.normalize("NFKC", text))
    english = words_of(text)
    bare = _NOT_SIGN.sub("", text)
    said = {bare, english.strip(), _singular(english).strip()}
    if not said.isdisjoint(_WORDS):
        return True
    rest = _CHINESE.sub("", bare)
    return rest != bare and not _AROUND.sub("", rest)


def findings(texts: Iterable[tuple[str, str, bool]]) -> list[str]:
    """Return a sentence for each text (place, text, whether it is a name) that is forbidden."""
    return [
        f"{place}: {text!r} is about {what}"
        for place, text, is_name in texts
        for what in forbidden_in(text, is_name=is_name)
    ]
