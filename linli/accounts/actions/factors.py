"""Second factors under a new master key."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from linli.accounts.rules.factors import FACTOR_COLUMN, FACTOR_PLACE, SECRET_NAMES, joined, parted
from linli.kernel.sealing import Place

Texts = dict[str, bytes]
# Given a wrapped key, its place and what it sealed: both anew, or None where nothing is to be done.
Anew = Callable[[bytes, Place, Texts], tuple[bytes, Texts] | None]


def rewrap_factors(anew: Anew) -> int:
    """Bring the keys of second factors under another master key; return how many changed."""
    changed = 0
    for factor_id in Authenticator.objects.values_list("pk", flat=True).order_by("pk"):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=factor_id).first()
            if factor is None:
                continue
            data = {name: _anew(name, value, anew) for name, value in factor.data.items()}
            if data != factor.data:
                Authenticator.objects.filter(pk=factor_id).update(data=data)
                changed += 1
    return changed


def _anew(name: str, value: Any, anew: Anew) -> Any:
    if name not in SECRET_NAMES:
        return value
    if isinstance(value, list):
        return [_anew(name, one, anew) for one in value]
    wrapped, sealed = parted(value)
    fresh = anew(wrapped, FACTOR_PLACE, {FACTOR_COLUMN: sealed})
    return value if fresh is None else joined(fresh[0], fresh[1][FACTOR_COLUMN])
