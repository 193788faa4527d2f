"""Recognise identity and telephone numbers in free text, so that they can be moved out of it.

A description is searchable and is read by many; who reported, and how to reach that person, is
sealed elsewhere.  What is found here is offered to be moved there.  Because a person decides, a
wrong find costs a click; but one that turns up at every house number or case number teaches people
to click it away, so a number is taken only on strong grounds:

- identity number (GB 11643): eighteen places whose date, place and check digit hold;
- mobile number: eleven digits from 13 to 19, in at most four groups, with no word before it that
  says it is another number (工单、户号、订单 …) and no unit after it (元、度 …);
- landline: an area code that exists with a subscriber number of the right length, or a bare
  subscriber number after a word such as 电话.

Service numbers (110, 12345, 400…) reach nobody's home and stay.  So does the identity number of
fifteen digits, issued until 1999: grid codes have fifteen digits too, and nothing checks it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from stdnum.cn import ric


class NumberKind(StrEnum):
    """Which kind of number of a person it is."""

    IDENTITY = "identity"
    MOBILE = "mobile"
    LANDLINE = "landline"


@dataclass(frozen=True, order=True)
class Span:
    """Where a number stands: ``text[start:end]``; ``number`` is it in digits without spaces."""

    start: int
    end: int
    kind: NumberKind
    number: str


# What stands in the text afterwards.  It says that something was moved, and no more.
MARKERS: Mapping[NumberKind, str] = MappingProxyType(
    {
        NumberKind.IDENTITY: "〔身份证号已移存〕",
        NumberKind.MOBILE: "〔电话已移存〕",
        NumberKind.LANDLINE: "〔电话已移存〕",
    }
)

# One character for one character, so that places in the folded text are places in the text.
_FOLD = str.maketrans(
    "０１２３４５６７８９ＸｘＯ－—–‐‑−＋（）．：　\u00a0\t·•",
    "0123456789XXO------+().:   ..",
)
_CHINESE_DIGITS = str.maketrans("〇零一幺二三四五六七八九", "001123456789")
_CHINESE_RUN = re.compile("[〇零一幺二三四五六七八九]{11,18}")

_SEPARATOR = r"[ .\-]?"
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])(?=([1-9](?:{_SEPARATOR}[0-9]){{16}}{_SEPARATOR}[0-9Xx])(?![0-9A-Za-z]))"
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-_.])"
    r"(?:(?:\+|00)?86[ \-]{0,2})?"
    r"(?P<number>1[3-9][0-9](?:[ .\-]{0,2}[0-9]){8})"
    r"(?![0-9A-Za-z])(?![\-_.][0-9A-Za-z])"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-_.])"
    r"\(?(?P<area>010|02[0-57-9]|0[3-9][0-9]{2})\)?[ \-]{0,2}"
    r"(?P<local>[2-8][0-9]{2,3}[ \-]?[0-9]{4})"
    r"(?![0-9A-Za-z])(?![\-_.][0-9]{5})"
)
_BARE_LANDLINE = re.compile(
    r"(?:电话|座机|固话|话机|致电|拨打|联系方式|联系号码|\b[Tt]el|\b[Pp]hone)"
    r"[^0-9，。；,;\n]{0,6}(?P<local>[2-8][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9A-Za-z\-.])"
)

# "户号：13812345678" is a meter account; the word may be followed by a colon or the like.
_OTHER_NUMBER = re.compile(
    r"(?:编号|单号|案号|工单|订单|流水|受理号|查询码|户号|户名号|表号|卡号|账号|帐号|车架|序列|货号|批号"
    r"|发票|资产|设备|灯杆|杆号|No|NO|no)[^0-9，。；,;\n]{0,4}$"
)
_UNIT_OF_MEASURE = re.compile(
    r"^ ?(?:元|块|万|亿|度|吨|斤|公斤|千克|米|平|立方|公里|毫|厘|人次|%|kg|km|m²|m2)"
)
_MOST_GROUPS = 4


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _groups(text: str) -> int:
    return len(re.findall(r"[0-9]+", text))


def _is_other(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 8) : start], text[end : end + 4]
    return bool(_OTHER_NUMBER.search(before) or _UNIT_OF_MEASURE.search(after))


def _identities(text: str) -> Iterator[Span]:
    for match in _IDENTITY.finditer(text):
        number = re.sub(r"[ .\-]", "", match[1]).upper()
        if _groups(match[1]) <= _MOST_GROUPS + 1 and ric.is_valid(number):
            yield Span(match.start(1), match.end(1), NumberKind.IDENTITY, number)


def _mobiles(text: str) -> Iterator[Span]:
    for match in _MOBILE.finditer(text):
        start, end = match.span()
        number = match["number"]
        if _groups(number) <= _MOST_GROUPS and not _is_other(text, start, end):
            yield Span(start, end, NumberKind.MOBILE, _digits(number))


def _landlines(text: str) -> Iterator[Span]:
    for match in _LANDLINE.finditer(text):
        area, local = match["area"], _digits(match["local"])
        whole_city = area.startswith(("010", "02"))
        right_length = len(local) == 8 if whole_city else len(local) in {7, 8}
        if right_length and not _is_other(text, *match.span()):
            yield Span(match.start(), match.end(), NumberKind.LANDLINE, area + local)
    for match in _BARE_LANDLINE.finditer(text):
        local = match["local"]
        start, end = match.span("local")
        if not _is_other(text, start, end):
            yield Span(start, end, NumberKind.LANDLINE, _digits(local))


def _written_in_characters(text: str) -> Iterator[Span]:
    """Numbers written 一三八…: the whole run must be one number, since 一 is also a word."""
    for match in _CHINESE_RUN.finditer(text):
        number = match.group().translate(_CHINESE_DIGITS)
        if re.fullmatch(r"1[3-9][0-9]{9}", number):
            yield Span(*match.span(), NumberKind.MOBILE, number)
        elif ric.is_valid(number):
            yield Span(*match.span(), NumberKind.IDENTITY, number)


def personal_numbers(text: str) -> tuple[Span, ...]:
    """Return the numbers in ``text``, first to last, none overlapping another."""
    plain = text.translate(_FOLD)
    taken: list[Span] = []
    # Identity numbers first: the digits inside one must not be read as a telephone number.
    for find in (_identities, _mobiles, _landlines, _written_in_characters):
        for span in find(plain):
            if all(span.end <= other.start or span.start >= other.end for other in taken):
                taken.append(span)
    return tuple(sorted(taken))


def numbers_of(*texts: str) -> frozenset[str]:
    """Return the numbers that stand in any of ``texts``."""
    return frozenset(span.number for text in texts for span in personal_numbers(text))


def without(text: str, spans: Iterable[Span], markers: Mapping[NumberKind, str] = MARKERS) -> str:
    """Return ``text`` with each of ``spans`` (of this very text) replaced by its marker."""
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + markers[span.kind] + text[span.end :]
    return text
