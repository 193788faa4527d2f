"""What a demo case is to be: the facts of its report and everything that happens to it.

A plan is data only.  A driver runs it through the real actions, so that nothing in the demo could
not have happened in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# Who acts where nobody of the staff does.
REPORTER = "reporter"
CLOCK = "clock"


@dataclass(frozen=True)
class ContactPlan:
    """Who reports; names and numbers are invented (no subscriber's number begins with 100)."""

    name: str
    telephone: str


@dataclass(frozen=True)
class ReportPlan:
    """The facts of a report; ``category`` is a code, ``reporter`` a user name or ""."""

    category: str
    kind: str
    channel: str
    title: str
    description: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    grid: str = ""
    reporter: str = ""
    contact: ContactPlan | None = None
    photos: int = 0


@dataclass(frozen=True)
class StepPlan:
    """One verb: when, by whom (user name, REPORTER or CLOCK), and what is written or chosen.

    ``facts`` holds what the verb needs besides words: ``unit`` (code), ``reason``, ``stage``,
    ``found``, ``amount``, ``solved``, ``satisfaction``, ``reached``, ``into`` (key of a case).
    """

    verb: str
    at: datetime
    by: str
    note: str = ""
    words: str = ""
    facts: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class CasePlan:
    """One case. Cases of one ``group`` touch each other and are run together by time."""

    key: int
    at: datetime
    report: ReportPlan
    steps: tuple[StepPlan, ...]
    group: int

    @property
    def last_at(self) -> datetime:
        """The moment of the last thing that happened."""
        return self.steps[-1].at if self.steps else self.at
