"""Making and ending the keys of programs that may post."""

import secrets
import uuid
from datetime import datetime

from django.utils.translation import gettext as _

from linli.accounts.models import Person, Unit
from linli.audit.actions import acting
from linli.kernel.refusal import Refusal, Refused
from linli.open311.models import ApiKey
from linli.open311.queries.keys import digest_of

_PREFIX = "linli_"
_BYTES = 24


def make_key(
    *, label: str, unit: Unit | None, by: Person | None, at: datetime, act_id: uuid.UUID
) -> tuple[ApiKey, str]:
    """Make a key; returns the row and the key itself, which is never shown again ("" then)."""
    if not label.strip() or len(label) > 80:
        raise Refused(Refusal("label", _("Say in at most 80 characters what the key is for.")))
    asked = {"label": label, "unit": str(unit.pk) if unit else ""}
    with acting(
        act_id, "open311.make_key", by=by, at=at, subject=act_id, payload=asked, detail=asked
    ) as first_time:
        if not first_time:
            return ApiKey.objects.get(pk=act_id), ""
        key = _PREFIX + secrets.token_urlsafe(_BYTES)
        row = ApiKey.objects.create(
            id=act_id, digest=digest_of(key), label=label.strip(), unit=unit, made_at=at
        )
    return row, key


def end_key(*, key_id: uuid.UUID, by: Person | None, at: datetime, act_id: uuid.UUID) -> ApiKey:
    """End a key; what it posted stays. Raises ApiKey.DoesNotExist."""
    with acting(
        act_id, "open311.end_key", by=by, at=at, subject=key_id, payload={"key": str(key_id)}
    ) as first_time:
        row = ApiKey.objects.select_for_update().get(pk=key_id)
        if first_time and row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
    return row
