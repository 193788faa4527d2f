"""How many log-ins may fail before an account or an address has to wait."""

from datetime import timedelta
from typing import Any

from axes.conf import settings as axes_settings
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from linli.accounts.rules.addresses import bucket_of

Attempts = QuerySet[Any]


def address_of(request: HttpRequest) -> str:
    """Return what counts as the address of a request; the proxy was dealt with before."""
    return bucket_of(str(request.META.get("REMOTE_ADDR", "")))


class AccountAndAddress(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts three ways, each with its own limit: account at address, account, address.

    One limit for all would either let a botnet guess at one account, or lock a whole office
    out behind its one address because five colleagues mistyped.
    """

    def _over(self, request: HttpRequest, credentials: dict[str, Any] | None) -> list[Attempts]:
        """Return the attempts of each count that has reached its limit.

        The order is that of AXES_LOCKOUT_PARAMETERS.
        """
        limits = settings.LINLI_LOCKOUT.values()
        counted = zip(self.get_user_attempts(request, credentials), limits, strict=True)
        return [attempts for attempts, limit in counted if _failures(attempts) >= limit]

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return axes' one limit when one of ours is reached, else 0."""
        return int(axes_settings.AXES_FAILURE_LIMIT) if self._over(request, credentials) else 0

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget, after a good log-in, the failures of this account at this address alone.

        Those of the whole address stay: an own account must not buy new guesses at others.
        """
        pair = self.filter_user_attempts(request, credentials)[0]
        count, _rows = pair.delete()
        return int(count)

    def waits(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> timedelta:
        """Return how long it takes until the next attempt is looked at."""
        cool_off: timedelta = axes_settings.AXES_COOLOFF_TIME
        over = self._over(request, credentials)
        latest = [attempts.aggregate(at=Max("attempt_time"))["at"] for attempts in over]
        now = timezone.now()
        left: list[timedelta] = [at + cool_off - now for at in latest if at is not None]
        return max(left, default=cool_off)


def _failures(attempts: Attempts) -> int:
    return int(attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0)


def minutes_to_wait(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Return the minutes a person who is locked out waits, at least 1."""
    AxesProxyHandler.update_request(request)
    seconds = AccountAndAddress().waits(request, credentials).total_seconds()
    return max(1, -int(-seconds // 60))


def forget_failures(username: str) -> int:
    """Let an account try again at once, from anywhere; return the number of rows forgotten."""
    count, _rows = AccessAttempt.objects.filter(username=username).delete()
    return int(count)
