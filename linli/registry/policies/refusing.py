"""Why a record may not be kept, changed or approved, in words the person may read."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import (
    Assistance,
    LegalBasis,
    Record,
    RecordKind,
    Resident,
    Sealed,
    WishState,
    kind_of,
)
from linli.registry.policies.scopes import Who, reaches


def refuse_manage(by: Person | None, at: datetime) -> Refusal | None:
    """Say why somebody may not manage lists, retention or imports; the machine may."""
    if by is None or Permission.MANAGE_REGISTRY in permissions_of(by, timezone.localdate(at)):
        return None
    return Refusal("role", _("Only an administrator manages the registry."))


def refuse_create(who: Who, kind: RecordKind, grid: str | None) -> Refusal | None:
    """Say why somebody may not make a record of a kind in a grid (code, or None: not known)."""
    if who.is_machine:
        return None
    if not who.may(Permission.KEEP_REGISTRY):
        return Refusal("role", _("Records are kept by grid workers."))
    if grid not in who.grids:
        return Refusal("grid", _("This place does not lie in one of your grids."))
    if kind is RecordKind.ASSISTANCE and not who.may(Permission.SEE_ASSISTANCE):
        return Refusal("role", _("Assistance is kept by those who give it."))
    return None


def refuse_ended(record: Record) -> Refusal | None:
    """Say that a record that ended, or went into another, changes no more."""
    if record.ended_on is None and record.merged_into is None:
        return None
    return Refusal("ended", _("This record has ended: it is kept as it was."))


def refuse_change(who: Who, record: Record) -> Refusal | None:
    """Say why somebody may not change, confirm or end a record."""
    return refuse_ended(record) or _refuse_keeping(who, record)


def _refuse_keeping(who: Who, record: Record) -> Refusal | None:
    if who.is_machine:
        return None
    if who.resident is None and not who.may(Permission.KEEP_REGISTRY):
        return Refusal("role", _("Records are kept by grid workers."))
    if not reaches(who, record):
        return Refusal("scope", _("This record does not lie in one of your grids."))
    return None


def refuse_end(who: Who, record: Record) -> Refusal | None:
    """Say why somebody may not end a record; residents ask for it, and do not do it."""
    if who.resident is not None:
        return Refusal("role", _("Records are kept by grid workers."))
    return refuse_change(who, record)


def refuse_take_up(who: Who, record: Record) -> Refusal | None:
    """Say why a record that ended may not stand again."""
    is_erased = isinstance(record, Sealed) and not record.wrapped_key
    if record.merged_into is not None or is_erased:
        return Refusal("ended", _("This record has ended: it is kept as it was."))
    if record.ended_on is None:
        return Refusal("stands", _("This record has not ended."))
    if isinstance(record, Resident) and record.wishes.filter(state=WishState.GRANTED).exists():
        return Refusal("wish", _("The resident asked that this record ends."))
    return _refuse_keeping(who, record)


def decides_about(who: Who, kind: RecordKind) -> bool:
    """Say whether somebody may be the second person; of assistance, only who works on it."""
    if who.is_machine:
        return True
    is_help = kind is RecordKind.ASSISTANCE
    return who.may(Permission.SEE_ASSISTANCE if is_help else Permission.APPROVE_CHANGES)


def decides_alone(person: Person, record: Record, day: date) -> bool:
    """Say whether nobody else could decide about a change of somebody's own.

    Only those who work on assistance see it: where one person does, their two edits that clash
    would wait for ever.
    """
    if not isinstance(record, Assistance):
        return False
    others = record.workers.filter(is_active=True).exclude(pk=person.pk)
    return not any(Permission.SEE_ASSISTANCE in permissions_of(one, day) for one in others)


def _decides_own(who: Who, record: Record, proposer: UUID | None) -> bool:
    if who.person is None or who.day is None or who.person.pk != proposer:
        return False
    return not decides_alone(who.person, record, who.day)


def refuse_decision(who: Who, record: Record, proposer: UUID | None) -> Refusal | None:
    """Say why somebody may not approve or refuse a change that another person proposed."""
    refusal = refuse_ended(record)
    if refusal is not None or who.is_machine:
        return refusal
    if not decides_about(who, kind_of(type(record))):
        return Refusal("role", _("Changes are approved by a supervisor."))
    if _decides_own(who, record, proposer):
        return Refusal("same", _("A second person decides about this change, not you."))
    if not reaches(who, record):
        return Refusal("scope", _("This record does not lie in your area."))
    return None


def refuse_basis(basis: LegalBasis, kind: RecordKind, *, with_identity: bool) -> Refusal | None:
    """Say why a legal basis does not carry a record of a kind, or its identity number."""
    if not basis.is_active or kind.value not in basis.kinds:
        return Refusal("basis", _("This legal basis does not hold for such a record."))
    if with_identity and not basis.needs_identity:
        return Refusal(
            "identity",
            _("No identity number: this legal basis has no form that needs one."),
        )
    return None
