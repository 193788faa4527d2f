"""Which verbs can be done now, which cannot, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.cases.models.choices import Verb
from linli.cases.policies import Facts, refuse
from linli.cases.queries.called import calls_to
from linli.cases.rules.workflow import CaseVerb
from linli.cases.views.desk.deeds import DEEDS
from linli.cases.views.desk.doors import Asking
from linli.cases.views.desk.looks import VERB_LOOKS
from linli.kernel.refusal import Refusal

# Reasons that a colleague can do something about: these verbs stay beside the possible ones.
_FAR = frozenset({"state", "role", "clock", "reporter"})


@dataclass(frozen=True)
class Button:
    """A verb as a button: possible, or greyed with its reason."""

    verb: str
    label: str
    icon: str
    tone: str
    key: str
    at_once: bool
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Buttons:
    """All verbs of the page, in the order of the table."""

    possible: Sequence[Button]
    nearly: Sequence[Button]
    impossible: Sequence[Button]


def button_of(verb: CaseVerb, refusal: Refusal | None, key: str = "") -> Button:
    """Return the button of a verb; ``key`` is another key than that of the case page."""
    deed = DEEDS[verb]
    return Button(
        verb=verb.value,
        label=str(Verb(verb.value).label),
        icon=VERB_LOOKS[verb][0],
        tone=deed.tone,
        key=key or deed.key,
        at_once=deed.at_once,
        refusal=refusal,
    )


def _refusal(verb: CaseVerb, facts: Facts, asker: Asking) -> Refusal | None:
    """Ask the policy; whether somebody was called is known only to the calls."""
    refusal = refuse(verb, asker.who, facts, asker.at)
    if verb is not CaseVerb.ACKNOWLEDGE or refusal is not None:
        return refusal
    if calls_to(asker.who).filter(case=facts.case).exists():
        return None
    return Refusal("state", _("Nobody has called you to this case."))


def buttons_for(facts: Facts, asker: Asking) -> Buttons:
    """Ask the policy of every verb that a page offers."""
    drawn = [
        (button_of(verb, refusal), refusal)
        for verb in DEEDS
        for refusal in (_refusal(verb, facts, asker),)
    ]
    return Buttons(
        possible=[button for button, refusal in drawn if refusal is None],
        nearly=[b for b, refusal in drawn if refusal is not None and refusal.code not in _FAR],
        impossible=[b for b, refusal in drawn if refusal is not None and refusal.code in _FAR],
    )
