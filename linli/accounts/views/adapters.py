"""Where allauth asks us: how people log in, and how their second factors are kept."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.actions.entering import change_own_password
from linli.accounts.models import Person
from linli.accounts.rules.factors import FACTOR_COLUMN, FACTOR_PLACE, joined, parted
from linli.kernel import sealing
from linli.kernel.ids import new_id


class Entrance(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in by user name for people whom an administrator let in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up: accounts are given."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting of failures to axes, which keeps it in the database."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Return the person, or None in the same time for a wrong name and a wrong password."""
        # A NUL cannot be stored, and no name has one: PostgreSQL would answer with an error.
        name = str(credentials.get("username", "")).replace("\0", "")
        found: Person | None = super().authenticate(request, **{**credentials, "username": name})
        return found

    def post_login(self, request: HttpRequest, user: Person, **hooks: Any) -> HttpResponse:
        """Speak the language chosen on the way to this log-in, else the one of the account.

        The choice counts once: whoever logs in next at this computer has their own language.
        """
        response: HttpResponse = super().post_login(request, user, **hooks)
        chosen = request.COOKIES.get(settings.LINLI_LANGUAGE_CHOSEN_COOKIE, "")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen if chosen in dict(settings.LANGUAGES) else user.language,
            max_age=365 * 24 * 3600,
            secure=settings.LINLI_HTTPS,
            samesite="Lax",
        )
        response.delete_cookie(settings.LINLI_LANGUAGE_CHOSEN_COOKIE, samesite="Lax")
        return response

    def set_password(self, user: Person, password: str) -> None:
        """Set the password as a recorded act."""
        change_own_password(by=user, password=password, at=timezone.now(), act_id=new_id())

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Refuse, beside the rules, to keep the password that somebody else chose."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(_("This is the password you were given: choose one of your own."))
        return str(super().clean_password(password, user))

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask nobody for the password a second time who typed it minutes ago."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(record["at"]) for record in records), default=0.0)
        if time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def format_email_subject(self, subject: str) -> str:
        """Return the subject without the name of a host before it."""
        return str(subject)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to the work after the password was changed."""
        return self.get_login_redirect_url(request)  # type: ignore[no-any-return]


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        """Seal a secret with a key of its own, which the master key wraps."""
        data_key = settings.LINLI_KEYRING.new_data_key()
        wrapped = settings.LINLI_KEYRING.wrap(data_key, FACTOR_PLACE)
        return joined(wrapped, sealing.seal(data_key, FACTOR_PLACE, FACTOR_COLUMN, text))

    def decrypt(self, encrypted_text: str) -> str:
        """Open what ``encrypt`` sealed; UnsealError when it was changed."""
        wrapped, sealed = parted(encrypted_text)
        data_key = settings.LINLI_KEYRING.unwrap(wrapped, FACTOR_PLACE)
        return sealing.unseal(data_key, FACTOR_PLACE, FACTOR_COLUMN, sealed)

    def _get_site_name(self) -> str:
        return str(settings.LINLI_CENTRE_NAME or "linli")
