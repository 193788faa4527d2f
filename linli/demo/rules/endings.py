"""The end of a case: answer or check, call-back, closing, and what comes after it."""

from linli.demo.rules import sayings
from linli.demo.rules.plans import REPORTER
from linli.demo.rules.scenes import Scene, dispatch, handled
from linli.demo.rules.subjects import Span
from linli.demo.rules.wording import answer_to


def answer(scene: Scene) -> None:
    """Answer at once, call back and close."""
    scene.within("accept", usual=0.96)
    words = answer_to(scene.matter, scene.report.title)
    scene.tape.tell("answer", scene.someone("intake_clerk"), words)
    caller = scene.someone("caller")
    _call_back(scene, caller, always_solved=True)
    scene.spend(0.1)
    scene.tape.tell("close", caller, sayings.CLOSED_ANSWER)
    _afterwards(scene)


def check(scene: Scene) -> None:
    """Somebody else looks; then the reporter is called and the case is closed."""
    checker = scene.someone("checker")
    if scene.chance(0.05):
        scene.spend(0.06)
        scene.tape.add("fail_check", checker, scene.pick(sayings.FAILED))
        scene.spend(0.15)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + handled(scene))
    scene.spend(0.07)
    scene.tape.add("pass_check", checker, scene.pick(sayings.PASSED))
    _end(scene)


def _end(scene: Scene) -> None:
    caller = scene.someone("caller")
    if not _call_back(scene, caller):
        scene.spend(0.05)
        scene.tape.add("return_for_rework", caller, scene.pick(sayings.NOT_SOLVED))
        scene.spend(0.15)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + handled(scene))
        scene.spend(0.06)
        scene.tape.add("pass_check", scene.someone("checker"), scene.pick(sayings.PASSED))
        _call_back(scene, caller, always_solved=True)
    scene.spend(0.02)
    said = next(s.note for s in reversed(scene.tape.steps) if s.verb == "feedback")
    said = said.removeprefix(sayings.DONE_AGAIN)
    days = scene.subject.reopen_days
    words = sayings.CLOSED.format(handled=said, days=days)
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
        dispatch(scene, scene.unit)
        scene.within("sign")
        scene.tape.add("sign", scene.officer)
        scene.spend(0.4)
        scene.tape.add("feedback", scene.officer, sayings.DONE_AGAIN + handled(scene))
        scene.spend(0.1)
        scene.tape.add("pass_check", scene.someone("checker"), scene.pick(sayings.PASSED))
        _call_back(scene, scene.someone("caller"), always_solved=True)
        scene.tape.tell("close", scene.someone("supervisor"), sayings.CLOSED_AGAIN)
    elif scene.report.channel in {"web", "open311"} and scene.chance(0.3):
        scene.tape.wait(Span(scene.random.uniform(30, 4000), True))
        mood = scene.random.choices(("satisfied", "fairly", "not"), (72, 22, 6))[0]
        facts = {"solved": "solved", "satisfaction": mood}
        scene.tape.add("rate", REPORTER, facts=facts)
