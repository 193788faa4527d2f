"""One case being played: where it is, who has it, how fast it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from linli.demo.rules import sayings
from linli.demo.rules.matters import Matter, Wrong
from linli.demo.rules.places import Spot
from linli.demo.rules.plans import ReportPlan
from linli.demo.rules.subjects import Span, Subject
from linli.demo.rules.tape import Roster, Tape
from linli.demo.rules.wording import pick


@dataclass
class Scene:
    """One case being played: its report, its place, and the time it will take.

    ``left`` is the office time (minutes) that is still to be spent; ``hurry`` cases run round
    the clock.
    """

    report: ReportPlan
    subject: Subject
    matter: Matter
    spot: Spot
    tape: Tape
    random: Random
    roster: Roster
    wrong: Wrong | None = None
    pace: float = 1.0
    unit: str = ""
    officer: str = ""

    def chance(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.random.random() < share

    def someone(self, role: str) -> str:
        """Return somebody of a role."""
        return self.roster.one(role, self.random)

    def pick(self, texts: Sequence[str]) -> str:
        """Return one of some texts."""
        return pick(texts, self.random)

    def within(self, stage: str, usual: float = 0.9) -> None:
        """Wait as long as a stage usually takes; a few times too long."""
        span = self.subject.stages[stage]
        share = self.random.uniform(0.06, 0.85)
        if not self.chance(usual):
            share = self.random.uniform(1.2, 3.0)
        self.tape.wait(Span(span.minutes * share, span.round_the_clock))

    def spend(self, share: float) -> None:
        """Wait for a share of the whole promise, at this case's pace."""
        promise = self.subject.promise(self.report.kind)
        minutes = promise.minutes * self.pace * share * self.random.uniform(0.6, 1.3)
        self.tape.wait(Span(minutes, promise.round_the_clock))


def dispatch(scene: Scene, unit: str) -> None:
    """Give the case to a unit; one of its officers will have it."""
    scene.within("dispatch")
    scene.unit = unit
    scene.officer = scene.pick(scene.roster.officers[unit])
    dispatcher = scene.someone("dispatcher")
    note = scene.pick(sayings.DISPATCHED)
    scene.tape.add("dispatch", dispatcher, note, {"unit": unit})


def handled(scene: Scene) -> str:
    """Return what the unit did, in a sentence."""
    done = scene.wrong.handled if scene.wrong else sayings.STUDIED
    return scene.pick(done) + "。"
