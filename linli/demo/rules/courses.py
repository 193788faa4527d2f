"""The course of a case: what happens to it from acceptance on, step by step.

Most cases go straight and in time.  Some are refused, sent back, paused, extended, shelved, fail
their check, are not solved at the first call, or are reopened; each about as often as in a place
that works.
"""

from linli.demo.rules import sayings
from linli.demo.rules.endings import answer, check
from linli.demo.rules.scenes import Scene, dispatch, handled
from linli.demo.rules.subjects import Span

_ANSWERABLE = frozenset({"consultation", "suggestion", "praise"})
_FROM_PUBLIC = frozenset({"web", "telephone", "walk_in", "letter", "open311", "other_system"})


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
        answer(scene)
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
        dispatch(scene, scene.pick(others))
        scene.tape.wait(Span(scene.random.uniform(30, 300), round_the_clock=False))
        scene.tape.add("send_back", scene.officer, scene.pick(sayings.SENT_BACK))
    dispatch(scene, right)
    _handle(scene)


def _handle(scene: Scene) -> None:
    scene.within("sign")
    scene.tape.add("sign", scene.officer)
    for stage in scene.subject.milestones:
        if scene.chance(0.9):
            scene.within(stage, usual=0.95)
            note = sayings.MILESTONES.get(stage, "")
            scene.tape.add("milestone", scene.officer, note, {"stage": stage})
    _meanwhile(scene)
    if scene.chance(0.025) and scene.subject.code in sayings.SHELVED:
        _shelve(scene)
        return
    scene.spend(0.42)
    scene.tape.add("feedback", scene.officer, handled(scene))
    check(scene)


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
    scene.tape.tell("shelve", supervisor, sayings.SHELVED[scene.subject.code])
    scene.tape.wait(Span(scene.random.uniform(60, 240) * 450, False))
    scene.tape.add("take_up", supervisor, sayings.TAKEN_UP)
    dispatch(scene, scene.subject.responsible(scene.spot))
    scene.within("sign")
    scene.tape.add("sign", scene.officer)
    scene.spend(0.4)
    scene.tape.add("feedback", scene.officer, handled(scene))
    check(scene)
