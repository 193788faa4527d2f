"""What a record lacks before it can be made."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.refusal import Refusal

_MISSING: Mapping[str, Promise] = {
    "basis": _("Name the legal basis that allows the record to be kept."),
    "division": _("Name the village or community."),
    "field": _("The field dictionary has no such fact of this kind of record."),
    "resident": _("Name the resident who is helped."),
    "unit": _("Name the unit that is responsible for the help."),
}


def missing(what: str) -> Refusal:
    """Say what has to be named."""
    return Refusal(what, _MISSING[what])


def refuse_no_place() -> Refusal:
    """Say that a record lies somewhere."""
    return Refusal("place", _("Type the address: at least a street, a house number or a building."))
