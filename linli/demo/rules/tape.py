"""Writing down step after step while time goes on, and who does them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from linli.demo.rules.office import Office
from linli.demo.rules.people import DemoPerson
from linli.demo.rules.plans import StepPlan
from linli.demo.rules.subjects import Span


class Roster:
    """Who can be asked to do what: user names by role, by unit, by grid."""

    def __init__(self, staff: Sequence[DemoPerson]) -> None:
        """Sort the people."""
        self.by_role: dict[str, list[str]] = {}
        self.officers: dict[str, list[str]] = {}
        self.workers: dict[str, list[str]] = {}
        for person in staff:
            self.by_role.setdefault(person.role, []).append(person.username)
            if person.role == "unit_officer":
                self.officers.setdefault(person.unit, []).append(person.username)
            if person.grid:
                self.workers.setdefault(person.grid, []).append(person.username)

    def one(self, role: str, random: Random) -> str:
        """Return somebody of a role."""
        return random.choice(self.by_role[role])


@dataclass
class Tape:
    """The steps of one case so far and the moment of the last one."""

    at: datetime
    office: Office
    steps: list[StepPlan] = field(default_factory=list)

    def wait(self, span: Span) -> None:
        """Let time go on."""
        if span.round_the_clock:
            self.at += timedelta(minutes=max(2.0, span.minutes))
        else:
            self.at = self.office.after(self.at, span.minutes)

    def add(
        self,
        verb: str,
        by: str,
        said: str = "",
        facts: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        """Write a step down; ``said`` is an internal note."""
        self.steps.append(StepPlan(verb, self.at, by, note=said, facts=facts or {}))

    def tell(
        self, verb: str, by: str, words: str, facts: Mapping[str, str | int | bool] | None = None
    ) -> None:
        """Write a step down whose words the reporter reads."""
        self.steps.append(StepPlan(verb, self.at, by, words=words, facts=facts or {}))
