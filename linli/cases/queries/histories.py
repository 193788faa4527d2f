"""The facts of many cases in three questions, as the clock of each of them reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.cases.models import Case, CaseStep, Extension, Pause
from linli.cases.queries.clock import events_of
from linli.cases.rules.deadlines import Granted, History
from linli.cases.rules.workflow import ENDED, CaseState
from linli.kernel.working_time import Limit, LimitUnit
from linli.kernel.working_time import Pause as StandStill


@dataclass(frozen=True)
class StepFacts:
    """What one step says to the clock and the counters."""

    position: int
    verb: str
    source: str
    target: str
    at: datetime
    facts: dict[str, Any]


@dataclass
class CaseFacts:
    """All facts of one case that derived values come from."""

    steps: list[StepFacts] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    extensions: list[tuple[datetime, Granted]] = field(default_factory=list)

    def count(self, *verbs: str) -> int:
        """Return how often the verbs were done."""
        return sum(step.verb in verbs for step in self.steps)

    @property
    def ended(self) -> StepFacts | None:
        """The step that ended the case, where it is ended now."""
        ends = [s for s in self.steps if CaseState(s.target) in ENDED and _was_open(s)]
        opens = [s for s in self.steps if CaseState(s.target) not in ENDED]
        last = ends[-1] if ends else None
        reopened = last and any(step.position > last.position for step in opens)
        return None if reopened else last

    def history(self, case: Case) -> History:
        """Return what the clock read last; of an ended case, what it read before the end."""
        end = self.ended
        steps = self.steps if end is None else [s for s in self.steps if s.position < end.position]
        pauses, extensions = self.pauses, self.extensions
        if end is not None:
            pauses = [
                (since, until if until is not None and until < end.at else None)
                for since, until in pauses
                if since < end.at
            ]
            extensions = [(at, granted) for at, granted in extensions if at <= end.at]
        return History(
            events=events_of((step.verb, step.at, step.facts) for step in steps),
            pauses=[StandStill(since, until) for since, until in pauses],
            extensions=[granted for _at, granted in extensions],
            stated_due=case.stated_due_at,
        )


def _was_open(step: StepFacts) -> bool:
    return not step.source or CaseState(step.source) not in ENDED


def _fill_steps(found: dict[UUID, CaseFacts], keys: Iterable[UUID]) -> None:
    steps = CaseStep.objects.filter(case_id__in=keys).order_by("case_id", "position")
    rows = steps.values_list(
        "case_id", "position", "verb", "source_state", "target_state", "at", "facts"
    )
    for key, *values in rows:
        found[key].steps.append(StepFacts(*values))


def facts_of(cases: Sequence[Case]) -> dict[UUID, CaseFacts]:
    """Return the facts of each case by its id."""
    found = {case.pk: CaseFacts() for case in cases}
    keys = list(found)
    _fill_steps(found, keys)
    pauses = Pause.objects.filter(case_id__in=keys).order_by("since")
    for key, since, until in pauses.values_list("case_id", "since", "until"):
        found[key].pauses.append((since, until))
    extensions = Extension.objects.filter(case_id__in=keys, granted=True).order_by("decided_at")
    for row in extensions:
        if row.decided_at is not None:
            limit = Limit(row.amount, LimitUnit(row.unit))
            found[row.case_id].extensions.append((row.decided_at, Granted(limit, row.decided_at)))
    return found
