"""The reporter's name and contact: sealed apart from the case, opened only as a recorded act."""

import unicodedata
import uuid
from datetime import datetime

from django.conf import settings

from linli.accounts.models import Person
from linli.audit.actions import record_read
from linli.cases.models import Case, ReporterContact
from linli.cases.policies import Who
from linli.cases.policies.contacts import nothing_left, reason_missing, refuse_contact
from linli.cases.policies.reporting import Contact
from linli.kernel import sealing
from linli.kernel.ids import code_from_bytes, new_id
from linli.kernel.refusal import Refused

_TABLE = "cases_reportercontact"
QUERY_CODE_LENGTH = 8
MIN_REASON = 2


def _digits(telephone: str) -> str:
    folded = unicodedata.normalize("NFKC", telephone)
    return "".join(sign for sign in folded if sign.isdigit())


def sealed_contact(case: Case, contact: Contact) -> ReporterContact:
    """Return the sealed contact of a new case, to be written by the act that reports."""
    row_id = new_id()
    ring = settings.LINLI_KEYRING
    place = sealing.Place(_TABLE, str(row_id))
    key = sealing.new_data_key()
    number = _digits(contact.telephone)
    return ReporterContact(
        id=row_id,
        case=case,
        wrapped_key=ring.wrap(key, place),
        name=sealing.seal(key, place, "name", contact.name),
        telephone=sealing.seal(key, place, "telephone", contact.telephone),
        email=sealing.seal(key, place, "email", contact.email),
        moved_numbers=sealing.seal(key, place, "moved_numbers", contact.moved_numbers),
        telephone_index=ring.blind_index("telephone", number) if number else b"",
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


def reveal_contact(*, case: Case, who: Who, by: Person, at: datetime, reason: str) -> Contact:
    """Show the contact of a reporter to a person who may see it, after recording that.

    Raises Refused when there is none, the person may not, or no reason is given.
    """
    refusal = refuse_contact(who, case)
    if refusal is None and len(reason.strip()) < MIN_REASON:
        refusal = reason_missing()
    row = ReporterContact.objects.filter(case=case).first()
    if refusal is None and row is None:
        refusal = nothing_left()
    if refusal is not None or row is None:
        raise Refused(refusal or nothing_left())
    record_read(by=by, subject=case.pk, verb="contact", at=at, reason=reason.strip())
    return open_contact(row)


def query_code(case_id: uuid.UUID) -> str:
    """Return the code that, with the number, opens a case for its reporter.

    It is derived, not stored: a copy of the database holds no codes.
    """
    raw = settings.LINLI_KEYRING.blind_index("query-code", case_id.hex)
    return code_from_bytes(raw, QUERY_CODE_LENGTH)
