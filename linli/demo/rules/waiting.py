"""What waits today for the log-ins that are shown, whatever the year drew.

A grid worker has a grid of their own, so of 5,000 cases none may lie there just now; whoever
logs in for the first time still finds something to look at, and a supervisor something to decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from shapely import Point

from linli.demo.rules import sayings
from linli.demo.rules.plans import CasePlan, ContactPlan, ReportPlan, StepPlan
from linli.demo.rules.territory import GridPlace
from linli.demo.rules.year import Setting

# (category, kind, channel, what is told, in more words)
_TO_LOOK_AT = (
    ("0101", "help", "telephone", "朝阳路18号旁路灯不亮", "已经两个晚上不亮，老人出门看不清路。"),
    ("0202", "complaint", "web", "农贸市场后门堆放废旧家具", "占了半边路，三轮车过不去。"),
    ("0501", "hazard", "web", "书院路9号楼下消防通道被占", "通道里停了三辆摩托车，晚上也不挪。"),
    ("0104", "help", "walk_in", "社区卫生站门口盲道砖缺失", "缺了十来块砖，下雨天积水。"),
)
_OWN = (
    ("0107", "hazard", "健身广场单杠底座松动", "巡查时发现，已拉警示带，请安排维修。"),
    ("0601", "hazard", "书院路口停车让行标志被树枝挡住", "转弯处看不到标志，请修剪树枝。"),
)
_MORE_TIME = (
    (
        "0204",
        "complaint",
        "朝阳路26号餐馆油烟直排",
        "商户已订购净化设备，到货安装还要几天，申请延期。",
    ),
    ("0705", "complaint", "枫林苑5栋一楼围占公共绿地", "涉及多户协商，申请延期 5 个工作日。"),
)
_OPENS, _CLOSES = 10, 17


@dataclass(frozen=True)
class _Desk:
    """Whose grid it is, when the last office time was, and where numbers go on."""

    grid: GridPlace
    at: datetime
    random: Random
    numbers: Iterator[int]

    def case(self, report: ReportPlan, at: datetime, steps: tuple[StepPlan, ...]) -> CasePlan:
        number = next(self.numbers)
        return CasePlan(number, at, self._placed(report), steps, number)

    def _placed(self, report: ReportPlan) -> ReportPlan:
        west, south, east, north = self.grid.shape.bounds
        while True:
            lon = round(self.random.uniform(west, east), 6)
            lat = round(self.random.uniform(south, north), 6)
            if self.grid.shape.contains(Point(lon, lat)):
                return replace(report, lon=lon, lat=lat, grid=self.grid.code)


def _office_time(setting: Setting) -> datetime:
    """Return the newest moment up to now at which an office is at work."""
    at = setting.now
    while not (setting.office.is_working_day(at.date()) and _OPENS <= at.hour < _CLOSES):
        at -= timedelta(minutes=10)
    return at


def _to_look_at(desk: _Desk) -> Iterator[CasePlan]:
    for place, (category, kind, channel, title, text) in enumerate(_TO_LOOK_AT):
        asked = desk.at - timedelta(minutes=7 * place + 2)
        reporter = "" if channel == "web" else "intake"
        contact = ContactPlan("赵女士（示例）", f"100{desk.random.randrange(10**8):08d}")
        report = ReportPlan(
            category, kind, channel, title, text, title, reporter=reporter, contact=contact
        )
        steps = (
            StepPlan("accept", asked - timedelta(minutes=3), "intake"),
            StepPlan("ask_verification", asked, "intake", note=sayings.ASK_VERIFICATION),
        )
        yield desk.case(report, asked - timedelta(minutes=20 + 35 * place), steps)


def _own(desk: _Desk, worker: str) -> Iterator[CasePlan]:
    for place, (category, kind, title, text) in enumerate(_OWN):
        report = ReportPlan(category, kind, "grid_worker", title, text, title, reporter=worker)
        yield desk.case(report, desk.at - timedelta(minutes=30 + 50 * place), ())


def _more_time(desk: _Desk, officer: str, unit: str) -> Iterator[CasePlan]:
    for place, (category, kind, title, why) in enumerate(_MORE_TIME):
        report = ReportPlan(
            category, kind, "grid_worker", title, "请处理。", title, reporter="grid"
        )
        at = desk.at - timedelta(hours=3, minutes=20 * place)
        moments = [at + timedelta(minutes=minutes) for minutes in (5, 12, 30, 60, 120)]
        steps = (
            StepPlan("accept", moments[0], "intake"),
            StepPlan("register", moments[1], "intake"),
            StepPlan("dispatch", moments[2], "dispatch", facts={"unit": unit}),
            StepPlan("sign", moments[3], officer),
            StepPlan("ask_extension", moments[4], officer, note=why, facts={"amount": 5}),
        )
        yield desk.case(report, at, steps)


def waiting_today(setting: Setting, after: int) -> list[CasePlan]:
    """Return the cases that lie with the shown log-ins; their keys go on after ``after``."""
    staff = {person.username: person for person in setting.staff}
    worker, officer = staff["grid"], staff["officer"]
    grid = next(one for one in setting.grids if one.code == worker.grid)
    random = Random(after)  # noqa: S311 - the same cases every time is the point
    desk = _Desk(grid, _office_time(setting), random, count(after + 1))
    return [
        *_to_look_at(desk),
        *_own(desk, worker.username),
        *_more_time(desk, officer.username, officer.unit),
    ]
