"""The reporter's name and contact: sealed apart from the case, opened only as a recorded act."""

import hmac
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from linli.accounts.models import Person
from linli.audit.actions import acting, record_read
from linli.cases.models import Case, ReporterContact
from linli.cases.policies import Who
from linli.cases.policies.contacts import nothing_left, reason_missing, refuse_contact
from linli.cases.policies.reporting import Contact
from linli.kernel import sealing
from linli.kernel.ids import code_from_bytes, new_id
from linli.kernel.refusal import Refused

_TABLE = "cases_reportercontact"
# Between numbers that were moved out of texts.
_BETWEEN = ", "
_CODE = "query-code"
QUERY_CODE_LENGTH = 8
MIN_REASON = 2


@dataclass(frozen=True)
class Moved:
    """Numbers that were typed into a reason for looking, and the act that seals them."""

    act_id: uuid.UUID
    numbers: str


def _digits(telephone: str) -> str:
    folded = unicodedata.normalize("NFKC", telephone)
    return "".join(sign for sign in folded if sign.isdigit())


def sealed_contact(case: Case, contact: Contact) -> ReporterContact:
    """Return the sealed contact of a new case, to be written by the act that reports."""
    row_id = new_id()
    ring = settings.LINLI_KEYRING
    place = sealing.Place(_TABLE, str(row_id))
    key = ring.new_data_key()
    return ReporterContact(
        id=row_id,
        case=case,
        wrapped_key=ring.wrap(key, place),
        name=sealing.seal(key, place, "name", contact.name),
        telephone=sealing.seal(key, place, "telephone", contact.telephone),
        email=sealing.seal(key, place, "email", contact.email),
        moved_numbers=sealing.seal(key, place, "moved_numbers", contact.moved_numbers),
        language=contact.language,
    )


def open_contact(row: ReporterContact) -> Contact:
    """Open a sealed contact. Only for callers that have recorded the read before."""
    place = sealing.Place(_TABLE, str(row.pk))
    key = settings.LINLI_KEYRING.unwrap(bytes(row.wrapped_key), place)

    def read(column: str) -> str:
        return sealing.unseal(key, place, column, bytes(getattr(row, column)))

    return Contact(
        read("name"), read("telephone"), read("email"), read("moved_numbers"), row.language
    )


def counted(numbers: str) -> dict[str, int]:
    """Return what the audit log says of moved numbers: how many, never which."""
    return {"moved_numbers": len(numbers.split(_BETWEEN))} if numbers else {}


def _new_ones(telephone: str, there: Iterable[str], numbers: str) -> list[str]:
    """Return those that are neither sealed here already nor the telephone that was left."""
    known = {*there, _digits(telephone)}
    return [number for number in dict.fromkeys(numbers.split(_BETWEEN)) if number not in known]


def seal_numbers(case: Case, numbers: str) -> None:
    """Seal numbers of persons beside the contact of a case, inside the act that took them away.

    ``numbers`` is in digits, with a comma and a space between two. A case without a contact gets
    one that holds nothing else; the case is locked by its act, so that it gets one only.
    """
    row = ReporterContact.objects.select_for_update().filter(case=case).first()
    if row is None:
        sealed_contact(case, Contact(moved_numbers=numbers)).save(force_insert=True)
        return
    place = sealing.Place(_TABLE, str(row.pk))
    key = settings.LINLI_KEYRING.unwrap(bytes(row.wrapped_key), place)
    telephone, sealed = (
        sealing.unseal(key, place, column, bytes(getattr(row, column)))
        for column in ("telephone", "moved_numbers")
    )
    there = sealed.split(_BETWEEN) if sealed else []
    if new_ones := _new_ones(telephone, there, numbers):
        every = _BETWEEN.join([*there, *new_ones])
        row.moved_numbers = sealing.seal(key, place, "moved_numbers", every)
        row.save(update_fields=["moved_numbers"])


def _record_look(case: Case, by: Person, at: datetime, reason: str, moved: Moved | None) -> None:
    """Record a look, and seal what its reason held, in one transaction."""
    if moved is None:
        record_read(by=by, subject=case.pk, verb="contact", at=at, reason=reason)
        return
    asked = {"reason": reason, "numbers": moved.numbers}
    with acting(
        moved.act_id,
        "case.move_numbers",
        by=by,
        at=at,
        subject=case.pk,
        payload=asked,
        detail=counted(moved.numbers),
    ) as first_time:
        record_read(by=by, subject=case.pk, verb="contact", at=at, reason=reason)
        if first_time:
            seal_numbers(case, moved.numbers)


def reveal_contact(
    *, case: Case, who: Who, by: Person, at: datetime, reason: str, moved: Moved | None = None
) -> Contact:
    """Show the contact of a reporter to a person who may see it, after recording that.

    ``moved`` are numbers that stood in the reason. Raises Refused when there is no contact, the
    person may not, or no reason is given.
    """
    refusal = refuse_contact(who, case)
    if refusal is None and len(reason.strip()) < MIN_REASON:
        refusal = reason_missing()
    row = ReporterContact.objects.filter(case=case).first()
    if refusal is None and row is None:
        refusal = nothing_left()
    if refusal is not None or row is None:
        raise Refused(refusal or nothing_left())
    _record_look(case, by, at, reason.strip(), moved)
    if moved is not None:
        row.refresh_from_db()
    return open_contact(row)


def query_code(case_id: uuid.UUID) -> str:
    """Return the code that, with the number, opens a case for its reporter.

    It is derived, not stored: a copy of the database holds no codes.
    """
    raw = settings.LINLI_KEYRING.blind_index(_CODE, case_id.hex)
    return code_from_bytes(raw, QUERY_CODE_LENGTH)


def is_query_code(case_id: uuid.UUID, code: str) -> bool:
    """Say whether a code opens a case; those that were given out under older keys go on to."""
    made = settings.LINLI_KEYRING.blind_indexes(_CODE, case_id.hex)
    codes = [code_from_bytes(raw, QUERY_CODE_LENGTH) for raw in made]
    return sum(hmac.compare_digest(one.encode(), code.encode()) for one in codes) > 0
