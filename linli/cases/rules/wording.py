"""What a name of a category says beside the matter: somebody's name, or a kind of person.

A category describes a matter, never a person. Names are guessed: a person looks at each doubt
and decides, so the marks are strong ones, and a name that begins like a matter is let pass.
"""

import re
from enum import StrEnum

from linli.cases.rules.personal_numbers import personal_numbers
from linli.kernel.forbidden import forbidden_in

# Frequent surnames, without those that begin matters as often (水, 石, 高, 施, 许 …).
_SURNAMES = (
    "王李张刘陈杨赵吴徐孙胡朱郭郑宋邓冯韩曹曾彭萧蔡潘袁董苏吕魏蒋沈姜卢崔廖姚邱谭韦贾邹阎侯"
    "郝邵赖尹龚"
)
_SURNAME = f"(?:[{_SURNAMES}]|欧阳|司马|上官|诸葛|皇甫|尉迟|令狐|司徒|东方|慕容)"
_MATTERS = "(?!张[贴挂灯]|杨[树絮梅]|胡[同乱]|曾经|陈[旧列年]|李子|韦伯|孙辈|.家)"
_TITLES = (
    "先生|女士|小姐|大爷|大妈|大姐|大哥|大叔|阿姨|奶奶|爷爷|老师|师傅|老板|书记|主任|局长|所长"
    "|站长|经理|同志|本人"
)
_DEEDS = "扰民|投诉|举报|反映|闹事|欠薪|打人|纠纷|一?家|户(?![外型籍口])"
_PERSON = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^{_MATTERS}{_SURNAME}[\u4e00-\u9fff]{{1,2}}$",
        rf"^{_MATTERS}{_SURNAME}[\u4e00-\u9fff]{{1,2}}(?:{_DEEDS})",
        rf"{_SURNAME}[\u4e00-\u9fff]{{0,2}}(?:{_TITLES})",
        rf"(?:{_SURNAME}|[黄马林何罗谢唐许高周])某",
        r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z][a-z]+",
    )
)


class Doubt(StrEnum):
    """What a name seems to hold that is no matter."""

    PERSON = "person"
    KIND = "kind"


def doubt_about(name: str) -> Doubt | None:
    """Return what a name of a category seems to hold beside a matter; None for a plain matter."""
    text = name.strip()
    if personal_numbers(text) or any(pattern.search(text) for pattern in _PERSON):
        return Doubt.PERSON
    if any(True for _what in forbidden_in(text)):
        return Doubt.KIND
    return None
