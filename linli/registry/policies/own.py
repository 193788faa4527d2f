"""What residents may ask of their own record, and who decides about it."""

from datetime import datetime

from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import Resident, Wish, WishKind, WishState
from linli.registry.policies.looking import refuse_lacking
from linli.registry.policies.scopes import Who, reaches

# Legal bases by which a resident agreed, and may withdraw, begin so.
_CONSENT = "consent"


def rests_on_consent(row: Resident) -> bool:
    """Say whether the record is kept because the resident agreed."""
    return row.basis.code.startswith(_CONSENT)


def refuse_wish(row: Resident, kind: WishKind) -> Refusal | None:
    """Say why a resident cannot object or withdraw now."""
    if row.wishes.filter(kind=kind, state=WishState.OPEN).exists():
        return Refusal("asked", _("You have asked for this; it will be decided."))
    if kind is WishKind.WITHDRAW and not rests_on_consent(row):
        return Refusal(
            "law",
            _(
                "Your record is kept by law, not by consent: it cannot be withdrawn,"
                " but you can object."
            ),
        )
    return None


def refuse_wish_decision(found: Wish, by: Person, at: datetime) -> Refusal | None:
    """Say why somebody may not decide about a wish; what is not theirs comes before all else.

    An emergency opens a record to be read: it makes nobody the one who decides.
    """
    if refusal := refuse_lacking(by, Permission.APPROVE_CHANGES, at):
        return refusal
    if not reaches(Who.of(by, at), found.resident):
        return Refusal("scope", _("This record does not lie in your area."))
    if found.state != WishState.OPEN:
        return Refusal("decided", _("This has been decided."))
    return None
