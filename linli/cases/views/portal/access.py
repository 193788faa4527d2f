"""Which cases this browser has opened with number and query code, and from where it asks."""

import uuid
from datetime import datetime, timedelta

from django.http import HttpRequest

from linli.accounts.rules.addresses import bucket_of

_KEY = "opened_cases"
OPEN_FOR = timedelta(hours=2)
_MOST = 20


def _opened(request: HttpRequest) -> dict[str, str]:
    found = request.session.get(_KEY, {})
    return dict(found) if isinstance(found, dict) else {}


def open_case(request: HttpRequest, case_id: uuid.UUID, at: datetime) -> None:
    """Let this browser see a case for the next hours; the session's key is changed."""
    opened = _opened(request)
    opened.pop(case_id.hex, None)
    opened[case_id.hex] = at.isoformat()
    request.session[_KEY] = dict(list(opened.items())[-_MOST:])
    request.session.cycle_key()


def close_cases(request: HttpRequest) -> None:
    """Let this browser see no case any more (a shared computer)."""
    request.session.pop(_KEY, None)


def has_opened(request: HttpRequest, case_id: uuid.UUID, at: datetime) -> bool:
    """Say whether number and code of this case were shown lately."""
    since = _opened(request).get(case_id.hex)
    return since is not None and at - datetime.fromisoformat(since) < OPEN_FOR


def address_of(request: HttpRequest) -> str:
    """Return what counts as the address that asks; a configured proxy was dealt with before."""
    return bucket_of(str(request.META.get("REMOTE_ADDR", "")))
