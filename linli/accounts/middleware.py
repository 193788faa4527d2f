"""What every request passes: the proxy in front, the headers behind, and the gate of log-ins."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.policies.second_factor import lacks_second_factor
from linli.accounts.policies.sessions import session_minutes
from linli.accounts.queries import roles_of
from linli.accounts.rules.addresses import client_address, from_proxy, networks

Answer = Callable[[HttpRequest], HttpResponseBase]
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
_FEATURES = (
    "accelerometer=(), autoplay=(), camera=(self), display-capture=(),"
    " fullscreen=(self), geolocation=(self), gyroscope=(), hid=(), magnetometer=(),"
    " microphone=(), midi=(), payment=(), publickey-credentials-create=(self),"
    " publickey-credentials-get=(self), serial=(), usb=()"
)
# Open to people who may not work yet: the way to what they lack, and the way out.
_ALWAYS_OPEN = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "web:theme",
        "web:language",
        "web:health",
    }
)
_FACTOR_PAGES = frozenset(
    {
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
    }
)
_RENEWED = "linli_renewed"
_LENGTH = "linli_minutes"


def _missing(person: Person, page: str) -> str:
    """Return the page that somebody must see before ``page``, or nothing."""
    if page in _ALWAYS_OPEN:
        return ""
    if person.must_change_password:
        return "account_change_password"
    if page not in _FACTOR_PAGES and lacks_second_factor(
        person, roles_of(person, timezone.localdate())
    ):
        return "mfa_index"
    return ""


class EdgeMiddleware:
    """Put the client's own address in place of a configured proxy's, and harden the answer.

    Whoever is no configured proxy is not believed: their X-Forwarded headers are dropped, so
    that nothing behind can be deceived by them.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.proxies = networks(settings.LINLI_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers that browsers need to hold back what pages must not do."""
        meta = request.META
        if self.proxies:
            remote = str(meta.get("REMOTE_ADDR", ""))
            forwarded = str(meta.pop("HTTP_X_FORWARDED_FOR", ""))
            meta["REMOTE_ADDR"] = client_address(remote, forwarded, self.proxies)
            if not from_proxy(remote, self.proxies):
                meta.pop("HTTP_X_FORWARDED_PROTO", None)
        else:
            for name in _FORWARDED:
                meta.pop(name, None)
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _FEATURES)
        return response


class GateMiddleware:
    """Hold people back who lack a second factor or use a password that others gave them.

    Sessions end after the minutes of the person's strictest role without a request. To spare
    a write at every page the end is moved only when a tenth of the time has passed. Requests
    without a session cookie pass untouched.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what somebody sees who is logged in is kept in no cache."""
        response = self.get_response(request)
        # At the log-in itself there is a session, and no cookie yet.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
        if known and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
            self._renew(request, request.user)
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Lead to what is missing, from every page that is not on the way to it."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        missing = _missing(request.user, name)
        return redirect(missing) if missing else None

    @staticmethod
    def _renew(request: HttpRequest, person: Person) -> None:
        """Move the end of the session, and shorten it at once when a stricter role was given."""
        minutes = session_minutes(roles_of(person, timezone.localdate()))
        session, now = request.session, int(time.time())
        fresh = now - int(session.get(_RENEWED, 0)) < minutes * 60 // 10
        if fresh and session.get(_LENGTH) == minutes:
            return
        session[_RENEWED], session[_LENGTH] = now, minutes
        session.set_expiry(minutes * 60)
