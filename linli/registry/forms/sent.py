"""A blank form as its page carries it from one step to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing

from linli.registry.rules.blanks import Blank

_SALT = "blank-form"


@dataclass(frozen=True)
class SentForm:
    """The texts of a form, one `Blank` a sheet, and who sent it ("" where nobody is named)."""

    name: str
    sender: str
    blanks: tuple[Blank, ...]
    left_out: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Return the names of the sheets, of the form where a sheet has none."""
        return [blank.sheet or self.name for blank in self.blanks]

    @property
    def token(self) -> str:
        """Return it signed, so that what comes back is what was sent."""
        blanks = [[one.titles, one.header, one.names, one.sheet] for one in self.blanks]
        told = [self.name, self.sender, blanks, self.left_out]
        return signing.dumps(told, salt=_SALT, compress=True)

    @classmethod
    def of(cls, token: str) -> "SentForm | None":
        """Return what a token holds, or None where it is not one of ours."""
        try:
            name, sender, blanks, left_out = signing.loads(token, salt=_SALT)
        except (signing.BadSignature, ValueError):
            return None
        read = (_blank(*one) for one in blanks)
        return cls(name, sender, tuple(read), tuple(left_out))


def _blank(titles: Iterable[Any], header: Iterable[Any], names: Iterable[str], sheet: str) -> Blank:
    rows = tuple(tuple(row) for row in titles), tuple(tuple(row) for row in header)
    return Blank(*rows, tuple(names), sheet)
