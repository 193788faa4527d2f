"""What a list is narrowed to, as it stands in the address. What makes no sense is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from linli.cases.models.choices import Channel, Colour, Kind, State
from linli.cases.queries.desk import BY_KEY
from linli.cases.queries.lists import Filters

_AREA_DIGITS = 15
_WORDS_LENGTH = 100
_NAMES = ("queue", "q", "state", "colour", "unit", "category", "kind", "channel", "area")


@dataclass(frozen=True)
class Asked:
    """The filters of an address: ``values`` are what was understood, spelled as in the address."""

    values: Mapping[str, str]

    @property
    def filters(self) -> Filters:
        """The filters as the list query takes them."""
        values = self.values
        return Filters(
            unit=UUID(values["unit"]) if "unit" in values else None,
            colour=values.get("colour", ""),
            states=(values["state"],) if "state" in values else (),
            category=UUID(values["category"]) if "category" in values else None,
            kind=values.get("kind", ""),
            channel=values.get("channel", ""),
            area=values.get("area", ""),
            words=values.get("q", ""),
        )

    @property
    def shown(self) -> dict[str, str]:
        """All filters by name, "" where one is not set: a template asks for each many times."""
        return {name: self.values.get(name, "") for name in _NAMES}

    @property
    def active(self) -> int:
        """How many filters are set."""
        return len(self.values)

    def address(self, **more: str) -> str:
        """Return the query of an address with these filters, and a cursor."""
        pairs = {**self.values, **{name: value for name, value in more.items() if value}}
        return f"?{urlencode(pairs)}"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _one_of(text: str, allowed: Iterable[object]) -> bool:
    return text in {str(value) for value in allowed}


def _understood(name: str, text: str) -> bool:
    checks = {
        "queue": lambda: text in BY_KEY,
        "q": lambda: len(text) <= _WORDS_LENGTH and "\x00" not in text,
        "state": lambda: _one_of(text, State.values),
        "colour": lambda: _one_of(text, Colour.values),
        "unit": lambda: _is_id(text),
        "category": lambda: _is_id(text),
        "kind": lambda: _one_of(text, Kind.values),
        "channel": lambda: _one_of(text, Channel.values),
        "area": lambda: text.isascii() and text.isdigit() and len(text) <= _AREA_DIGITS,
    }
    return bool(text) and checks[name]()


def asked(query: QueryDict) -> Asked:
    """Read the filters of an address."""
    given = {name: query.get(name, "").strip() for name in _NAMES}
    return Asked({name: text for name, text in given.items() if _understood(name, text)})
