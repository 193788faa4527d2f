"""Why two records may be one, in words: what agrees, what nearly does, and what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AGREES, NEAR, DIFFERS = "agrees", "near", "differs"
WORDS: Mapping[str, tuple[str, str | Promise]] = {
    "name_same": (AGREES, _("the same name")),
    "name_slip": (NEAR, _("one sign of the name differs")),
    "name_alike": (NEAR, _("the names are alike")),
    "name_other": (DIFFERS, _("another name")),
    "telephone_same": (AGREES, _("the same telephone number")),
    "telephone_slip": (NEAR, _("one digit of the telephone number differs")),
    "telephone_other": (DIFFERS, _("another telephone number")),
    "home_same": (AGREES, _("the same dwelling")),
    "house_same": (NEAR, _("the same house")),
    "village_same": (NEAR, _("the same village or community")),
    "home_other": (DIFFERS, _("another dwelling")),
    "born_same": (AGREES, _("the same year of birth")),
    "born_near": (NEAR, _("years of birth one year apart")),
    "born_other": (DIFFERS, _("another year of birth")),
    "identity_same": (AGREES, _("the same identity number")),
    "identity_other": (DIFFERS, _("another identity number")),
    "sender_same": (DIFFERS, _("both from one list of one sender")),
    "figures_same": (NEAR, _("the same numbers in another part of the address")),
    "part_missing": (NEAR, _("one sender left out a part of the address")),
    "parts_missing": (NEAR, _("one sender left out building and entrance")),
    "street_slip": (NEAR, _("one sign of the street differs")),
    "address_other": (DIFFERS, _("another address")),
    "address_same": (AGREES, _("the same address")),
    "area_same": (AGREES, _("the same surface")),
    "area_near": (NEAR, _("nearly the same surface")),
    "area_other": (DIFFERS, _("another surface")),
    "title_same": (AGREES, _("the same name but for brackets and the form of company")),
    "title_slip": (NEAR, _("one sign of the name differs")),
    "title_within": (NEAR, _("one name is a part of the other")),
    "title_alike": (NEAR, _("the names are alike")),
    "title_other": (DIFFERS, _("another name")),
    "contact_same": (AGREES, _("the same contact")),
    "contact_other": (DIFFERS, _("another contact")),
    "code_same": (AGREES, _("the same credit code")),
    "code_other": (DIFFERS, _("another credit code")),
    "kind_same": (AGREES, _("the same kind of place")),
    "kind_other": (DIFFERS, _("another kind of place")),
}


@dataclass(frozen=True)
class Reasons:
    """What speaks for one record and what for two, in words."""

    agrees: Sequence[str]
    near: Sequence[str]
    differs: Sequence[str]

    @property
    def alike(self) -> Sequence[str]:
        """Return all that speaks for one record."""
        return [*self.agrees, *self.near]


def reasons_of(codes: Iterable[str]) -> Reasons:
    """Return the words of some codes; one that is not known any more is left out."""
    told = [WORDS[code] for code in codes if code in WORDS]
    agrees, near, differs = (
        [str(words) for tone, words in told if tone == wanted] for wanted in (AGREES, NEAR, DIFFERS)
    )
    return Reasons(agrees, near, differs)
