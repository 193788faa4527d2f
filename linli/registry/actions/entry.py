"""Residents' way in: a code for a name and a number, and a session for the code."""

import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.actions.finding import TwoFacts
from linli.registry.actions.sealing import index_of
from linli.registry.actions.sending import send_code
from linli.registry.models import EntryCode, OwnSession
from linli.registry.queries.finding import found_anywhere
from linli.registry.rules.folding import folded_telephone

_HOUR = timedelta(hours=1)
_DIGITS = 6


def code_of(entry_id: uuid.UUID) -> str:
    """Return the six digits of a code: stored nowhere, a key outside the database makes them."""
    raw = settings.LINLI_KEYRING.blind_index("registry.entry", str(entry_id))
    return f"{int.from_bytes(raw[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def _too_often() -> Refused:
    return Refused(
        Refusal(
            "too_often",
            _("Too many attempts. Please wait an hour, or come to the service centre."),
        )
    )


def _check(whose: Mapping[str, bytes], at: datetime, *, is_asking: bool) -> None:
    """Refuse what was tried too often in the last hour; an unknown number counts like a known."""
    limits = settings.LINLI_OWN_PAGE
    for name, key in whose.items():
        lately = EntryCode.objects.filter(at__gt=at - _HOUR, **{name: key})
        failures = lately.aggregate(n=Sum("failures"))["n"] or 0
        if failures >= limits[f"failures_per_{name}"]:
            raise _too_often()
        if is_asking and lately.count() >= limits[f"codes_per_{name}"]:
            raise _too_often()


def ask_code(*, name: str, telephone: str, address: str, at: datetime) -> EntryCode:
    """Make a code for whoever these two facts name, and send it after the commit.

    Nobody learns from the answer whether there is such a person: a row is made, and the same
    work done, for whatever was typed. Raises Refused after too many attempts.
    """
    digits = folded_telephone(telephone)
    whose = {
        "number": index_of("entry.number", digits),
        "address": index_of("entry.address", address),
    }
    keys = TwoFacts(name, telephone).keys()
    _check(whose, at, is_asking=True)
    found = found_anywhere(keys)
    resident = found[0] if len(found) == 1 else None
    with transaction.atomic():
        entry = EntryCode.objects.create(id=new_id(), resident=resident, at=at, **whose)
        to = digits if resident is not None else ""
        transaction.on_commit(lambda: send_code(to=to, code=code_of(entry.pk)))
    return entry


def enter(*, entry_id: uuid.UUID, code: str, at: datetime) -> OwnSession | None:
    """Open a session for a code that fits, once and for some minutes; None where it does not.

    Raises Refused after too many wrong codes for a code, a number or an address.
    """
    limits = settings.LINLI_OWN_PAGE
    with transaction.atomic():
        entry = EntryCode.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
        if entry is None:
            return None
        whose = {"number": bytes(entry.number), "address": bytes(entry.address)}
        _check(whose, at, is_asking=False)
        if entry.failures >= limits["tries"]:
            raise _too_often()
        if entry.resident_id is None or not _fits(entry, code, at):
            EntryCode.objects.filter(pk=entry.pk).update(failures=F("failures") + 1)
            return None
        EntryCode.objects.filter(pk=entry.pk).update(used_at=at)
        until = at + timedelta(minutes=limits["session_minutes"])
        return OwnSession.objects.create(
            id=new_id(), resident_id=entry.resident_id, since=at, until=until
        )


def _fits(entry: EntryCode, code: str, at: datetime) -> bool:
    same = hmac.compare_digest(code_of(entry.pk).encode(), code.encode())
    minutes = timedelta(minutes=settings.LINLI_OWN_PAGE["code_minutes"])
    is_fresh = entry.used_at is None and at <= entry.at + minutes
    return same and is_fresh


def leave(*, session_id: uuid.UUID) -> None:
    """End a session at once."""
    OwnSession.objects.filter(pk=session_id).delete()
