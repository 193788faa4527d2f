"""Making the demo, once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from linli.audit.actions import make_checkpoint
from linli.cases.jobs.supervising import escalate, refresh_colours
from linli.cases.queries.calendars import current_calendar
from linli.demo.actions.asking import save_forms
from linli.demo.actions.bulk import can_go_at_once, run_at_once
from linli.demo.actions.course import World, run_group
from linli.demo.actions.district import make_district, plan_district
from linli.demo.actions.records import save_records
from linli.demo.rules.office import Office
from linli.demo.rules.plans import CasePlan
from linli.demo.rules.waiting import waiting_today
from linli.demo.rules.year import DAYS, Setting, make_year

# Everything has stood since then; the year of cases begins a little later.
_SINCE = timedelta(days=DAYS + 40)
# What is older than this notified nobody: people have long read it.
_QUIET = timedelta(days=3)
_CHUNK = 250

T = TypeVar("T")
Bar = Callable[[Iterable[T], int], Iterable[T]]


def _plain_bar(rows: Iterable[T], _total: int) -> Iterable[T]:
    return rows


def make_demo(*, now: datetime, bar: Bar[object] = _plain_bar, days: int = DAYS) -> int:
    """Make the district and its year up to ``now``; returns the number of cases.

    ``bar`` shows progress over (rows, total). Everything is done by the real actions, or by a
    way that is proved to write the same rows.
    """
    now = timezone.localtime(now)
    district = plan_district()
    for _what in make_district(district, now - _SINCE):
        pass
    save_records(grids=district.territory.grids, people=district.people, now=now)
    save_forms(now=now)
    calendar = current_calendar()

    def is_working_day(day: date) -> bool:
        return calendar.kind(day).counts

    office = Office(is_working_day)
    setting = Setting(district.territory.grids, district.people, district.tree, office, now)
    first = now - timedelta(days=days)
    year = make_year(setting)
    year += waiting_today(setting, after=max(plan.key for plan in year))
    old = {plan.group for plan in year if plan.at < first}
    plans = [plan for plan in year if plan.group not in old]
    for _done in bar(_run(plans, now), len(plans)):
        pass
    refresh_colours(at=now)
    escalate(at=now)
    make_checkpoint(at=now)
    return len(plans)


def _groups(plans: Sequence[CasePlan]) -> list[list[CasePlan]]:
    """Return cases that touch each other together, the first of them first."""
    groups: dict[int, list[CasePlan]] = defaultdict(list)
    for plan in plans:
        groups[plan.group].append(plan)
    return list(groups.values())


def _run(plans: Sequence[CasePlan], now: datetime) -> Iterable[object]:
    """Run the plans; yields each when it is done."""
    world, quiet_before = World(now), now - _QUIET
    straight: list[CasePlan] = []
    others: list[list[CasePlan]] = []
    for group in _groups(plans):
        if all(can_go_at_once(plan, quiet_before) for plan in group):
            straight.extend(group)
        else:
            others.append(group)
    for start in range(0, len(straight), _CHUNK):
        chunk = straight[start : start + _CHUNK]
        run_at_once(chunk, world)
        yield from chunk
    for group in others:
        run_group(group, world, quiet_before)
        yield from group
