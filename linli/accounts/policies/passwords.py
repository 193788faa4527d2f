"""What a password may not be, beyond Django's own rules."""

from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.rules.passwords import is_common, letters_of

_WORDS = Path(__file__).resolve().parent.parent / "data" / "common_words.txt"


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return the words that people build passwords from, in lower case."""
    return frozenset(_WORDS.read_text(encoding="utf-8").split())


class NotCommonHere:
    """Refuse common words and pinyin with numbers around them, dates, and walks on the keyboard."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError with a sentence when the password is one that is tried first."""
        own = {letters_of(user.username)} if user is not None else set()
        if is_common(password, common_words() | own):
            raise ValidationError(
                _(
                    "This password is one that is tried first: common words or pinyin with"
                    " numbers, a date, a telephone number, or keys in a row. Take a few words"
                    " that have nothing to do with one another."
                ),
                code="password_common_here",
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("A few words that have nothing to do with one another are good and easy to keep.")
