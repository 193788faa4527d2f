"""What the facts of a case say about its deadlines: staged limits, promise, colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from linli.kernel.working_time import (
    Calendar,
    Deadline,
    Limit,
    LimitUnit,
    Pause,
    add_limit,
    postpone,
    whole_units_left,
)

_ONE_WORKING_DAY = 1


class Colour(StrEnum):
    """Supervision colours; NONE is far from its deadline, ended, or standing still."""

    NONE = ""
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


_PRESSING = {Colour.RED.value: 0, Colour.YELLOW.value: 1, Colour.BLUE.value: 2}
# The most pressing first, as urgency sorts them.
COLOURS_BY_URGENCY = (*_PRESSING, Colour.NONE.value)


def urgency(colour: str, due: datetime | None, arrival: int) -> tuple[int, bool, float, int]:
    """Return what sorts open cases, the most pressing first: colour, then due, then arrival."""
    stamp = due.timestamp() if due is not None else 0.0
    return (_PRESSING.get(colour, len(_PRESSING)), due is None, stamp, arrival)


@dataclass(frozen=True)
class Stage:
    """A staged limit of a category version. ``counts_from`` and ``met_by`` name events.

    ``limit`` None is a stated date: the moment itself is a fact of the case.
    """

    code: str
    limit: Limit | None
    counts_from: str
    met_by: tuple[str, ...]
    is_final: bool = False


@dataclass(frozen=True)
class Granted:
    """An extension that was granted: what it adds to the final deadline."""

    limit: Limit
    at: datetime


@dataclass(frozen=True)
class History:
    """The facts: the first moment of each event, pauses, extensions, a stated date.

    An event is the name of a verb, or ``stage:<code>`` for a stage recorded as done.
    """

    events: Mapping[str, datetime]
    pauses: Sequence[Pause] = ()
    extensions: Sequence[Granted] = ()
    stated_due: datetime | None = None


@dataclass(frozen=True)
class Rest:
    """What is left of a limit, in whole units; over where it had ended before."""

    amount: int
    unit: LimitUnit
    is_over: bool = False


@dataclass(frozen=True)
class StageClock:
    """One stage: from when, until when, and when it was met (None: not yet).

    ``base`` and ``extended`` are the parts of the way to ``due``; no base where a date
    should have been stated and was not.
    """

    stage: Stage
    start: datetime
    due: datetime | None
    met_at: datetime | None
    base: Deadline | None = None
    extended: tuple[Deadline, ...] = ()

    @property
    def missing_years(self) -> tuple[int, ...]:
        """Years whose holiday notice could still move the end."""
        parts = (*((self.base,) if self.base else ()), *self.extended)
        return tuple(sorted({year for part in parts for year in part.missing_years}))

    def rest(self, at: datetime, calendar: Calendar) -> "Rest | None":
        """Return what is left at a moment in the unit of the limit; None without an end."""
        if self.base is None or self.due is None:
            return None
        unit = self.base.limit.unit
        left = whole_units_left(at, self.due, unit, calendar, self.base.first_day)
        return Rest(left, unit, is_over=self.due <= at)

    def is_late(self, at: datetime) -> bool:
        """Say whether the stage was met after its end, or is unmet at ``at`` after its end."""
        return self.due is not None and (self.met_at or at) > self.due


@dataclass(frozen=True)
class Clock:
    """All deadlines of a case; ``due`` is the promise to the reporter."""

    due: datetime | None = None
    blue_from: datetime | None = None
    yellow_from: datetime | None = None
    is_provisional: bool = False
    stages: tuple[StageClock, ...] = field(default_factory=tuple)

    def rest(self, at: datetime, calendar: Calendar) -> Rest | None:
        """Return what is left at a moment until ``due``; None without one."""
        leading = (stage for stage in self.stages if stage.due is not None)
        found = next((stage for stage in leading if stage.due == self.due), None)
        return found.rest(at, calendar) if found is not None else None

    def colour(self, at: datetime) -> Colour:
        """Return the colour of an open case at a moment."""
        if self.due is not None and at > self.due:
            return Colour.RED
        if self.yellow_from is not None and at > self.yellow_from:
            return Colour.YELLOW
        if self.blue_from is not None and at >= self.blue_from:
            return Colour.BLUE
        return Colour.NONE

    def next_change(self, at: datetime) -> datetime | None:
        """Return the next moment after ``at`` at which the colour can change."""
        moments = (self.blue_from, self.yellow_from, self.due)
        return min((moment for moment in moments if moment and moment >= at), default=None)


def _met_at(stage: Stage, start: datetime, history: History) -> datetime | None:
    # Where several stages end with a milestone, each is met by its own only.
    verbs = (name for name in stage.met_by if name != "milestone")
    names = (*verbs, f"stage:{stage.code}")
    moments = [history.events[name] for name in names if name in history.events]
    return min((moment for moment in moments if moment >= start), default=None)


def _extended(
    due: datetime | None, history: History, calendar: Calendar
) -> tuple[datetime | None, tuple[Deadline, ...]]:
    """Return an end moved on by each extension in turn, and the parts of the way."""
    parts: list[Deadline] = []
    for granted in history.extensions:
        if due is None:
            break
        parts.append(add_limit(due, granted.limit, calendar, history.pauses))
        due = parts[-1].due
    return due, tuple(parts)


def _stage_clock(stage: Stage, history: History, calendar: Calendar) -> StageClock | None:
    start = history.events.get(stage.counts_from)
    if start is None:
        return None
    base: Deadline | None = None
    if stage.limit is not None:
        base = add_limit(start, stage.limit, calendar, history.pauses)
    elif history.stated_due is not None:
        base = postpone(history.stated_due, start, history.pauses)
    due = base.due if base is not None else None
    extended: tuple[Deadline, ...] = ()
    if stage.is_final:
        due, extended = _extended(due, history, calendar)
    return StageClock(stage, start, due, _met_at(stage, start, history), base, extended)


def _day_before(due: datetime, calendar: Calendar) -> datetime:
    """The same time of day, so early that one working day remains before a deadline.

    A deadline on a Sunday is near from Thursday on, since Friday is the day that remains.
    """
    local = calendar.local(due)
    rank = calendar.rank(local.date()) - _ONE_WORKING_DAY
    return calendar.at(calendar.nth(rank), local.time())


def reckon_clock(stages: Sequence[Stage], history: History, calendar: Calendar) -> Clock:
    """Return the clock of an open case from its facts.

    The due moment is the final stage's; before that stage has begun, the next unmet one's.
    """
    clocks = [clock for stage in stages if (clock := _stage_clock(stage, history, calendar))]
    final = next((clock for clock in clocks if clock.stage.is_final), None)
    waiting = [c.due for c in clocks if c.met_at is None and not c.stage.is_final and c.due]
    due = final.due if final is not None else min(waiting, default=None)
    if due is None:
        return Clock(stages=tuple(clocks))
    behind = [moment for moment in waiting if moment < due]
    return Clock(
        due=due,
        blue_from=_day_before(due, calendar),
        yellow_from=min(behind, default=None),
        is_provisional=any(clock.missing_years for clock in clocks if clock.met_at is None),
        stages=tuple(clocks),
    )


def resumed(history: History, at: datetime) -> History:
    """Return the facts as they would be if a clock that stands still went on at a moment."""
    pauses = [replace(one, end=one.end or max(at, one.start)) for one in history.pauses]
    return replace(history, pauses=pauses)


def on_time(closed_at: datetime, due_at: datetime | None) -> bool:
    """Say whether a case was closed in time; the last moment counts, no limit is in time."""
    return due_at is None or closed_at <= due_at


def limit_of(amount: int, unit: str) -> Limit | None:
    """Return a limit of the database's words; None for a stated date."""
    kind = LimitUnit(unit)
    return None if kind is LimitUnit.STATED else Limit(amount, kind)
