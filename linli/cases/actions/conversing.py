"""Words on a case: notes, replies, urging, supervision, the reporter's own words."""

from django.utils.translation import gettext as _

from linli.cases.actions.escalating import acknowledge_calls
from linli.cases.actions.handling import end_pause, start_pause
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case
from linli.cases.models.choices import PauseReason
from linli.cases.rules.workflow import CaseVerb


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
