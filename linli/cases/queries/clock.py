"""The clock of a case, worked out anew from its facts, and its explanation line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.cases.models import Case, CaseStep, Extension, Pause, StageLimit
from linli.cases.models import choices as words
from linli.cases.queries.calendars import current_calendar
from linli.cases.queries.categories import limits_for
from linli.cases.rules.deadlines import (
    Clock,
    Granted,
    History,
    Rest,
    Stage,
    StageClock,
    limit_of,
    reckon_clock,
    resumed,
)
from linli.cases.rules.workflow import CASE_WORKFLOW, STANDING_STILL, CaseState, CaseVerb
from linli.kernel.working_time import (
    Calendar,
    DayKind,
    Deadline,
    LeftOut,
    Limit,
    LimitUnit,
    days_left_out,
    make_up_days,
)
from linli.kernel.working_time import Pause as StandStill

_MOST_LINES_OF_DAYS = 40
_STOPS = {step.verb.value for step in CASE_WORKFLOW.steps if step.target in STANDING_STILL}
_LONGER = {CaseVerb.GRANT_EXTENSION.value}


@lru_cache(maxsize=4096)
def stages_of(version_id: UUID, kind: str) -> tuple[Stage, ...]:
    """Return the stages that hold for a kind of case under a category version."""
    return tuple(_stage(limit) for limit in limits_for(version_id, kind))


def _stage(row: StageLimit) -> Stage:
    return Stage(
        code=row.stage,
        limit=limit_of(row.amount, row.unit),
        counts_from=row.counts_from,
        met_by=tuple(row.met_by),
        is_final=row.is_final,
    )


# What no page of a case tells of an account.
NOT_SHOWN_OF_PERSON = (
    *("password", "last_login", "email", "language", "is_active"),
    *("must_change_password", "wants_digest", "created_at"),
)
_NOT_SHOWN_OF_STEP = (
    *(f"by__{name}" for name in NOT_SHOWN_OF_PERSON),
    *("unit__since", "unit__until"),
)


def steps_of(case: Case) -> list[CaseStep]:
    """Return the steps of a case in their order, with who did them."""
    steps = CaseStep.objects.filter(case=case).select_related("by", "unit")
    return list(steps.defer(*_NOT_SHOWN_OF_STEP).order_by("position"))


def events_of(steps: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> dict[str, datetime]:
    """Return the first moment of each verb (verb, moment, facts), anew from a reopening."""
    events: dict[str, datetime] = {}
    for verb, at, facts in steps:
        if verb == CaseVerb.REOPEN:
            # A reopened case begins again: accepted, and waiting to be dispatched.
            events = dict.fromkeys((CaseVerb.REPORT, CaseVerb.ACCEPT, CaseVerb.REOPEN), at)
        elif verb == CaseVerb.MILESTONE:
            events.setdefault(f"stage:{facts.get('stage', '')}", at)
        events.setdefault(str(verb), at)
    return events


def history_of(case: Case, steps: Sequence[CaseStep] | None = None) -> History:
    """Return the facts that the clock is worked out from.

    ``steps`` are all steps of a case that nobody is changing, where they are read already; only
    a step lets the clock stand still or grants more time, so less needs to be asked for then.
    """
    of_case = CaseStep.objects.filter(case=case).order_by("position")
    told = [(step.verb, step.at, step.facts) for step in steps or ()]
    verbs = {verb for verb, _at, _facts in told} if steps is not None else _STOPS | _LONGER
    pauses = Pause.objects.filter(case=case).values_list("since", "until")
    extensions = Extension.objects.filter(case=case, granted=True).order_by("decided_at")
    return History(
        events=events_of(told or of_case.values_list("verb", "at", "facts")),
        pauses=[StandStill(since, until) for since, until in (pauses if verbs & _STOPS else ())],
        extensions=[
            Granted(Limit(row.amount, LimitUnit(row.unit)), row.decided_at)
            for row in (extensions if verbs & _LONGER else ())
            if row.decided_at is not None
        ],
        stated_due=case.stated_due_at,
    )


def clock_of(case: Case, history: History | None = None) -> Clock:
    """Return the clock of a case; ``history`` saves reading the facts."""
    stages = stages_of(case.category_version_id, case.kind)
    return reckon_clock(stages, history or history_of(case), current_calendar())


def rest_words(rest: Rest | None) -> str:
    """Return how a clock that stands still is told, wherever it is told."""
    if rest is None:
        return _("Clock paused")
    if rest.is_over:
        return _("Clock paused, overdue")
    if rest.unit is LimitUnit.WORKING_DAYS:
        text = ngettext(
            "Clock paused, %(n)d working day left", "Clock paused, %(n)d working days left",
            rest.amount,
        )  # fmt: skip
    elif rest.unit is LimitUnit.WORKING_HOURS:
        text = ngettext(
            "Clock paused, %(n)d working hour left", "Clock paused, %(n)d working hours left",
            rest.amount,
        )  # fmt: skip
    elif rest.unit is LimitUnit.HOURS:
        text = ngettext(
            "Clock paused, %(n)d hour left", "Clock paused, %(n)d hours left", rest.amount
        )
    else:
        text = ngettext(
            "Clock paused, %(n)d day left", "Clock paused, %(n)d days left", rest.amount
        )
    return text % {"n": rest.amount}


def still_words(case: Case, history: History, at: datetime) -> str:
    """Return how the deadline of a case is told while it stands still; "" while it runs."""
    if CaseState(case.state) not in STANDING_STILL:
        return ""
    clock = clock_of(case, resumed(history, at))
    return rest_words(clock.rest(at, current_calendar()))


@dataclass(frozen=True)
class ExplainedStage:
    """One limit in words: its name, until when, whether met or late, and why.

    ``still`` says what is left of it while the clock stands still.
    """

    name: str
    due: datetime | None
    met_at: datetime | None
    is_final: bool
    is_late: bool
    lines: tuple[str, ...]
    still: str = ""


def _moment(value: datetime) -> str:
    return formats.date_format(timezone.localtime(value), "Y-m-d H:i")


def _amount(limit: Limit) -> str:
    unit = words.LimitUnit(limit.unit.value).label
    return _("%(amount)d %(unit)s") % {"amount": limit.amount, "unit": unit}


def _name(run: LeftOut) -> str:
    if run.named is None:
        return ""
    return run.named.name_en if get_language() == "en" else run.named.name


def _left_out(run: LeftOut) -> str:
    span = f"{run.first:%m-%d}" if run.days == 1 else f"{run.first:%m-%d} – {run.last:%m-%d}"
    if run.kind is DayKind.WEEKEND:
        return _("%(span)s not counted: weekend") % {"span": span}
    name = _name(run)
    if run.kind is DayKind.CLOSING:
        return _("%(span)s not counted: closed here (%(name)s)") % {"span": span, "name": name}
    return _("%(span)s not counted: holiday (%(name)s)") % {"span": span, "name": name}


def _day_lines(part: Deadline, calendar: Calendar) -> Iterator[str]:
    if part.due is None or not part.limit.unit.needs_calendar:
        return
    first, last = part.first_day, part.due.date()
    for run in days_left_out(first, last, calendar)[:_MOST_LINES_OF_DAYS]:
        yield _left_out(run)
    for day in make_up_days(first, last, calendar, part.pauses):
        yield _("%(day)s counted: a working day by the holiday notice") % {"day": f"{day:%m-%d}"}


def _pause_lines(part: Deadline) -> Iterator[str]:
    for pause in part.pauses:
        start = _moment(pause.start)
        if pause.end is None:
            yield _("Stands still since %(start)s") % {"start": start}
        else:
            yield _("Stood still from %(start)s to %(end)s") % {
                "start": start,
                "end": _moment(pause.end),
            }
    if part.days_paused:
        yield _("Days not counted because it stood still: %(days)d") % {"days": part.days_paused}


def explained_limit(part: Deadline, calendar: Calendar) -> list[str]:
    """Return why a limit ends when it does: what was counted, which days were left out."""
    amount, start = _amount(part.limit), _moment(part.start)
    lines = [_("%(amount)s from %(start)s") % {"amount": amount, "start": start}]
    lines += [*_day_lines(part, calendar), *_pause_lines(part)]
    lines += [
        _("Provisional: the holiday notice for %(year)d is not out yet") % {"year": year}
        for year in part.missing_years
    ]
    return lines


def _lines(clock: StageClock, case: Case, calendar: Calendar) -> Iterator[str]:
    rule = _("Rule: category %(category)s, version %(version)d; calendar %(calendar)s") % {
        "category": case.category,
        "version": case.category_version.number,
        "calendar": calendar.version,
    }
    yield rule
    if clock.base is None:
        return
    if clock.base.limit.unit is LimitUnit.STATED:
        yield _("The date was stated in the report.")
    else:
        yield _("%(amount)s from %(start)s") % {
            "amount": _amount(clock.base.limit),
            "start": _moment(clock.start),
        }
    for part in (clock.base, *clock.extended):
        if part is not clock.base:
            yield _("Extended by %(amount)s") % {"amount": _amount(part.limit)}
        yield from _day_lines(part, calendar)
        yield from _pause_lines(part)
    for year in clock.missing_years:
        yield _("Provisional: the holiday notice for %(year)d is not out yet") % {"year": year}


def explained(
    case: Case, at: datetime, steps: Sequence[CaseStep] | None = None
) -> list[ExplainedStage]:
    """Return each limit of a case with its explanation, in the reader's language."""
    calendar = current_calendar()
    names = {row.stage: str(row) for row in limits_for(case.category_version_id, case.kind)}
    history = history_of(case, steps)
    clocks = clock_of(case, history).stages
    stands_still = CaseState(case.state) in STANDING_STILL
    would_be = clock_of(case, resumed(history, at)).stages if stands_still else clocks
    return [
        ExplainedStage(
            name=names.get(clock.stage.code, clock.stage.code),
            due=clock.due,
            met_at=clock.met_at,
            is_final=clock.stage.is_final,
            is_late=clock.is_late(at),
            lines=tuple(_lines(clock, case, calendar)),
            still=rest_words(going.rest(at, calendar)) if stands_still and not clock.met_at else "",
        )
        for clock, going in zip(clocks, would_be, strict=True)
    ]
