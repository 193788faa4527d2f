"""Numbers of persons in free text: recognised, and the writer asked what to do with them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.rules.personal_numbers import NumberKind, Span, personal_numbers, without

_REMOVED: Mapping[NumberKind, str] = dict.fromkeys(NumberKind, "〔号码已删去〕")
MOVE = ("move", gettext_lazy("Move them to my sealed contact (only those who answer me see it)"))
REMOVE = ("remove", gettext_lazy("Take them out"))
KEEP = ("keep", gettext_lazy("Leave them; they belong to the matter and may be read by others"))


def half_width(text: str) -> str:
    """Return what people type with a Chinese keyboard as plain letters and digits."""
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True)
class Found:
    """A number of a person in a text, masked for the page."""

    label: str
    masked: str


def _masked(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


class WithoutNumbers(forms.Form):
    """A form that asks what to do with telephone and identity numbers in its free text."""

    number_fields: Sequence[str] = ()
    numbers = forms.ChoiceField(
        label=gettext_lazy("What shall we do with the numbers?"),
        widget=forms.RadioSelect,
        required=False,
    )
    found: Sequence[Found] = ()

    def settle_numbers(self, data: dict[str, Any]) -> str:
        """Do with the numbers what was chosen; return those to be sealed, or ask by an error."""
        spans = {name: personal_numbers(data.get(name) or "") for name in self.number_fields}
        every = [(name, span) for name, found in spans.items() for span in found]
        choice = data.get("numbers")
        if not every or choice == "keep":
            return ""
        if not choice:
            self.found = [Found(str(self.fields[n].label), _masked(s.number)) for n, s in every]
            self.add_error(
                "numbers", _("Numbers of persons stand in your words. Choose what to do with them.")
            )
            return ""
        for name, found in spans.items():
            data[name] = self._cleared(data[name], found, choice) if found else data.get(name)
        numbers = dict.fromkeys(span.number for _name, span in every)
        return ", ".join(numbers) if choice == "move" else ""

    @staticmethod
    def _cleared(text: str, found: Sequence[Span], choice: str) -> str:
        return without(text, found) if choice == "move" else without(text, found, _REMOVED)
