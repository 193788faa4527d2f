"""Who may see how a reporter can be reached."""

from django.utils.translation import gettext as _

from linli.accounts.rules.roles import Permission
from linli.cases.models import Case
from linli.cases.models.choices import Kind
from linli.cases.policies.scopes import Who, may_see
from linli.kernel.refusal import Refusal


def is_hidden_from(who: Who, case: Case) -> bool:
    """Say whether ``who`` acts for the unit that has the case, to which the reporter is unknown.

    Every unit that has a case is taken for the one complained about: whom a complaint is about
    stands in its words, and no other role that somebody has opens what their unit may not know.
    """
    acts_for_unit = who.standing is not None and case.unit_id in who.standing.officer_of
    return acts_for_unit and not case.contact_open_to_unit


def hides_complainant(who: Who, case: Case) -> bool:
    """Say whether ``who`` may not even read which colleague brought a complaint."""
    is_own = who.person is not None and case.reported_by_id == who.person.pk
    return case.kind == Kind.COMPLAINT and is_hidden_from(who, case) and not is_own


def refuse_contact(who: Who, case: Case) -> Refusal | None:
    """Return None if ``who`` may read the reporter's contact, else the reason.

    Whoever takes in the case or calls back may; the unit complained about only when the
    reporter agreed.
    """
    if not may_see(who, case):
        return Refusal("absent", _("There is no such case."))
    if is_hidden_from(who, case):
        return Refusal("hidden", _("The reporter did not agree to be known to the unit."))
    acts_for_unit = who.standing is not None and case.unit_id in who.standing.officer_of
    if acts_for_unit or who.may(Permission.SEE_CONTACT):
        return None
    return Refusal("role", _("None of your roles may do this."))


def reason_missing() -> Refusal:
    """Say that a contact is shown only for a reason."""
    return Refusal("reason", _("Say why you need the contact; the reason is recorded."))


def nothing_left() -> Refusal:
    """Say that there is no contact."""
    return Refusal("no_contact", _("The reporter left no contact."))
