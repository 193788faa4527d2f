"""States and steps in plain words for the people who reported."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.models.choices import RefusalReason
from linli.cases.queries.portal_progress import PublicStep
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.web.rules.components import TimelineEntry

_S = CaseState
_V = CaseVerb
Words = str | Promise


@dataclass(frozen=True)
class Standing:
    """Where a report stands: a headline, what happens next, a tone, and how far (0 to 4)."""

    title: Words
    next: Words
    tone: str
    icon: str
    stage: int


STAGES: tuple[Words, ...] = (
    gettext_lazy("Report received"),
    gettext_lazy("Accepted"),
    gettext_lazy("Being handled"),
    gettext_lazy("Being checked"),
    gettext_lazy("Closed"),
)
STANDINGS: dict[CaseState, Standing] = {
    _S.REPORTED: Standing(
        gettext_lazy("We have received your report"),
        gettext_lazy("A clerk reads it and accepts it, or tells you why not."),
        "info", "inbox", 0,
    ),
    _S.ACCEPTED: Standing(
        gettext_lazy("Your report is accepted"),
        gettext_lazy("It is registered and given to the unit responsible."),
        "info", "clipboard-check", 1,
    ),
    _S.VERIFYING: Standing(
        gettext_lazy("Somebody looks at it on site"),
        gettext_lazy("A grid worker goes there; then it is given to the unit responsible."),
        "info", "walk", 1,
    ),
    _S.REGISTERED: Standing(
        gettext_lazy("Your report is registered"),
        gettext_lazy("It is given to the unit responsible."),
        "info", "clipboard-check", 1,
    ),
    _S.DISPATCHED: Standing(
        gettext_lazy("The unit responsible has been told"),
        gettext_lazy("The unit signs for it and begins."),
        "progress", "send", 2,
    ),
    _S.HANDLING: Standing(
        gettext_lazy("It is being handled"),
        gettext_lazy("When it is done, somebody who did not do the work checks it."),
        "progress", "tool", 2,
    ),
    _S.PAUSED: Standing(
        gettext_lazy("It is waiting for somebody else"),
        gettext_lazy("As soon as that is there, the work goes on."),
        "warning", "player-pause", 2,
    ),
    _S.HANDLED: Standing(
        gettext_lazy("The unit says it is done"),
        gettext_lazy("Somebody who did not do the work checks it."),
        "progress", "checks", 3,
    ),
    _S.CHECKED: Standing(
        gettext_lazy("It has been checked"),
        gettext_lazy("If you left a way to reach you, we ask you whether it is solved."),
        "progress", "phone-call", 3,
    ),
    _S.CLOSED: Standing(
        gettext_lazy("It is closed"),
        gettext_lazy("Please tell us whether it is solved."),
        "success", "circle-check", 4,
    ),
    _S.REFUSED: Standing(
        gettext_lazy("We cannot take this on"),
        gettext_lazy("The reason stands below. With new facts you can report again."),
        "danger", "circle-x", 0,
    ),
    _S.SHELVED: Standing(
        gettext_lazy("It cannot be solved now"),
        gettext_lazy("It stands on the public list with the reason, and is taken up again later."),
        "warning", "archive", 2,
    ),
    _S.MERGED: Standing(
        gettext_lazy("Others reported the same; it goes on together"),
        gettext_lazy("You are answered like everybody who reported it."),
        "progress", "git-merge", 1,
    ),
    _S.VOIDED: Standing(
        gettext_lazy("The registration was withdrawn"),
        gettext_lazy("The reason stands below, or ask the service centre."),
        "neutral", "ban", 0,
    ),
}  # fmt: skip

_STEPS: dict[CaseVerb, tuple[Words, str, str]] = {
    _V.REPORT: (gettext_lazy("You reported it"), "message-plus", "info"),
    _V.ACCEPT: (gettext_lazy("Accepted"), "clipboard-check", "info"),
    _V.REFUSE: (gettext_lazy("Not accepted"), "circle-x", "danger"),
    _V.ANSWER: (gettext_lazy("Answered"), "message", "progress"),
    _V.SOLVE_ON_SPOT: (gettext_lazy("Solved on the spot"), "circle-check", "success"),
    _V.ASK_VERIFICATION: (gettext_lazy("A grid worker was asked to look at it"), "walk", "info"),
    _V.VERIFY: (gettext_lazy("Looked at on site"), "eye-check", "info"),
    _V.REGISTER: (gettext_lazy("Registered"), "clipboard-check", "info"),
    _V.DISPATCH: (gettext_lazy("Given to the unit responsible"), "send", "progress"),
    _V.SIGN: (gettext_lazy("The unit has begun"), "tool", "progress"),
    _V.GRANT_EXTENSION: (gettext_lazy("The unit got more time"), "clock-plus", "warning"),
    _V.PAUSE: (gettext_lazy("Waiting for somebody else"), "player-pause", "warning"),
    _V.RESUME: (gettext_lazy("The work goes on"), "player-play", "progress"),
    _V.FEEDBACK: (gettext_lazy("The unit says it is done"), "checks", "progress"),
    _V.FAIL_CHECK: (gettext_lazy("Checked: not yet good, back to the unit"), "reload", "warning"),
    _V.PASS_CHECK: (gettext_lazy("Checked: done"), "clipboard-check", "success"),
    _V.RETURN_FOR_REWORK: (gettext_lazy("Back to the unit"), "reload", "warning"),
    _V.CLOSE: (gettext_lazy("Closed"), "circle-check", "success"),
    _V.SHELVE: (gettext_lazy("Put on the public list"), "archive", "warning"),
    _V.TAKE_UP: (gettext_lazy("Taken up again"), "player-play", "progress"),
    _V.MERGE: (gettext_lazy("Joined with reports of the same matter"), "git-merge", "info"),
    _V.UNMERGE: (gettext_lazy("Goes on by itself again"), "git-branch", "info"),
    _V.VOID: (gettext_lazy("Registration withdrawn"), "ban", "neutral"),
    _V.REOPEN: (gettext_lazy("Reopened"), "reload", "warning"),
    _V.REPLY: (gettext_lazy("The service centre writes"), "message", "progress"),
    _V.ADD_WORDS: (gettext_lazy("You added"), "message-plus", "neutral"),
    _V.RATE: (gettext_lazy("You rated it"), "star", "neutral"),
}


def standing_of(state: str) -> Standing:
    """Return the plain words of a state."""
    return STANDINGS[CaseState(state)]


def next_words(state: str, *, asks_rating: bool) -> Words:
    """Return what happens next; a closed report asks for nothing but a rating."""
    if CaseState(state) is CaseState.CLOSED and not asks_rating:
        return ""
    return standing_of(state).next


def refusal_words(reason: str) -> str:
    """Return why a report was not accepted, "" if it was."""
    return str(RefusalReason(reason).label) if reason else ""


def timeline_of(steps: list[PublicStep]) -> list[TimelineEntry]:
    """Return the steps as the timeline draws them, the newest first."""
    entries = []
    for shown in reversed(steps):
        label, icon, tone = _STEPS[shown.verb]
        if shown.verb is _V.REOPEN and shown.is_own:
            label = _("You reopened it")
        entries.append(
            TimelineEntry(
                at=shown.step.at, verb=label, icon=icon, tone=tone,
                person=shown.unit, note=shown.words,
            )
        )  # fmt: skip
    return entries
