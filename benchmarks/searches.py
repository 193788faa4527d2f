"""What people search for: common, rare and absent words, of one sign and of many."""

from benchmarks.words import PLACES, RARE, THINGS

_PAIRS = tuple(chinese[:2] for chinese, _english, _detail in THINGS)
_ABSENT = ("火山口", "企鹅", "量子计算", "龙卷风来了", "海豚")
_LONG = (
    "衡山路路灯", "水濂村井盖破损", "卫生院门口垃圾堆积", "老人和学生走路很不方便",
    "燃气异味 龙凤村", "农贸市场 占道经营", "古镇东街 噪音", "桂花园消防通道堵塞",
    "独秀西路路面坑洼", "万福小区 邻里漏水纠纷",
)  # fmt: skip
_SINGLE = ("灯", "狗", "漏", "气")
_NUMBERS = ("第120011次", "第903216次", "117号附近", "衡山路117号")

CHINESE = (*_PAIRS, *PLACES[:12], *RARE, *_ABSENT, *_LONG, *_SINGLE, *_NUMBERS)
"""59 searches in Chinese."""

ENGLISH = (
    *(english for _chinese, english, _detail in THINGS),
    *("streetlight", "pothole", "gas", "dogs", "please", "weekend", "problem", "billboard"),
    *("streetlight 331", "pothole 12", "manhole 250", "dispute 99", "near no 117"),
    *("streetlight 120014", "903219", "wages 4324", "gas 12349", "noise 500004"),
    *("zebra", "volcano", "submarine cable", "penguin street", "streetlight zebra"),
)
"""43 searches in English."""
