"""What strangers may do: counted in the database, so that all processes count together."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext

from linli.cases.models import Allowance
from linli.cases.rules import allowances as rules
from linli.kernel.refusal import Refusal, Refused

FORGOTTEN_AFTER = timedelta(days=2)


def _key(purpose: str, whose: str) -> str:
    raw = settings.LINLI_KEYRING.blind_index("allowance", f"{purpose}\x1f{whose}")
    return bytes(raw).hex()[:64]


def _rule(purpose: str) -> rules.Allowance:
    burst, hourly = settings.LINLI_ALLOWANCES[purpose]
    return rules.Allowance(burst, hourly)


def _too_often(wait: timedelta) -> Refused:
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    words = ngettext(
        "Too many attempts from here. Please wait %(n)d minute, or call or visit the service"
        " centre.",
        "Too many attempts from here. Please wait %(n)d minutes, or call or visit the service"
        " centre.",
        minutes,
    )
    return Refused(Refusal("too_often", words % {"n": minutes}))


def check_allowance(*, purpose: str, whose: str, at: datetime) -> None:
    """Raise Refused with the time to wait when nothing is left; takes nothing."""
    rule = _rule(purpose)
    row = Allowance.objects.filter(pk=_key(purpose, whose)).first()
    if row is not None and (tokens := rule.filled(row.tokens, row.at, at)) < 1:
        raise _too_often(rule.wait(tokens))


def use_allowance(*, purpose: str, whose: str, at: datetime, count: int = 1) -> None:
    """Take ``count`` tokens of ``whose`` (an address, a case number); Refused when too few."""
    rule = _rule(purpose)
    with transaction.atomic():
        row, _made = Allowance.objects.select_for_update().get_or_create(
            pk=_key(purpose, whose), defaults={"tokens": rule.burst, "at": at}
        )
        tokens = rule.filled(row.tokens, row.at, at)
        if tokens < count:
            raise _too_often(rule.wait(tokens - count + 1))
        row.tokens, row.at = tokens - count, max(at, row.at)
        row.save(update_fields=["tokens", "at"])


def forget_allowances(*, at: datetime) -> int:
    """Drop buckets that have long been full again; returns how many."""
    dropped, _each = Allowance.objects.filter(at__lt=at - FORGOTTEN_AFTER).delete()
    return dropped
