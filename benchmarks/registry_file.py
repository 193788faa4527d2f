"""The file of the registry's section: 74,245 invented rows in five sheets, or a long table.

``python -m benchmarks.registry_file mixed 1 mixed.xlsx`` writes the workbook with the published
counts divided by 1, ``... residents 100000 residents.csv`` a table of residents. The same
arguments make the same rows. Nobody has such names: they are made of the ten stems.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
COUNTS = {"dwellings": 15_895, "residents": 57_134, "organisations": 689, "schools": 29}
ASSISTANCE = 498
_FIRST = "样例示试"
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_ROADS = ("衡山", "祝融", "南岳", "万寿", "金沙", "和平", "兴隆", "清源", "白龙", "红星")
_RESIDENCE = ("常住", "常住", "常住", "外出", "流入")
_USE = ("自住", "自住", "出租", "空置")
_NEEDS = ("独居照料", "助学", "医疗", "就业", "住房")
_ABOVE = "湖南省衡阳市南岳区"
_SOURCES = ("入户采集", "居民自报", "部门共享")
_BASES = ("基层治理基础信息采集", "居民本人同意")
_STAGES = ("幼儿园", "小学", "初中", "高中")
# A dwelling has 3.59 residents: 57,134 to 15,895.
_A_HOME = 57_134 / 15_895

# What a district's sheets have around the facts of a kind: where, who answers, where it came from,
# by what right and until when it is kept. The registry knows a few of these columns by itself and
# has no use for the others; they are read all the same.
_FRONT = ("序号", "乡镇（街道）", "村（社区）", "网格编码", "网格名称", "网格员", "网格员电话")
_POINT = ("经度", "纬度")
_BACK = (
    *("数据来源", "采集依据", "采集日期", "登记单位", "登记日期"),
    *("核实日期", "更新日期", "保存至", "备注"),
)
HEADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "dwellings": (
        "房屋",
        (*_FRONT, "房屋编码", "地址", "房屋用途", "居住人数", "建筑面积", *_POINT, *_BACK),
    ),
    "residents": (
        "居民",
        (
            *(*_FRONT, "房屋编码", "姓名", "联系电话", "地址", "居住类别", "出生年份"),
            *(*_POINT, *_BACK),
        ),
    ),
    "organisations": (
        "单位",
        (
            *(*_FRONT, "单位名称", "统一社会信用代码", "场所类别", "地址", "从业人数"),
            *("安全负责人", "负责人电话", *_POINT, *_BACK),
        ),
    ),
    "schools": (
        "学校",
        (
            *(*_FRONT, "单位名称", "地址", "办学阶段", "学生人数", "门卫值守"),
            *("安全负责人", "负责人电话", *_POINT, *_BACK),
        ),
    ),
    "assistance": (
        "帮扶",
        (
            *("序号", "姓名", "联系电话", "责任单位", "帮扶需求", "提出人", "是否未成年人"),
            *("帮扶措施", "复核日期", "结束日期", *_BACK),
        ),
    ),
}


@dataclass(frozen=True)
class Spot:
    """A village of the demo, and a point in one of its grids."""

    township: str
    village: str
    grid: str
    code: str
    lon: float
    lat: float


@lru_cache(maxsize=1)
def spots() -> list[Spot]:
    """Return one spot for each base grid of the demo."""
    from linli.demo.rules.territory import make_territory

    territory = make_territory()
    names = {one.code: one.name for one in (*territory.villages, *territory.townships)}
    found = []
    for grid in territory.grids:
        if not grid.dedicated:
            point = grid.shape.representative_point()
            place = (names[grid.village[:9]], names[grid.village], grid.name, grid.code)
            found.append(Spot(*place, round(point.x, 6), round(point.y, 6)))
    return found


def name_of(number: int) -> str:
    """Return an invented name; neighbours in number differ."""
    mixed = number * 2_654_435_761 % 2**32
    count = len(_STEMS)
    return (
        _FIRST[mixed % 4]
        + _STEMS[number % count]
        + _STEMS[mixed // 4 % count]
        + (_STEMS[mixed // 97 % count] if number % 3 else "")
    )


def address_of(home: int) -> str:
    """Return the address of a dwelling below its village; each number has one of its own."""
    house, room = divmod(home, 24)
    floor, door = divmod(room, 4)
    road = _ROADS[house % len(_ROADS)]
    return f"{road}路{house // 10 + 1}号{house % 3 + 1}栋{door % 2 + 1}单元{floor + 1}0{door + 1}室"


def rows(what: str, count: int) -> Iterator[list[Any]]:
    """Yield the rows of a sheet, without its header."""
    places = spots()
    for number in range(count):
        yield _MAKERS[what](number, places)


def _home(number: int) -> int:
    return int(number / _A_HOME)


def _whole(spot: Spot, below: str) -> str:
    """Spell an address as people write it into a sheet: from the province down."""
    return f"{_ABOVE}{spot.township}{spot.village}{below}"


def _back(number: int, spot: Spot) -> list[Any]:
    """Return where a row came from, by what right it is kept, and four days."""
    told = date(2026, 1 + number % 9, 1 + number % 28)
    office = f"{spot.township}{spot.village}村（居）民委员会"
    source = (_SOURCES[number % 3], _BASES[number % 2], told, office, told)
    later = date(2026, 10, 1 + number % 28)
    remark = "" if number % 8 else "电话联系后更新"
    return [*source, later, later, date(2029, 10, 1 + number % 28), remark]


def _around(number: int, home: int, spot: Spot, own: list[Any]) -> list[Any]:
    worker = home % 332
    place = [spot.township, spot.village, spot.code, spot.grid]
    front = [number + 1, *place, name_of(worker * 11 + 5), f"197{worker:08d}"]
    # Some metres apart, and in the same grid.
    point = [spot.lon + home % 7 * 1e-6, spot.lat + home % 11 * 1e-6]
    return [*front, *own, *point, *_back(number, spot)]


def _dwelling(number: int, places: list[Spot]) -> list[Any]:
    spot = places[number % len(places)]
    address = _whole(spot, address_of(number))
    own = [_code_of_home(number), address, _USE[number % 4], number % 6, 60 + number * 7 % 90]
    return _around(number, number, spot, own)


def _code_of_home(home: int) -> str:
    return f"430412F{home:08d}"


def _resident(number: int, places: list[Spot]) -> list[Any]:
    home = _home(number)
    spot = places[home % len(places)]
    born = 1940 + number * 13 % 83
    telephone = f"199{number % 100_000_000:08d}"
    below = address_of(home)
    # Two sheets of one district do not spell all addresses alike.
    address = _whole(spot, below if home % 10 else below.replace("栋", "幢"))
    own = [name_of(number), telephone, address, _RESIDENCE[number % 5], born]
    return _around(number, home, spot, [_code_of_home(home), *own])


def _code(number: int) -> str:
    from stdnum.cn import uscc

    front = f"91430412{'MA' + format(number, '07d')}"
    return front + str(uscc.calc_check_digit(front))


def _organisation(number: int, places: list[Spot]) -> list[Any]:
    name = f"衡阳市南岳区样例第{number + 1}商行"
    home, spot = 20_000_000 + number, places[number % len(places)]
    address = _whole(spot, f"{_ROADS[number % 10]}路{home % 100_000}号")
    contact = [name_of(number + 7), f"198{number:08d}"]
    own = [name, _code(number), KIND, address, 1 + number % 40, *contact]
    return _around(number, home, spot, own)


KIND = "商店超市"


def _school(number: int, places: list[Spot]) -> list[Any]:
    name = f"衡阳市南岳区样例第{number + 1}学校"
    spot = places[number % len(places)]
    at = [_whole(spot, f"学府路{number + 1}号"), _STAGES[number % 4], 100 + number * 10, "有"]
    contact = [name_of(number + 9), f"196{number:08d}"]
    return _around(number, number, spot, [name, *at, *contact])


def _assistance(number: int, places: list[Spot]) -> list[Any]:
    who = number * 100
    minor = "是" if number % 2 else "否"
    told = [name_of(who), f"199{who:08d}", UNIT, _NEEDS[number % 5], "本人", minor, _PLAN]
    days = [date(2027, 3, 1), date(2027, 12, 31)]
    return [number + 1, *told, *days, *_back(number, places[number % len(places)])]


_PLAN = "每周上门一次，协助办理有关手续"
UNIT = "样例责任单位"
_MAKERS = {
    "dwellings": _dwelling,
    "residents": _resident,
    "organisations": _organisation,
    "schools": _school,
    "assistance": _assistance,
}


def counts(part: int) -> dict[str, int]:
    """Return how many rows each sheet has when the published counts are divided."""
    return {**{name: n // part for name, n in COUNTS.items()}, "assistance": ASSISTANCE // part}


def write_mixed(path: Path, part: int = 1) -> int:
    """Write the workbook; return its rows."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    many = counts(part)
    for what, (title, head) in HEADS.items():
        sheet = book.create_sheet(title)
        sheet.append(list(head))
        for row in rows(what, many[what]):
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return sum(many.values())


def write_table(path: Path, what: str, count: int) -> int:
    """Write one kind as .csv in UTF-8; return its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS[what][1])
        writer.writerows(rows(what, count))
    return count


def main() -> None:
    """Write the file that the arguments name."""
    what, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    made = write_mixed(path, count) if what == "mixed" else write_table(path, what, count)
    print(json.dumps({"rows": made, "bytes": path.stat().st_size}))


if __name__ == "__main__":
    main()
