"""Which program holds a key."""

import time
from uuid import UUID

from django.conf import settings

from linli.open311.models import ApiKey

# A revoked key may open the door this much longer in a process that has just seen it.
SECONDS_KEPT = 5.0
_MOST_KEPT = 1000
_PURPOSE = "open311-key"
_kept: dict[str, tuple[float, UUID]] = {}


def digest_of(key: str) -> str:
    """Return the keyed hash that is stored of a key."""
    ring = settings.LINLI_KEYRING
    return str(ring.blind_index(_PURPOSE, key).hex())


def _every_digest(key: str) -> list[str]:
    """Return what is stored of a key, also of one that was made under an older key of hashes."""
    return [made.hex() for made in settings.LINLI_KEYRING.blind_indexes(_PURPOSE, key)]


def holder_of(key: str) -> UUID | None:
    """Return the id of the active key, or None if nobody holds it."""
    digest = digest_of(key)
    now = time.monotonic()
    found = _kept.get(digest)
    if found is not None and found[0] > now:
        return found[1]
    held = ApiKey.objects.filter(digest__in=_every_digest(key), ended_at__isnull=True)
    key_id = held.values_list("pk", flat=True).first()
    if key_id is None:
        _kept.pop(digest, None)
        return None
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[digest] = (now + SECONDS_KEPT, key_id)
    return key_id
