"""One address, however it was spelled: its parts, and one line that is the same for all of them.

栋, 幢, 号楼 and 座 are one thing, 三单元 is 3单元, 3-1-502 is building, entrance, room. What
stands before the village (province, city, district, township) is left out, and a floor where the
room is known. Who keeps an address keeps what was written beside it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from linli.registry.rules.signs import tidy

ABSENT = "无"
_NUMERALS = "零〇一二三四五六七八九十百"
_VALUES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_TENS = {"十": 10, "百": 100}
# A numeral is a number only before what is numbered: 五一路 and 三里河 are names.
_NUMERAL = re.compile(rf"第?([{_NUMERALS}]+)(?=组|栋|幢|座|号|单元|层|楼|室|房|户|段)")
_NTH = re.compile(r"第(?=\d)")
# A house number may have a part: 12号附1号, 12之1, 12-1号.
_ANNEX = re.compile(r"(?<=\d)号?(?:附|之)(?=\d)")
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−~_/\\.·、", "-")
    | dict.fromkeys(",，;；:：。()[]{}【】<>《》〈〉\"'“”‘’*|!?", " ")
)
_SPACE_IN_NUMBER = re.compile(r"(?<=[0-9]) +(?=[0-9])")
_LOOSE_DASH = re.compile(r"(?<![0-9A-Z])-+|-+(?![0-9A-Z])")
_GROUP = re.compile(r"(?:村民小?|居民小?|小)组")
_ZEROS = re.compile(r"(?<![0-9A-Z])0+(?=[0-9])")
# The parts above the village, each at most once and in this order.
_PREFIX = re.compile(
    r"(?:中国)?(?:[^\d省]{2,7}?省|[^\d]{2,5}?自治区)?"
    r"(?:[^\d市]{2,5}?(?<![超菜夜集城都门闹])(?:市|自治州|地区)(?![场政民花广]))?"
    r"(?:[^\d市区县]{2,6}?(?<![小社园校厂库片景新东南西北])[区县](?![域路街小]))?"
    r"(?:[^\d区县镇乡路街巷村]{2,6}?(?:街道办事处|街道办|街道|[镇乡])(?![路街巷\d]))?"
)
_VILLAGE = re.compile(
    r"(?P<name>[^\d路街巷栋幢组]{1,10}?)"
    r"(?P<kind>社区|(?<!新)村|(?=居委会|居民委员会))(?P<office>村委会|居委会|委会|村民委员会|居民委员会|民委员会)?"
    r"(?![路街巷道]|小区|花园|[东西南北中]路)"
)
_NAME = r"[A-Z]?[0-9]+[A-Z]?"
_TOKEN = re.compile(
    r"(?P<chain>[0-9A-Z]{1,4}(?:-[0-9A-Z]{1,6})+)(?:室|号房|房|户|$)"
    rf"|(?P<building>{_NAME}|[A-Z])(?:[栋幢座]楼?|号楼|#楼?[栋幢座]?)"
    rf"|(?P<unit>{_NAME}|[A-Z]|[东南西北中])单元"
    rf"|(?P<room>{_NAME}(?:-[0-9]+)?)(?:室|号房间?|号室|房间?(?!地)|户)"
    r"|(?P<floor>[0-9]+)(?:楼|层)"
    r"|(?P<number>[0-9]+(?:-[0-9]+)*[A-Z]?)号院?(?![楼路街巷线])"
    rf"|(?P<bare>(?<![0-9A-Z-]){_NAME})$"
    r"|(?P<beside>(?<=[路街巷弄道段组])[0-9]+)(?![0-9-]|[路街巷弄组线里段支])"
)
_BARE = re.compile(rf"{_NAME}(?:-[0-9]+)*|[A-Z]")
_NAMES = ("village", "street", "number", "building", "unit", "room")
# What stands in a cell of a part that is absent.
_NOTHING = frozenset({"", ABSENT, "-", "/", "—", "0"})
_UNITS = {"number": "号", "building": "栋", "unit": "单元", "room": "室"}


@dataclass(frozen=True)
class Parts:
    """An address by its parts; an absent part is "无"."""

    village: str = ABSENT
    street: str = ABSENT
    number: str = ABSENT
    building: str = ABSENT
    unit: str = ABSENT
    room: str = ABSENT


def house_of(street: str, number: str, building: str) -> tuple[str, str, str] | None:
    """Return the parts of an address that name a house, or None where they name none."""
    return None if number == ABSENT and building == ABSENT else (street, number, building)


def _digits(numeral: str) -> str:
    """Return a Chinese numeral below 1000 in digits; 五〇二 is spelled sign by sign."""
    if not any(sign in _TENS for sign in numeral):
        return "".join(str(_VALUES[sign]) for sign in numeral)
    total = 0
    value = None
    for sign in numeral:
        if sign in _TENS:
            total += (1 if value is None else value) * _TENS[sign]
            value = None
        else:
            # 一百零五: the zero only holds the place.
            value = _VALUES[sign] or None
    return str(total + (value or 0))


def _cleaned(text: str) -> str:
    """Return a text in one spelling of signs, dashes and numbers, without any space."""
    signs = tidy(text.translate(_SIGNS)).upper().translate(_SIGNS)
    signs = _SPACE_IN_NUMBER.sub("-", signs).replace(" ", "")
    signs = _GROUP.sub("组", signs)
    signs = _NUMERAL.sub(lambda found: _digits(found[1]), signs)
    signs = _ANNEX.sub("-", _NTH.sub("", signs))
    return _ZEROS.sub("", _LOOSE_DASH.sub("", signs))


@dataclass
class _Scan:
    """The parts of one address while its text is read from left to right."""

    street: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    floor: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether what is read lies inside a building."""
        return bool(self.floor) or any(name in self.found for name in ("building", "unit", "room"))

    def words(self, text: str) -> None:
        (self.rest if self.is_inside else self.street).append(text)

    def put(self, name: str, value: str) -> None:
        if name in self.found:
            self.rest.append(value + _UNITS[name])
        else:
            self.found[name] = value

    def token(self, name: str, value: str) -> None:
        if name == "floor":
            self.floor = self.floor or value
        elif name == "chain":
            self.chain(value.split("-"))
        elif name == "bare" and self.rest:
            self.rest.append(value)
        elif name == "bare":
            self.put("room" if self.is_inside or "number" in self.found else "number", value)
        elif name == "number" and (self.is_inside or "number" in self.found):
            self.put("room", value)
        else:
            self.put("number" if name == "beside" else name, value)

    def chain(self, pieces: list[str]) -> None:
        """Read 3-1-502, 1-502 and 12-1 by what is known before them."""
        names = [name for name in ("building", "unit") if name not in self.found]
        if "unit" in self.found:
            names = []
        if len(pieces) == 2 and len(names) == 2:
            if len(pieces[1]) < 3 and "number" not in self.found:
                self.put("number", "-".join(pieces))
                return
            names = ["building"]
        names = names[: len(pieces) - 1]
        for name, piece in zip(names, pieces, strict=False):
            self.put(name, piece)
        self.put("room", "-".join(pieces[len(names) :]))

    def part(self, name: str) -> str:
        value = self.found.get(name)
        return value + _UNITS[name] if value else ""

    def room(self) -> str:
        floor = f"{self.floor}层" if self.floor and "room" not in self.found else ""
        return self.part("room") + floor + "".join(self.rest)


def _village(text: str) -> tuple[str, str]:
    found = _VILLAGE.match(text)
    if not found:
        return ABSENT, text
    kind = found["kind"] or "社区"
    return found["name"] + kind, text[found.end() :]


def _end_of_prefix(cleaned: str) -> int:
    found = _PREFIX.match(cleaned)
    return found.end() if found else 0


def parse(text: str) -> Parts:
    """Return the parts of an address in any spelling."""
    cleaned = _cleaned(text)
    village, below = _village(cleaned[_end_of_prefix(cleaned) :])
    scan, at = _Scan(), 0
    for found in _TOKEN.finditer(below):
        if found.start() > at:
            scan.words(below[at : found.start()])
        name = str(found.lastgroup)
        scan.token(name, found[name])
        at = found.end()
    if at < len(below):
        scan.words(below[at:])
    return Parts(
        village,
        "".join(scan.street) or ABSENT,
        scan.part("number") or ABSENT,
        scan.part("building") or ABSENT,
        scan.part("unit") or ABSENT,
        scan.room() or ABSENT,
    )


def line_of(parts: Parts) -> str:
    """Return the canonical line below the village: its parts, the absent ones left out."""
    known = (parts.street, parts.number, parts.building, parts.unit, parts.room)
    return "".join(part for part in known if part != ABSENT) or ABSENT


@lru_cache(maxsize=8192)
def _of_column(name: str, text: str) -> Parts:
    """Read the cell of a column of its own; the column says the unit that the cell leaves out."""
    cleaned = _cleaned(text)
    unit = _UNITS.get(name, "")
    if unit and _BARE.fullmatch(cleaned):
        cleaned += unit
    return parse(cleaned)


def normal(parts: Parts) -> Parts:
    """Return parts that were told one by one as `parse` returns those of a whole text.

    A column says by its place what a cell leaves out: the 3 under 栋 is 3栋, 502 under 室 is 502室.
    """
    told = [(name, getattr(parts, name)) for name in ("room", "unit", "building", "number")]
    read = [_of_column(name, text) for name, text in told if text.strip() not in _NOTHING]
    street = parts.street
    if street.strip() not in _NOTHING:
        read.append(_of_column("street", street))
    found: dict[str, str] = {}
    for one in read:
        for name in _NAMES:
            value = getattr(one, name)
            if value != ABSENT:
                found.setdefault(name, value)
    village = parts.village
    if village.strip() not in _NOTHING:
        cleaned = _cleaned(village)
        found["village"] = _village(cleaned[_end_of_prefix(cleaned) :])[0]
        if found["village"] == ABSENT:
            found["village"] = cleaned
    return Parts(**found)
