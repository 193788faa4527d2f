"""Why a list is not taken."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.refusal import Refusal


def refuse_list(where: str, what: str) -> Refusal:
    """Say which entry of a list is wrong, and what of it."""
    words = {"where": where, "what": what}
    return Refusal("list", _("The list is wrong at %(where)s: look at %(what)s.") % words)
