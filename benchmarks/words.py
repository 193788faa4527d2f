"""Texts of invented cases: deterministic, Chinese and English, of the length people write.

Both sides of every comparison are filled from here, so that lists and searches work on the same
words. Nothing but the standard library is imported: the compared program's own environment runs
this file too.
"""

from __future__ import annotations

from dataclasses import dataclass

PLACES = (
    "祝融街道", "衡山路", "金月社区", "南岳大庙", "黄竹村", "红星村", "水濂村", "岳云路",
    "独秀西路", "芙蓉路", "方广寺", "龙凤村", "拜殿村", "古镇东街", "万福小区", "桂花园",
    "延寿村", "双田村", "西街口", "北支街", "汽车站", "农贸市场", "完全小学", "卫生院门口",
)  # fmt: skip
THINGS = (
    ("路灯不亮", "streetlight out", "晚上一片漆黑，老人和学生走路很不方便"),
    ("井盖破损", "broken manhole cover", "车辆经过时响声很大，边缘已经塌陷"),
    ("垃圾堆积", "garbage not collected", "已经三天没有清运，天气一热气味很重"),
    ("占道经营", "stall blocking the pavement", "行人只能绕到机动车道上，很不安全"),
    ("水管漏水", "water pipe leaking", "水一直流到路面，晚上结冰容易滑倒"),
    ("噪音扰民", "noise at night", "半夜十二点以后还在放音乐，无法休息"),
    ("燃气异味", "smell of gas", "楼道里能闻到明显气味，请尽快派人检查"),
    ("树枝折断", "fallen branch", "大风之后压在电线上，随时可能掉下来"),
    ("路面坑洼", "pothole in the road", "雨后积水看不见深浅，电动车摔过两次"),
    ("消防通道堵塞", "fire lane blocked", "长期停放车辆，救护车也进不来"),
    ("公交站牌倾斜", "bus stop sign leaning", "底座已经松动，候车的人不敢靠近"),
    ("污水外溢", "sewage overflow", "从检查井里冒出来，流到居民家门口"),
    ("违规搭建", "illegal extension", "楼顶正在加盖，担心影响房屋结构"),
    ("拖欠工资", "unpaid wages", "工地完工两个月仍没有结清，已多次催要"),
    ("邻里漏水纠纷", "dispute about a leak", "楼上装修后一直渗水，双方没有谈拢"),
    ("咨询低保办理", "question about allowances", "想知道需要准备哪些材料，到哪里提交"),
    ("流浪犬出没", "stray dogs", "早上上学的时候有三四条，孩子害怕"),
    ("广告牌松动", "loose billboard", "螺丝已经脱落，下面就是人行道"),
    ("健身器材损坏", "broken exercise equipment", "扶手断了一截，老人差点受伤"),
    ("停车位被占", "parking space taken", "地锁一直没有拆除，协商多次没有结果"),
)  # fmt: skip
RARE = ("蟠龙桥", "紫竹林", "灵芝泉", "穿岩诗林")
"""Words that only every 4,000th text carries: what an index is for."""

COMMON_QUERIES = ("路灯", "漏水", "streetlight", "pothole")
RARE_QUERIES = ("蟠龙桥", "灵芝泉", "gas 12345", "wages 4321")


@dataclass(frozen=True)
class Words:
    """A title and a description, as a reporter would write them."""

    title: str
    description: str


def words_of(number: int) -> Words:
    """Return the texts of the case with this number: always the same ones.

    Every fifth text is English. Titles have 8 to 40 characters, descriptions 60 to 160.
    """
    mixed = (number * 2654435761) & 0xFFFFFFFF
    place = PLACES[mixed % len(PLACES)]
    chinese, english, detail = THINGS[(mixed >> 8) % len(THINGS)]
    house = 1 + (mixed >> 16) % 380
    if number % 4000 == 17:
        place += RARE[number // 4000 % len(RARE)]
    if number % 5 == 4:
        return Words(
            f"{english.capitalize()} near no. {house}",
            f"There is a {english.rpartition(' ')[2]} problem, {english} {number}, close to no. "
            f"{house} ({place}). It has been like this for {1 + mixed % 9} days; please send "
            f"somebody to look at it before the weekend.",
        )
    return Words(
        f"{place}{house}号附近{chinese}",
        f"您好，{place}{house}号附近{chinese}，{detail}。这个情况已经持续{1 + mixed % 9}天了，"
        f"附近居民多次反映（第{number}次记录），希望有关部门尽快到现场看一看并给个答复，谢谢。",
    )
