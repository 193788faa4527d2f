"""The course of a case: what happens to it from acceptance on, step by step.

Most cases go straight and in time.  Some are refused, sent back, paused, extended, shelved, fail
their check, are not solved at the first call, or are reopened; each about as often as in a place
that works.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from linli.demo.rules import sayings
from linli.demo.rules.matters import Matter
from linli.demo.rules.places import Spot
from linli.demo.rules.plans import REPORTER, ReportPlan
from linli.demo.rules.subjects import Span, Subject
from linli.demo.rules.tape import Roster, Tape
from linli.demo.rules.wording import answer_to, pick

_ANSWERABLE = frozenset({"consultation", "suggestion", "praise"})
_FROM_PUBLIC = frozenset({"web", "telephone", "walk_in", "letter", "open311", "other_system"})


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


def play(scene: Scene) -> None:
    """Play a case to its end."""
    kind, channel = scene.report.kind, scene.report.channel
    if channel == "grid_worker" and kind in {"help", "hazard"} and scene.chance(0.3):
        scene.tape.wait(Span(scene.random.uniform(5, 90), True))
        scene.tape.add("solve_on_spot", scene.report.reporter, scene.pick(sayings.ON_THE_SPOT))
        return
    if channel in _FROM_PUBLIC and scene.chance(0.035):
        _refuse(scene)
        return
    if kind in _ANSWERABLE and scene.chance(0.75):
        _answer(scene)
        return
    scene.within("accept")
    clerk = scene.someone("intake_clerk")
    scene.tape.add("accept", clerk)
    if _stands_up(scene, clerk):
        _to_a_unit(scene)


def _refuse(scene: Scene) -> None:
    reason = scene.pick([reason for reason in sayings.REFUSALS if reason != "emergency"])
    if scene.subject.emergency and scene.chance(0.7):
        reason = "emergency"
    scene.within("accept")
    words = sayings.REFUSALS[reason].format(number=scene.subject.emergency)
    scene.tape.tell("refuse", scene.someone("intake_clerk"), words, {"reason": reason})


def _answer(scene: Scene) -> None:
    scene.within("accept", usual=0.96)
    words = answer_to(scene.matter, scene.report.title)
    scene.tape.tell("answer", scene.someone("intake_clerk"), words)
    caller = scene.someone("caller")
    if _call_back(scene, caller, always_solved=True):
        scene.spend(0.1)
        scene.tape.tell("close", caller, sayings.CLOSED_ANSWER)
        _afterwards(scene)


def _stands_up(scene: Scene, clerk: str) -> bool:
    """Verify on site where the category asks it; say whether the case goes on."""
    asks = scene.subject.needs_verification and scene.report.channel in _FROM_PUBLIC
    workers = scene.roster.workers.get(scene.report.grid, [])
    if asks and workers:
        scene.tape.wait(Span(scene.random.uniform(3, 30), round_the_clock=False))
        scene.tape.add("ask_verification", clerk, sayings.ASK_VERIFICATION)
        scene.tape.wait(Span(scene.random.uniform(20, 150), round_the_clock=False))
        found = scene.chance(0.95)
        note = scene.pick(sayings.VERIFIED if found else sayings.NOT_FOUND)
        scene.tape.add("verify", scene.pick(workers), note, {"found": found})
        if not found:
            scene.tape.wait(Span(scene.random.uniform(10, 60), round_the_clock=False))
            scene.tape.tell("refuse", clerk, sayings.NOTHING_THERE, {"reason": "no_request"})
            return False
    scene.tape.wait(Span(scene.random.uniform(2, 20), scene.subject.promise("").round_the_clock))
    scene.tape.add("register", clerk)
    return True


def _to_a_unit(scene: Scene) -> None:
    if scene.chance(0.006):
        scene.tape.wait(Span(60, False))
        scene.tape.add("void", scene.someone("dispatcher"), sayings.VOIDED)
        return
    right = scene.subject.responsible(scene.spot)
    if scene.chance(0.05):
        others = [code for code in ("CGJ", "ZJJ", "JTJ", "SZS", "YJJ") if code != right]
        _dispatch(scene, scene.pick(others))
        scene.tape.wait(Span(scene.random.uniform(30, 300), round_the_clock=False))
        scene.tape.add("send_back", scene.officer, scene.pick(sayings.SENT_BACK))
    _dispatch(scene, right)
    _handle(scene)


def _dispatch(scene: Scene, unit: str) -> None:
    scene.within("dispatch")
    scene.unit = unit
    scene.officer = scene.pick(scene.roster.officers[unit])
    dispatcher = scene.someone("dispatcher")
    note = scene.pick(sayings.DISPATCHED)
    scene.tape.add("dispatch", dispatcher, note, {"unit": unit})


def _handle(scene: Scene) -> None:
    scene.within("sign")
    scene.tape.add("sign", scene.officer)
    for stage in scene.subject.milestones:
        if scene.chance(0.9):
            scene.within(stage, usual=0.95)
            note = sayings.MILESTONES.get(stage, "")
            scene.tape.add("milestone", scene.officer, note, {"stage": stage})
    _meanwhile(scene)
    if scene.chance(0.008):
        _shelve(scene)
        return
    scene.spend(0.42)
    scene.tape.add("feedback", scene.officer, _handled(scene))
    _check(scene)


def _meanwhile(scene: Scene) -> None:
    """Notes, words to the reporter, a pause, more time: what happens while it is handled."""
    if scene.chance(0.3):
        scene.spend(0.06)
        scene.tape.add("note", scene.officer, scene.pick(sayings.NOTES))
    if scene.report.contact is not None and scene.chance(0.2):
        scene.spend(0.04)
        scene.tape.tell("reply", scene.officer, scene.pick(sayings.REPLIES))
    long_enough = scene.subject.promise(scene.report.kind).minutes > 2000
    if scene.chance(0.035):
        _pause(scene)
    elif long_enough and scene.pace < 1 and scene.chance(0.06):
        _more_time(scene)
    if scene.pace > 1.1 and scene.chance(0.5):
        scene.spend(0.05)
        verb = "supervise" if scene.chance(0.5) else "urge"
        scene.tape.add(verb, scene.someone("supervisor"), scene.pick(sayings.SUPERVISED))


def _pause(scene: Scene) -> None:
    reason = scene.pick(list(sayings.PAUSES))
    note = sayings.PAUSES[reason]
    scene.tape.wait(Span(scene.random.uniform(30, 200), round_the_clock=False))
    scene.tape.add("pause", scene.officer, note, {"reason": reason})
    scene.tape.wait(Span(scene.random.uniform(450, 450 * 9), round_the_clock=False))
    scene.tape.add("resume", scene.officer, sayings.RESUMED)


def _more_time(scene: Scene) -> None:
    scene.spend(0.1)
    scene.tape.add("ask_extension", scene.officer, scene.pick(sayings.EXTENSIONS), {"amount": 5})
    scene.tape.wait(Span(scene.random.uniform(30, 420), round_the_clock=False))
    supervisor = scene.someone("supervisor")
    if scene.chance(0.75):
        scene.tape.add("grant_extension", supervisor, sayings.GRANTED)
    else:
        scene.tape.add("refuse_extension", supervisor, sayings.NOT_GRANTED)


def _shelve(scene: Scene) -> None:
    scene.spend(0.2)
    supervisor = scene.someone("supervisor")
    scene.tape.tell("shelve", supervisor, scene.pick(sayings.SHELVED))
    scene.tape.wait(Span(scene.random.uniform(60, 240) * 450, False))
    scene.tape.add("take_up", supervisor, sayings.TAKEN_UP)
    _dispatch(scene, scene.subject.responsible(scene.spot))
    scene.within("sign")
    scene.tape.add("sign", scene.officer)
    scene.spend(0.4)
    scene.tape.add("feedback", scene.officer, _handled(scene))
    _check(scene)


def _handled(scene: Scene) -> str:
    done = scene.matter.handled or (sayings.HANDLED,)
    return scene.pick(done) + "。"


def _check(scene: Scene) -> None:
    checker = scene.someone("checker")
    if scene.chance(0.05):
        scene.spend(0.06)
        scene.tape.add("fail_check", checker, scene.pick(sayings.FAILED))
        scene.spend(0.15)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + _handled(scene))
    scene.spend(0.07)
    scene.tape.add("pass_check", checker, scene.pick(sayings.PASSED))
    _end(scene)


def _end(scene: Scene) -> None:
    caller = scene.someone("caller")
    if not _call_back(scene, caller):
        scene.spend(0.05)
        scene.tape.add("return_for_rework", caller, scene.pick(sayings.NOT_SOLVED))
        scene.spend(0.15)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + _handled(scene))
        scene.spend(0.06)
        scene.tape.add("pass_check", scene.someone("checker"), scene.pick(sayings.PASSED))
        _call_back(scene, caller, always_solved=True)
    scene.spend(0.02)
    handled = next(s.note for s in reversed(scene.tape.steps) if s.verb == "feedback")
    handled = handled.removeprefix(sayings.DONE_AGAIN)
    days = scene.subject.reopen_days
    words = sayings.CLOSED.format(handled=handled, days=days)
    scene.tape.tell("close", caller, words)
    _afterwards(scene)


def _call_back(scene: Scene, caller: str, *, always_solved: bool = False) -> bool:
    """Call until somebody answers, three times at most; False when it is not solved."""
    if scene.report.contact is None:
        return True
    for _try in range(3):
        scene.spend(0.04)
        if scene.chance(0.84):
            solved = always_solved or scene.chance(0.95)
            weights = (70, 25, 5) if solved else (0, 20, 80)
            mood = scene.random.choices(("satisfied", "fairly", "not"), weights)[0]
            facts = {
                "reached": True,
                "solved": "solved" if solved else "not_solved",
                "satisfaction": mood,
            }
            said = sayings.CALLED[mood] if solved else sayings.CALLED_UNSOLVED
            scene.tape.add("record_call", caller, said, facts)
            return solved
        scene.tape.add("record_call", caller, sayings.NOT_REACHED, {"reached": False})
    return True


def _afterwards(scene: Scene) -> None:
    """The reporter rates it, or says that it is not solved after all."""
    if scene.report.contact is None:
        return
    if scene.unit and scene.chance(0.02) and scene.subject.reopen_days >= 7:
        scene.tape.wait(Span(scene.random.uniform(1, 5) * 1440, True))
        scene.tape.tell("reopen", REPORTER, scene.pick(sayings.REOPENED))
        _dispatch(scene, scene.unit)
        scene.within("sign")
        scene.tape.add("sign", scene.officer)
        scene.spend(0.4)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + _handled(scene))
        scene.spend(0.1)
        scene.tape.add("pass_check", scene.someone("checker"), scene.pick(sayings.PASSED))
        _call_back(scene, scene.someone("caller"), always_solved=True)
        scene.tape.tell("close", scene.someone("supervisor"), sayings.CLOSED_AGAIN)
    elif scene.report.channel in {"web", "open311"} and scene.chance(0.3):
        scene.tape.wait(Span(scene.random.uniform(30, 4000), True))
        mood = scene.random.choices(("satisfied", "fairly", "not"), (72, 22, 6))[0]
        facts = {"solved": "solved", "satisfaction": mood}
        scene.tape.add("rate", REPORTER, facts=facts)
