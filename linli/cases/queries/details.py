"""What the audit log calls what it tells of cases: counts, and never a number of a person."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from linli.audit.queries.details import Told, Word
from linli.registry.queries.details import DETAIL_WORDS as OF_THE_REGISTRY


def _reason(value: object, told: Told) -> object:
    """Say the only reason that nobody wrote; others are as they are."""
    say = OF_THE_REGISTRY["reason"].say
    if value == "mail":
        return _("the answer was sent by e-mail")
    return say(value, told) if say is not None else ""


DETAIL_WORDS: Mapping[str, Word] = {
    "cases": Word(_("Cases")),
    "closed": Word(_("Closed")),
    "mended": Word(_("Mended")),
    "month": Word(_("Month")),
    "moved_numbers": Word(_("Numbers moved to the sealed contact")),
    "reason": Word(_("What for"), _reason),
    "received": Word(_("Received")),
}
