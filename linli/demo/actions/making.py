"""Making the demo once, and knowing whether it was made."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db import connections
from django.utils import timezone

from linli.audit.actions import make_checkpoint
from linli.cases.jobs.supervising import escalate, refresh_colours
from linli.cases.queries.calendars import current_calendar
from linli.demo.actions.bulk import can_go_at_once, run_at_once
from linli.demo.actions.course import World, run_group
from linli.demo.actions.district import make_district, plan_district
from linli.demo.rules.office import Office
from linli.demo.rules.plans import CasePlan
from linli.demo.rules.waiting import waiting_today
from linli.demo.rules.year import DAYS, Setting, make_year

MARKER = "demo"
# Everything has stood since then; the year of cases begins a little later.
_SINCE = timedelta(days=DAYS + 40)
# What is older than this notified nobody: people have long read it.
_QUIET = timedelta(days=3)
_CHUNK = 250
_OF_A_HOME = ("linli.sqlite3", "linli.sqlite3-wal", "linli.sqlite3-shm", "linli.sqlite3.writers")
_FOLDERS = ("attachments", "imports")

T = TypeVar("T")
Bar = Callable[[Iterable[T], int], Iterable[T]]


@dataclass(frozen=True)
class Made:
    """When the demo of a home was made, and how many cases it has."""

    at: str
    cases: int


def read_marker(home: Path) -> Made | None:
    """Return what the marker of a home says; None where no demo was made to its end."""
    try:
        said = json.loads((home / MARKER).read_text(encoding="utf-8"))
        return Made(said["at"], said["cases"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark(home: Path, made: Made | None) -> None:
    """Mark a home as a demo's: begun (None) or made."""
    home.mkdir(parents=True, exist_ok=True)
    said = {"at": made.at, "cases": made.cases} if made else {}
    (home / MARKER).write_text(json.dumps(said) + "\n", encoding="utf-8")


def is_taken(home: Path) -> bool:
    """Say whether a home holds a database that is no demo's."""
    return (home / _OF_A_HOME[0]).exists() and not (home / MARKER).exists()


def wipe(home: Path) -> None:
    """Take away the demo of a home; its keys stay."""
    connections.close_all()
    for name in _OF_A_HOME:
        (home / name).unlink(missing_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(home / name, ignore_errors=True)


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
