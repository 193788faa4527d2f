"""The life of a case as one table keyed by the verb."""

from enum import StrEnum

from linli.accounts.rules.roles import Permission
from linli.kernel.workflow import Step, Workflow


class CaseState(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    VERIFYING = "verifying"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    PAUSED = "paused"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"
    REFUSED = "refused"
    SHELVED = "shelved"
    MERGED = "merged"
    VOIDED = "voided"


class CaseVerb(StrEnum):
    """What can be done with a case."""

    REPORT = "report"
    ACCEPT = "accept"
    REFUSE = "refuse"
    ANSWER = "answer"
    SOLVE_ON_SPOT = "solve_on_spot"
    ASK_VERIFICATION = "ask_verification"
    VERIFY = "verify"
    REGISTER = "register"
    DISPATCH = "dispatch"
    SIGN = "sign"
    SEND_BACK = "send_back"
    MILESTONE = "milestone"
    FEEDBACK = "feedback"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PAUSE = "pause"
    RESUME = "resume"
    PASS_CHECK = "pass_check"  # noqa: S105 - no password
    FAIL_CHECK = "fail_check"
    RECORD_CALL = "record_call"
    RETURN_FOR_REWORK = "return_for_rework"
    CLOSE = "close"
    SHELVE = "shelve"
    TAKE_UP = "take_up"
    MERGE = "merge"
    UNMERGE = "unmerge"
    VOID = "void"
    REOPEN = "reopen"
    CORRECT = "correct"
    SETTLE_CLASH = "settle_clash"
    NOTE = "note"
    REPLY = "reply"
    ATTACH = "attach"
    URGE = "urge"
    SUPERVISE = "supervise"
    ACKNOWLEDGE = "acknowledge"
    ADD_WORDS = "add_words"
    RATE = "rate"
    ESCALATE = "escalate"
    RECOMPUTE = "recompute"


_S = CaseState
_V = CaseVerb
_P = Permission

ENDED = frozenset({_S.CLOSED, _S.REFUSED, _S.MERGED, _S.VOIDED})
OPEN = frozenset(_S) - ENDED
# A case that waits for somebody outside, or on the public list, has no running clock.
STANDING_STILL = frozenset({_S.PAUSED, _S.SHELVED})
RUNNING = OPEN - STANDING_STILL
WITH_UNIT = frozenset({_S.DISPATCHED, _S.HANDLING, _S.PAUSED})
_BEFORE_DISPATCH = frozenset({_S.REPORTED, _S.ACCEPTED, _S.VERIFYING, _S.REGISTERED})


def _step(
    verb: CaseVerb,
    sources: frozenset[CaseState] | set[CaseState],
    target: CaseState | None,
    needs: Permission | None = None,
) -> Step[CaseState, CaseVerb, Permission]:
    return Step(verb, frozenset(sources), target, needs)


# Reporting has no source: the case does not exist before it. Un-merging returns to the state
# that the merge found, which is why it names no target.
CASE_WORKFLOW = Workflow(
    (
        _step(_V.REPORT, set(), _S.REPORTED),
        _step(_V.ACCEPT, {_S.REPORTED}, _S.ACCEPTED, _P.ACCEPT_CASE),
        _step(_V.REFUSE, {_S.REPORTED, _S.ACCEPTED}, _S.REFUSED, _P.ACCEPT_CASE),
        _step(_V.ANSWER, {_S.REPORTED, _S.ACCEPTED}, _S.CHECKED, _P.ACCEPT_CASE),
        _step(_V.SOLVE_ON_SPOT, {_S.REPORTED}, _S.CLOSED, _P.HANDLE_CASE),
        _step(_V.ASK_VERIFICATION, {_S.ACCEPTED}, _S.VERIFYING, _P.REGISTER_CASE),
        _step(_V.VERIFY, {_S.VERIFYING}, _S.ACCEPTED, _P.VERIFY_CASE),
        _step(_V.REGISTER, {_S.ACCEPTED}, _S.REGISTERED, _P.REGISTER_CASE),
        _step(_V.DISPATCH, {_S.REGISTERED}, _S.DISPATCHED, _P.DISPATCH_CASE),
        _step(_V.SIGN, {_S.DISPATCHED}, _S.HANDLING, _P.HANDLE_CASE),
        _step(_V.SEND_BACK, {_S.DISPATCHED, _S.HANDLING}, _S.REGISTERED, _P.HANDLE_CASE),
        _step(_V.MILESTONE, {_S.DISPATCHED, _S.HANDLING}, None, _P.HANDLE_CASE),
        _step(_V.FEEDBACK, {_S.HANDLING}, _S.HANDLED, _P.HANDLE_CASE),
        _step(_V.ASK_EXTENSION, {_S.HANDLING}, None, _P.ASK_EXTENSION),
        _step(_V.GRANT_EXTENSION, {_S.HANDLING}, None, _P.DECIDE_EXTENSION),
        _step(_V.REFUSE_EXTENSION, {_S.HANDLING}, None, _P.DECIDE_EXTENSION),
        _step(_V.PAUSE, {_S.HANDLING}, _S.PAUSED, _P.HANDLE_CASE),
        _step(_V.RESUME, {_S.PAUSED}, _S.HANDLING, _P.HANDLE_CASE),
        _step(_V.PASS_CHECK, {_S.HANDLED}, _S.CHECKED, _P.CHECK_CASE),
        _step(_V.FAIL_CHECK, {_S.HANDLED}, _S.HANDLING, _P.CHECK_CASE),
        _step(_V.RECORD_CALL, {_S.CHECKED, _S.CLOSED}, None, _P.CALL_BACK),
        _step(_V.RETURN_FOR_REWORK, {_S.CHECKED}, _S.HANDLING, _P.CALL_BACK),
        _step(_V.CLOSE, {_S.CHECKED}, _S.CLOSED, _P.CLOSE_CASE),
        _step(_V.SHELVE, {_S.REGISTERED, _S.DISPATCHED, _S.HANDLING}, _S.SHELVED, _P.SHELVE_CASE),
        _step(_V.TAKE_UP, {_S.SHELVED}, _S.REGISTERED, _P.SHELVE_CASE),
        _step(_V.MERGE, _BEFORE_DISPATCH | {_S.DISPATCHED, _S.HANDLING}, _S.MERGED, _P.MERGE_CASE),
        _step(_V.UNMERGE, {_S.MERGED}, None, _P.MERGE_CASE),
        _step(_V.VOID, {_S.REGISTERED, _S.DISPATCHED}, _S.VOIDED, _P.VOID_CASE),
        _step(_V.REOPEN, {_S.CLOSED}, _S.REGISTERED),
        _step(_V.CORRECT, _BEFORE_DISPATCH, None, _P.CORRECT_CASE),
        # What stands may be kept at any time, so that no question stays open for ever.
        _step(_V.SETTLE_CLASH, frozenset(_S), None, _P.CORRECT_CASE),
        _step(_V.NOTE, frozenset(_S), None, _P.WRITE_NOTE),
        _step(_V.REPLY, frozenset(_S) - {_S.MERGED}, None, _P.WRITE_REPLY),
        _step(_V.ATTACH, OPEN, None),
        _step(_V.URGE, RUNNING, None, _P.SUPERVISE_CASE),
        _step(_V.SUPERVISE, OPEN, None, _P.SUPERVISE_CASE),
        _step(_V.ACKNOWLEDGE, frozenset(_S), None, _P.SEE_DESK),
        _step(_V.ADD_WORDS, OPEN, None),
        _step(_V.RATE, {_S.CLOSED}, None),
        _step(_V.ESCALATE, OPEN, None),
        _step(_V.RECOMPUTE, OPEN, None),
    )
)

# Verbs of the reporter (with number and query code) and of the clock: no permission is asked
# of a role, the policy asks who it is.
REPORTER_VERBS = frozenset({_V.ADD_WORDS, _V.RATE, _V.REOPEN, _V.ATTACH})
CLOCK_VERBS = frozenset({_V.ESCALATE, _V.RECOMPUTE})
# Whoever did one of these has handled the case, and never checks it.
HANDLING_VERBS = frozenset(
    {
        _V.SIGN,
        _V.MILESTONE,
        _V.FEEDBACK,
        _V.SOLVE_ON_SPOT,
        _V.ANSWER,
        _V.PAUSE,
        _V.RESUME,
    }
)
