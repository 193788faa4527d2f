"""Deriving again what is kept for speed: deadlines, colours, counters, the text index.

The facts are steps, pauses, extensions, limits and calendars; nothing derived is read to derive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.cases.actions.handling import TIMES_BEFORE_UP
from linli.cases.actions.search import index_case
from linli.cases.models import Case, WorkingCalendar
from linli.cases.queries.calendars import closing_days, current_calendar
from linli.cases.queries.clock import stages_of
from linli.cases.queries.histories import CaseFacts, facts_of
from linli.cases.rules.calendar_data import calendar_from
from linli.cases.rules.deadlines import reckon_clock
from linli.cases.rules.text import tokens
from linli.cases.rules.workflow import ENDED, STANDING_STILL, CaseState, CaseVerb
from linli.kernel.ids import new_id
from linli.kernel.working_time import Calendar


@dataclass(frozen=True)
class Drift:
    """A case whose derived values differ from its facts: field, what is kept, what it should be."""

    case: Case
    values: Mapping[str, tuple[object, object]]
    index: bool = False


@dataclass
class Rebuilt:
    """What a run looked at and found. ``unknown``: ended under a calendar that is not kept."""

    cases: int = 0
    drifts: list[Drift] = field(default_factory=list)
    unknown: int = 0


def _raised(times: int) -> int:
    """Return how often a case went up a level: at the third time, and each time after it."""
    return max(0, times - TIMES_BEFORE_UP + 1)


class Deriver:
    """Derives with the calendar that holds, and for ended cases with the one that held then."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.now = current_calendar()
        self._held = self._all()

    def _all(self) -> dict[str, Calendar]:
        closing = closing_days()
        found = {self.now.version: self.now}
        for row in WorkingCalendar.objects.all():
            for days in (closing, ()):
                calendar = calendar_from(row.content, days)
                found.setdefault(calendar.version, calendar)
        return found

    def values(self, case: Case, facts: CaseFacts) -> dict[str, Any]:
        """Return the derived values, without the clock's where its calendar is not kept."""
        send_backs = facts.count(CaseVerb.SEND_BACK)
        reworks = facts.count(CaseVerb.FAIL_CHECK, CaseVerb.RETURN_FOR_REWORK)
        values: dict[str, Any] = {
            "send_backs": send_backs,
            "reworks": reworks,
            "level": _raised(send_backs) + _raised(reworks),
            "version": max((step.position for step in facts.steps), default=1),
        }
        ended = CaseState(case.state) in ENDED
        calendar = self._held.get(case.calendar_version) if ended else self.now
        if ended:
            values |= {"colour": "", "colour_changes_at": None}
        if calendar is None:
            return values
        return values | self._clock(case, facts, calendar, ended)

    def _clock(
        self, case: Case, facts: CaseFacts, calendar: Calendar, ended: bool
    ) -> dict[str, Any]:
        stages = stages_of(case.category_version_id, case.kind)
        clock = reckon_clock(stages, facts.history(case), calendar)
        values: dict[str, Any] = {
            "due_at": clock.due,
            "is_provisional": clock.is_provisional,
            "calendar_version": calendar.version,
        }
        if ended:
            return values
        if CaseState(case.state) in STANDING_STILL:
            return values | {"colour": "", "colour_changes_at": None}
        return values | {
            "colour": clock.colour(self.at).value,
            "colour_changes_at": clock.next_change(self.at),
        }

    def knows(self, case: Case) -> bool:
        """Say whether the calendar that an ended case's deadline came from is kept."""
        return CaseState(case.state) not in ENDED or case.calendar_version in self._held


def _awaits_colour(case: Case, at: datetime) -> bool:
    """The clock's job changes colours at their moment; until it comes round that is no drift."""
    return case.colour_changes_at is not None and case.colour_changes_at <= at


def _differing(case: Case, wanted: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    found = {
        name: (getattr(case, name), value)
        for name, value in wanted.items()
        if getattr(case, name) != value
    }
    if _awaits_colour(case, at):
        found.pop("colour", None)
        found.pop("colour_changes_at", None)
    return found


def drifts_of(cases: Sequence[Case], deriver: Deriver, found: Rebuilt) -> list[Drift]:
    """Compare a batch of cases with their facts; nothing is written."""
    facts = facts_of(cases)
    stale = _stale_index(cases)
    drifts = []
    for case in cases:
        found.cases += 1
        found.unknown += not deriver.knows(case)
        wanted = deriver.values(case, facts[case.pk])
        values = _differing(case, wanted, deriver.at)
        if values or case.arrival in stale:
            drifts.append(Drift(case, values, case.arrival in stale))
    return drifts


def mend(drifts: Sequence[Drift]) -> None:
    """Write what the facts say, in one transaction."""
    with transaction.atomic():
        for drift in drifts:
            for name, (_kept, value) in drift.values.items():
                setattr(drift.case, name, value)
            if drift.values:
                drift.case.save(update_fields=list(drift.values))
            if drift.index:
                index_case(drift.case, again=True)


def record_rebuild(found: Rebuilt, *, by: Person | None, at: datetime) -> None:
    """Write into the audit log that derived values were put right, and how many."""
    counted = {"cases": found.cases, "mended": len(found.drifts)}
    act = new_id()
    with acting(act, "cases.rebuild_derived", by=by, at=at, payload=counted, detail=counted):
        pass


# --- the text index ---------------------------------------------------------------------------


def _words(case: Case) -> str:
    return tokens(f"{case.title}\n{case.description}\n{case.place}")


def _stale_index(cases: Sequence[Case]) -> set[int]:
    """Return the arrivals whose index row is missing or does not say what the case says."""
    if connection.vendor == "sqlite":
        return {case.arrival for case in cases if not _fts5_says(case)}
    return _stale_tsvectors(cases)


def _varint(data: bytes) -> int:
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value


def _fts5_says(case: Case) -> bool:
    """The index keeps no text: its count of tokens and a match of all of them must agree."""
    words = _words(case).split()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sz FROM cases_search_docsize WHERE id = %s", [case.arrival])
        row = cursor.fetchone()
        if row is None or _varint(bytes(row[0])) != len(words):
            return False
        if not words:
            return True
        match = " AND ".join(f'"{word}"' for word in sorted(set(words)))
        cursor.execute(
            "SELECT 1 FROM cases_search WHERE cases_search MATCH %s AND rowid = %s",
            [match, case.arrival],
        )
        return cursor.fetchone() is not None


def _stale_tsvectors(cases: Sequence[Case]) -> set[int]:
    wanted = [(case.arrival, _words(case)) for case in cases]
    if not wanted:
        return set()
    rows = ", ".join(["(%s::bigint, %s)"] * len(wanted))
    statement = (
        f"SELECT w.arrival FROM (VALUES {rows}) AS w (arrival, words) "  # noqa: S608
        "LEFT JOIN cases_search s ON s.rowid = w.arrival "
        "WHERE s.tokens IS DISTINCT FROM to_tsvector('simple', w.words)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for pair in wanted for value in pair])
        return {row[0] for row in cursor.fetchall()}
