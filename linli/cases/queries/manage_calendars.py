"""What a calendar changes: days, confirmed years, and the deadlines of open cases."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from linli.cases.models import Case, WorkingCalendar
from linli.cases.queries.clock import stages_of
from linli.cases.queries.histories import facts_of
from linli.cases.rules.deadlines import reckon_clock
from linli.cases.rules.workflow import OPEN
from linli.kernel.working_time import Calendar, DayKind, NamedDay

_BATCH = 500
# A preview looks at so many cases at most; the import itself looks at all.
MOST_LOOKED_AT = 3_000


@dataclass(frozen=True)
class ChangedDay:
    """A day that counts otherwise than before."""

    day: date
    before: DayKind
    after: DayKind
    name: str


@dataclass(frozen=True)
class Moved:
    """How many open deadlines would move; ``cut`` when not all cases were looked at."""

    moved: int = 0
    looked_at: int = 0
    cut: bool = False


def name_of_day(named: NamedDay | None) -> str:
    """Return the name of a holiday or closing in the reader's language."""
    if named is None:
        return ""
    return named.name_en if get_language() == "en" else named.name


def calendars() -> QuerySet[WorkingCalendar]:
    """Return the imported calendars, the one that holds first."""
    return WorkingCalendar.objects.order_by("-imported_at")


def _days_of(years: Iterable[int]) -> Iterator[date]:
    for year in sorted(years):
        day = date(year, 1, 1)
        while day.year == year:
            yield day
            day += timedelta(days=1)


def changed_days(before: Calendar, after: Calendar) -> list[ChangedDay]:
    """Return the days of the confirmed years of either that differ."""
    years = before.confirmed_years | after.confirmed_years
    found = []
    for day in _days_of(years):
        old, new = before.kind(day), after.kind(day)
        if old is not new:
            name = name_of_day(after.named(day) or before.named(day))
            found.append(ChangedDay(day, old, new, name))
    return found


def _touched(before: Calendar, after: Calendar) -> QuerySet[Case]:
    """Return the open cases whose deadline can differ between two calendars."""
    cases = Case.objects.filter(state__in=[state.value for state in OPEN])
    same_hours = before.day_hours == after.day_hours and before.limit_ends == after.limit_ends
    days = changed_days(before, after)
    if not same_hours:
        return cases
    if not days:
        return cases.none()
    first, last = days[0].day, days[-1].day
    opens, closes = after.day_hours[0].opens, after.day_hours[-1].closes
    return cases.filter(
        Q(due_at__isnull=True) | Q(is_provisional=True) | Q(due_at__gte=after.at(first, opens)),
        reported_at__lte=after.at(last, closes),
    )


def deadlines_moved(before: Calendar, after: Calendar) -> Moved:
    """Count the open cases that would get another deadline; nothing is written."""
    touched = _touched(before, after).order_by("arrival")
    rows = touched[: MOST_LOOKED_AT + 1].iterator(_BATCH)
    moved = looked_at = 0
    while batch := list(islice(rows, _BATCH)):
        facts = facts_of(batch)
        for case in batch[: MOST_LOOKED_AT - looked_at]:
            stages = stages_of(case.category_version_id, case.kind)
            clock = reckon_clock(stages, facts[case.pk].history(case), after)
            moved += clock.due != case.due_at
            looked_at += 1
        if looked_at >= MOST_LOOKED_AT:
            return Moved(moved, looked_at, touched.count() > MOST_LOOKED_AT)
    return Moved(moved, looked_at)


# --- a year on one page -----------------------------------------------------------------------


@dataclass(frozen=True)
class DayCell:
    """One day of the year's page; ``kind`` decides mark and words."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True)
class MonthGrid:
    """A month as weeks that begin on Monday; None fills the first and last week."""

    first: date
    weeks: list[list[DayCell | None]]
    working_days: int

    @property
    def named(self) -> list[str]:
        """The holidays and closings of the month, each with its first and last day."""
        runs: list[tuple[str, int, int]] = []
        for cell in (cell for week in self.weeks for cell in week):
            if cell is None or not cell.name or cell.kind is DayKind.MAKE_UP:
                continue
            name, day = cell.name, cell.day.day
            if runs and runs[-1][0] == name and runs[-1][2] == day - 1:
                runs[-1] = (name, runs[-1][1], day)
            else:
                runs.append((name, day, day))
        spans = ((name, f"{a}" if a == b else f"{a}–{b}") for name, a, b in runs)
        return [f"{span} {name}" for name, span in spans]


def _cell(calendar: Calendar, day: date, month: int) -> DayCell | None:
    if day.month != month:
        return None
    return DayCell(day, calendar.kind(day), name_of_day(calendar.named(day)))


def year_of(calendar: Calendar, year: int) -> list[MonthGrid]:
    """Return the twelve months of a year."""
    months = []
    for month in range(1, 13):
        weeks = [
            [_cell(calendar, day, month) for day in week]
            for week in Weeks().monthdatescalendar(year, month)
        ]
        counted = sum(1 for week in weeks for cell in week if cell and cell.kind.counts)
        months.append(MonthGrid(date(year, month, 1), weeks, counted))
    return months
