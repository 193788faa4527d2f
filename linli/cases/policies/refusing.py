"""One answer for the action and for the greyed-out button: None, or why not."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.cases.models.choices import Kind, State
from linli.cases.policies.facts import TRIES_BEFORE_GIVING_UP, Facts
from linli.cases.policies.scopes import Who
from linli.cases.rules.workflow import (
    CASE_WORKFLOW,
    CLOCK_VERBS,
    REPORTER_VERBS,
    CaseState,
    CaseVerb,
)
from linli.kernel.refusal import Refusal

_V = CaseVerb
_FROM_PUBLIC = frozenset({"web", "telephone", "walk_in", "letter", "open311", "other_system"})
_ANSWERABLE = frozenset({Kind.CONSULTATION, Kind.PRAISE, Kind.SUGGESTION})

Check = Callable[[Who, Facts, datetime], Refusal | None]


def _state(verb: CaseVerb, facts: Facts) -> Refusal | None:
    if CASE_WORKFLOW.allows(verb, facts.state):
        return None
    label = State(facts.case.state).label
    return Refusal("state", _("Not possible while the case is: %(state)s.") % {"state": label})


def _permission(verb: CaseVerb, who: Who, facts: Facts) -> Refusal | None:
    needs = CASE_WORKFLOW.step(verb).needs
    if who.is_clock or needs is None:
        return None
    if not who.may(needs):
        return Refusal("role", _("None of your roles may do this."))
    return _theirs(needs, who, facts)


def may_ever(verb: CaseVerb, who: Who) -> bool:
    """Say whether there can be a case to which this person may do a verb."""
    needs = CASE_WORKFLOW.step(verb).needs
    if needs is None or who.is_clock:
        return True
    if not who.may(needs):
        return False
    of_unit = needs in {Permission.HANDLE_CASE, Permission.ASK_EXTENSION}
    if of_unit and not CASE_WORKFLOW.allows(verb, CaseState.REPORTED):
        return who.standing is not None and bool(who.standing.officer_of)
    return True


def _theirs(needs: Permission, who: Who, facts: Facts) -> Refusal | None:
    """Handling belongs to the responsible unit, verifying to the workers of the grid."""
    if who.standing is None or who.person is None:
        return None
    case = facts.case
    officer = case.unit_id in who.standing.officer_of
    in_grid = case.grid_id in who.grids or case.reported_by_id == who.person.pk
    if needs in {Permission.HANDLE_CASE, Permission.ASK_EXTENSION}:
        if officer or (in_grid and case.unit_id is None and facts.state is CaseState.REPORTED):
            return None
        return Refusal("unit", _("Only officers of the responsible unit may do this."))
    if needs is Permission.VERIFY_CASE and not in_grid:
        return Refusal("grid", _("Only a worker of this grid verifies on site."))
    return None


def _special_person(verb: CaseVerb, who: Who, facts: Facts) -> Refusal | None:
    """Verbs of the reporter and of the clock are for nobody else."""
    if verb in CLOCK_VERBS and not who.is_clock:
        return Refusal("clock", _("This happens by itself when the time comes."))
    if verb not in REPORTER_VERBS or who.is_clock:
        return None
    if who.reporter_of == facts.case.pk:
        return None
    here = who.may(Permission.SEE_DESK)
    if (verb is _V.ATTACH and here) or (verb is _V.REOPEN and who.may(Permission.CALL_BACK)):
        return None
    return Refusal("reporter", _("Only the reporter can do this, with number and query code."))


def _separation(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if who.person is not None and who.person.pk in facts.handlers:
        return Refusal("handler", _("You handled this case; somebody else must check it."))
    return None


def _register(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    needs = facts.version.needs_verification and facts.case.channel in _FROM_PUBLIC
    if needs and not facts.has_done(_V.VERIFY):
        why = facts.version.why_verification
        return Refusal("verify", _("First verify on site: %(why)s") % {"why": why})
    return None


def _ask_verification(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    case = facts.case
    if case.grid_id is not None:
        return None
    if case.lon is None or case.lat is None:
        return Refusal("grid", _("First set the place on the map with Correct."))
    return Refusal("grid", _("The place lies in no grid, so nobody can be sent there."))


def _answer(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if facts.case.kind in _ANSWERABLE:
        return None
    return Refusal("kind", _("Only consultations, suggestions and praise are answered at once."))


def _solve_on_spot(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if who.person is not None and facts.case.reported_by_id == who.person.pk:
        return None
    return Refusal("own", _("Only the worker who reported it can have solved it on the spot."))


def _ask_extension(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if facts.open_extension is not None:
        return Refusal("asked", _("An extension is already asked for."))
    if facts.case.due_at is None:
        return Refusal("no_limit", _("This case has no deadline to extend."))
    if at >= facts.case.due_at:
        return Refusal("too_late", _("The deadline has passed; it had to be asked before."))
    return None


def _decide_extension(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    asked = facts.open_extension
    if asked is None:
        return Refusal("not_asked", _("Nobody has asked for an extension."))
    if who.person is not None and asked.asked_by_id == who.person.pk:
        return Refusal("own", _("You asked for it; somebody else decides."))
    return None


def _close(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if not who.is_clock and (refusal := _separation(who, facts, at)):
        return refusal
    if facts.is_said_unsolved:
        return Refusal("unsolved", _("The reporter says it is not solved: return it for rework."))
    if facts.left_contact and not facts.is_called_back:
        tries = TRIES_BEFORE_GIVING_UP - len(facts.calls)
        text = _("First call the reporter back (after %(n)d more tries it may be closed).")
        return Refusal("call", text % {"n": tries})
    return None


def _record_call(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if not facts.has_contact:
        return Refusal("no_contact", _("The reporter left no contact."))
    return _separation(who, facts, at)


def _reopen(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    until = facts.reopens_until
    if until is not None and at > until:
        days = facts.version.reopen_days
        return Refusal(
            "too_late", _("It could be reopened for %(n)d days; please report anew.") % {"n": days}
        )
    return None


def _rate(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    return Refusal("rated", _("You have rated this already.")) if facts.is_rated else None


def _send_back(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if facts.case.level > 0 and facts.case.send_backs >= 3:
        return Refusal(
            "level", _("It was sent back three times; a supervisor has assigned it by name.")
        )
    return None


def _milestone(who: Who, facts: Facts, at: datetime) -> Refusal | None:
    if facts.has_milestones:
        return None
    return Refusal("stage", _("This category has no stage that is recorded by hand."))


_CHECKS: dict[CaseVerb, Check] = {
    _V.ASK_VERIFICATION: _ask_verification,
    _V.REGISTER: _register,
    _V.ANSWER: _answer,
    _V.SOLVE_ON_SPOT: _solve_on_spot,
    _V.ASK_EXTENSION: _ask_extension,
    _V.GRANT_EXTENSION: _decide_extension,
    _V.REFUSE_EXTENSION: _decide_extension,
    _V.PASS_CHECK: _separation,
    _V.FAIL_CHECK: _separation,
    _V.RETURN_FOR_REWORK: _separation,
    _V.RECORD_CALL: _record_call,
    _V.CLOSE: _close,
    _V.REOPEN: _reopen,
    _V.RATE: _rate,
    _V.SEND_BACK: _send_back,
    _V.MILESTONE: _milestone,
}


def refuse(verb: CaseVerb, who: Who, facts: Facts, at: datetime) -> Refusal | None:
    """Return None if ``who`` may do ``verb`` to the case at ``at``, else the reason.

    The same call guards the action and explains the greyed-out button.
    """
    for refusal in (
        _state(verb, facts),
        _special_person(verb, who, facts),
        _permission(verb, who, facts),
    ):
        if refusal is not None:
            return refusal
    check = _CHECKS.get(verb)
    return check(who, facts, at) if check is not None else None
