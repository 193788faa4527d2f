"""Why a change is not taken, or not decided about."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.refusal import Refusal
from linli.registry.models import Change, ChangeState, Record


def refuse_fact() -> Refusal:
    """Say that a kind of record has no such fact."""
    return Refusal("field", _("The field dictionary has no such fact of this kind of record."))


def refuse_later(record: Record, base_version: int) -> Refusal | None:
    """Say that an edit names a version which the record has not reached."""
    if 1 <= base_version <= record.version:
        return None
    return Refusal("version", _("There is no such version of the record: open it anew."))


def refuse_decided(change: Change) -> Refusal | None:
    """Say that a change waits no more."""
    if change.state == ChangeState.PROPOSED:
        return None
    return Refusal("decided", _("This change was decided about already."))


def refuse_stale(last: int, seen_version: int) -> Refusal | None:
    """Say that the fact changed after the person who decides looked at it.

    ``last``: the version that the fact's newest change made; 0 if none.
    """
    if last <= seen_version:
        return None
    return Refusal("stale", _("This fact was changed meanwhile: look at both, then decide."))


def no_reason(words: str) -> Refusal | None:
    """Say that a refusal has a reason."""
    return None if words else Refusal("reason", _("Say why, for the person who proposed it."))
