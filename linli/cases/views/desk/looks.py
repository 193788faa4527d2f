"""How states and verbs look: tone and icon, one table each."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.cases.rules.workflow import CaseState as S
from linli.cases.rules.workflow import CaseVerb as V

STATE_LOOKS: dict[str, tuple[str, str]] = {
    S.REPORTED: ("info", "inbox"),
    S.ACCEPTED: ("info", "check"),
    S.VERIFYING: ("progress", "map-pin"),
    S.REGISTERED: ("info", "clipboard-list"),
    S.DISPATCHED: ("progress", "send"),
    S.HANDLING: ("progress", "tool"),
    S.PAUSED: ("warning", "player-pause"),
    S.HANDLED: ("progress", "clipboard-check"),
    S.CHECKED: ("progress", "phone"),
    S.CLOSED: ("success", "circle-check"),
    S.REFUSED: ("danger", "x"),
    S.SHELVED: ("warning", "archive"),
    S.MERGED: ("quiet", "git-merge"),
    S.VOIDED: ("quiet", "ban"),
}

VERB_LOOKS: dict[str, tuple[str, str]] = {
    V.REPORT: ("file-plus", "info"),
    V.ACCEPT: ("check", "success"),
    V.REFUSE: ("x", "danger"),
    V.ANSWER: ("message-check", "success"),
    V.SOLVE_ON_SPOT: ("bolt", "success"),
    V.ASK_VERIFICATION: ("map-pin", "info"),
    V.VERIFY: ("map-pin-check", "success"),
    V.REGISTER: ("clipboard-list", "info"),
    V.DISPATCH: ("send", "progress"),
    V.SIGN: ("signature", "progress"),
    V.SEND_BACK: ("arrow-back-up", "warning"),
    V.MILESTONE: ("flag", "progress"),
    V.FEEDBACK: ("clipboard-check", "progress"),
    V.ASK_EXTENSION: ("clock-plus", "warning"),
    V.GRANT_EXTENSION: ("clock-check", "success"),
    V.REFUSE_EXTENSION: ("clock-x", "warning"),
    V.PAUSE: ("player-pause", "warning"),
    V.RESUME: ("player-play", "progress"),
    V.PASS_CHECK: ("shield-check", "success"),
    V.FAIL_CHECK: ("rotate", "warning"),
    V.RECORD_CALL: ("phone", "info"),
    V.RETURN_FOR_REWORK: ("rotate", "warning"),
    V.CLOSE: ("circle-check", "success"),
    V.SHELVE: ("archive", "warning"),
    V.TAKE_UP: ("archive-off", "progress"),
    V.MERGE: ("git-merge", "neutral"),
    V.UNMERGE: ("git-fork", "neutral"),
    V.VOID: ("ban", "danger"),
    V.REOPEN: ("refresh", "warning"),
    V.CORRECT: ("pencil", "neutral"),
    V.SETTLE_CLASH: ("scale", "neutral"),
    V.NOTE: ("note", "neutral"),
    V.REPLY: ("message-2", "info"),
    V.ATTACH: ("photo", "neutral"),
    V.URGE: ("bell-ringing", "warning"),
    V.SUPERVISE: ("eye-exclamation", "warning"),
    V.ACKNOWLEDGE: ("user-check", "neutral"),
    V.ADD_WORDS: ("message-plus", "info"),
    V.RATE: ("star", "neutral"),
    V.ESCALATE: ("arrow-big-up-lines", "danger"),
    V.RECOMPUTE: ("calculator", "neutral"),
}

# Queue: label and icon.
QUEUE_LOOKS: dict[str, tuple[Promise, str]] = {
    "verify": (_("To verify on site"), "map-pin"),
    "accept": (_("To accept"), "inbox"),
    "register": (_("To register"), "clipboard-list"),
    "dispatch": (_("To dispatch"), "send"),
    "sign": (_("To sign for"), "signature"),
    "handle": (_("Being handled by my unit"), "tool"),
    "waiting": (_("Paused in my unit"), "player-pause"),
    "check": (_("To check"), "clipboard-check"),
    "call": (_("To call back"), "phone"),
    "shelved": (_("Shelved"), "archive"),
    "reports": (_("My open reports"), "file-text"),
    "called": (_("You are called to these cases"), "bell-ringing"),
}
