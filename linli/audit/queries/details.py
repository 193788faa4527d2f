"""The readable detail of events in words: a label for each key, and its value as it is said.

Each domain names its keys in a table; LINLI_DETAIL_WORDS lists the tables. What no table knows is
shown as it is stored.
"""

import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Told = Mapping[str, Any]
# So many of an id's signs tell one from another on a page; the whole stands below.
_TAIL = 8
_DAY_SIGNS = 10


@dataclass(frozen=True)
class Word:
    """What a key of a detail is called, and how its value is said (plainly, where None).

    ``say`` is given one value (of a list: each) and the whole detail; an empty answer says that
    it does not know the value.
    """

    label: Promise
    say: Callable[[object, Told], object] | None = None


DETAIL_WORDS: Mapping[str, Word] = {
    "name": Word(gettext_lazy("Name")),
    "note": Word(gettext_lazy("Note")),
    "reason": Word(gettext_lazy("Reason")),
    "rows": Word(gettext_lazy("Rows")),
    "source": Word(gettext_lazy("Source")),
    "until": Word(gettext_lazy("Until")),
}


@cache
def _table() -> Mapping[str, Word]:
    found: dict[str, Word] = {}
    for path in settings.LINLI_DETAIL_WORDS:
        found |= import_string(path)
    return found


def plainly(value: object) -> str:
    """Return a stored value as it is read: yes and no, days and moments, the tail of an id."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _told(value) if isinstance(value, str) else str(value)


def _told(text: str) -> str:
    for read in (_tail, _moment):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _tail(text: str) -> str:
    return f"…{uuid.UUID(text).hex[-_TAIL:]}"


def _moment(text: str) -> str:
    if len(text) <= _DAY_SIGNS:
        return text
    at = datetime.fromisoformat(text)
    return f"{timezone.localtime(at) if at.tzinfo else at:%Y-%m-%d %H:%M}"


@dataclass
class Details:
    """Says details one after another; what was looked up once is not looked up again."""

    _known: dict[str, str] = field(default_factory=dict)

    def lines(
        self, detail: str | None, wanted: Collection[str] | None = None
    ) -> list[tuple[str, str]]:
        """Return label and value of each key of a stored detail; none where it was erased.

        ``wanted``: the keys to tell; all where None.
        """
        if not detail:
            return []
        told: Any = json.loads(detail)
        return [
            (str(_label(key)), self._value(key, value, told))
            for key, value in told.items()
            if wanted is None or key in wanted
        ]

    def _value(self, key: str, value: object, told: Told) -> str:
        if isinstance(value, list):
            return _(", ").join(self._value(key, one, told) for one in value) or "–"
        if isinstance(value, dict):
            parts = (
                f"{_label(name)}{_(': ')}{self._value(name, one, told)}"
                for name, one in value.items()
            )
            return _("; ").join(parts) or "–"
        known = f"{key}\x1f{value}\x1f{told.get('kind')}"
        if known not in self._known:
            self._known[known] = _said(key, value, told) or plainly(value)
        return self._known[known]


def _label(key: str) -> str | Promise:
    word = _table().get(key)
    return word.label if word is not None else key


def _said(key: str, value: object, told: Told) -> str:
    word = _table().get(key)
    if word is None or word.say is None or value in {None, ""}:
        return ""
    return str(word.say(value, told) or "")
