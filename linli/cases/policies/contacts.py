"""Who may see how a reporter can be reached."""

from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.cases.models import Case
from linli.cases.policies.scopes import Who, may_see
from linli.kernel.refusal import Refusal


def refuse_contact(who: Who, case: Case) -> Refusal | None:
    """Return None if ``who`` may read the reporter's contact, else the reason.

    Whoever takes in the case or calls back may; the unit complained about only when the
    reporter agreed.
    """
    if not may_see(who, case):
        return Refusal("absent", _("There is no such case."))
    if who.may(Permission.SEE_CONTACT):
        return None
    if who.standing is not None and case.unit_id in who.standing.officer_of:
        if case.contact_open_to_unit:
            return None
        return Refusal("hidden", _("The reporter did not agree to be known to the unit."))
    return Refusal("role", _("None of your roles may do this."))


def reason_missing() -> Refusal:
    """Say that a contact is shown only for a reason."""
    return Refusal("reason", _("Say why you need the contact; the reason is recorded."))


def nothing_left() -> Refusal:
    """Say that there is no contact."""
    return Refusal("no_contact", _("The reporter left no contact."))
