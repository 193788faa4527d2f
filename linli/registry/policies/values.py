"""Why a value is not taken, in words that say what to type instead."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.refusal import Refusal
from linli.registry.rules.cells import FAULTS
from linli.registry.rules.dictionary import Field
from linli.registry.rules.values import Unfit

# What pages say beside what rules.cells says of cells.
_SENTENCES: Mapping[str, Promise] = {
    "empty": _("This may not be empty."),
    "place": _("An address is changed as a whole."),
    "place_kind": _("Choose one of the list of kinds of places."),
    "too_long": _("This is too long."),
    "too_large": _("This number is too large."),
}
# What the database would refuse, by the name of its constraint.
_BROKEN: Mapping[str, Promise] = {
    "registry_assistance_dates": _("The review comes before the end of the help."),
    "registry_building_once": _("A building is kept at this address already."),
    "registry_credit_code_once": _("Another organisation here has this credit code."),
    "registry_dwelling_once": _("A dwelling is kept at this address already."),
    "registry_school_once": _("This organisation is kept as a school already."),
    "registry_team_once": _("A team of this name is there in this village or community."),
    "registry_tenancy_dates": _("The end of the letting comes after its beginning."),
    "registry_tenancy_running_once": _("This dwelling is let already: end that letting first."),
}


def label_of(field: Field) -> str:
    """Return the name of a fact in the reader's language."""
    is_english = (translation.get_language() or "").startswith("en")
    return field.label_en if is_english else field.label


def yes_no(field: Field) -> tuple[tuple[str, object], tuple[str, object]]:
    """Return the words of a fact that is or is not; of a thing, that it is there or is not."""
    if field.name.startswith("has_"):
        return (("yes", _("present")), ("no", _("none")))
    return (("yes", _("yes")), ("no", _("no")))


def sentence_of(unfit: Unfit) -> str:
    """Return why a text is no value, for where the name of the fact stands beside it."""
    known = _SENTENCES.get(unfit.code)
    return str(known) if known else gettext(FAULTS[unfit.code]) % {"shown": unfit.shown}


def refuse_value(field: Field, unfit: Unfit) -> Refusal:
    """Return why a text is no value of a fact."""
    words = {"field": label_of(field), "sentence": sentence_of(unfit)}
    return Refusal(unfit.code, gettext("%(field)s: %(sentence)s") % words)


def refuse_row(row: Any) -> Refusal | None:
    """Say which constraint of its table a record would break."""
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError:
            sentence = _BROKEN.get(constraint.name, _("These facts contradict each other."))
            return Refusal(constraint.name, sentence)
    return None
