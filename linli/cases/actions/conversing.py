"""Words on a case: notes, replies, corrections, urging, supervision, the reporter's own words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from linli.cases.actions.escalating import acknowledge_calls
from linli.cases.actions.handling import end_pause, start_pause
from linli.cases.actions.search import index_case
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, CaseStep
from linli.cases.models.choices import PauseReason
from linli.cases.rules.workflow import CaseVerb

CORRECTABLE = frozenset({"title", "description", "place", "kind"})


def _needs_note(work: Work) -> None:
    if not work.order.note.strip():
        work.refuse("words", _("Write the note."))


def _needs_words(work: Work) -> None:
    if not work.order.words.strip():
        work.refuse("words", _("Write the words to be sent."))


def note(*, order: Order) -> Case:
    """Write an internal note; the reporter never sees it."""
    return take(order, CaseVerb.NOTE, _needs_note)


def reply(*, order: Order) -> Case:
    """Write words to the reporter."""
    return take(order, CaseVerb.REPLY, _needs_words)


def add_words(*, order: Order) -> Case:
    """Let the reporter add to the report."""
    return take(order, CaseVerb.ADD_WORDS, _needs_words)


def urge(*, order: Order) -> Case:
    """Urge the unit that has the case."""
    return take(order, CaseVerb.URGE)


def supervise(*, order: Order) -> Case:
    """Put a case under supervision, with what is expected."""
    return take(order, CaseVerb.SUPERVISE, _needs_note)


def shelve(*, order: Order) -> Case:
    """Put a case that cannot be solved now on the public list, with the reason."""

    def effect(work: Work) -> None:
        if not order.words.strip():
            work.refuse("words", _("Write the reason that will stand on the public list."))
        work.case.unit = None
        start_pause(work, PauseReason.SHELVED)

    return take(order, CaseVerb.SHELVE, effect)


def take_up(*, order: Order) -> Case:
    """Take a shelved case up again; its clock runs on."""
    return take(order, CaseVerb.TAKE_UP, end_pause)


def acknowledge(*, order: Order) -> Case:
    """Acknowledge by name the calls that reached this person."""

    def effect(work: Work) -> None:
        person = order.who.person
        if person is None or acknowledge_calls(work.case, person, order.at) == 0:
            work.refuse("called", _("Nobody has called you to this case."))

    return take(order, CaseVerb.ACKNOWLEDGE, effect)


def _changed_since(case: Case, version: int) -> frozenset[str]:
    """Names of the fields that others corrected after ``version``."""
    steps = CaseStep.objects.filter(case=case, verb=CaseVerb.CORRECT.value, position__gt=version)
    return frozenset(name for step in steps for name in step.facts.get("fields", {}))


def correct(*, order: Order, fields: Mapping[str, str], base_version: int) -> Case:
    """Correct words of a report; edits of other fields made meanwhile stay.

    ``base_version`` is the version that the person saw. Refused with the code "clash" when
    somebody else corrected one of the same fields after it.
    """

    def effect(work: Work) -> None:
        unknown = set(fields) - CORRECTABLE
        if unknown or not fields:
            work.refuse("fields", _("There is nothing to correct."))
        if set(fields) & _changed_since(work.case, base_version):
            work.refuse("clash", _("Somebody corrected the same words; read them and try again."))
        old = {name: getattr(work.case, name) for name in fields}
        for name, value in fields.items():
            setattr(work.case, name, value)
        work.recorded["fields"] = {name: [old[name], fields[name]] for name in fields}
        index_case(work.case, again=True)

    return take(order, CaseVerb.CORRECT, effect, {"fields": dict(fields), "base": base_version})
