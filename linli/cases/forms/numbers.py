"""Numbers of persons in free text: recognised, and the writer asked what to do with them."""

import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.rules.personal_numbers import NumberKind, Span, personal_numbers, without

_REMOVED: Mapping[NumberKind, str] = dict.fromkeys(NumberKind, "〔号码已删去〕")
MOVE = ("move", gettext_lazy("Move them to my sealed contact (only those who answer me see it)"))
MOVE_TO_REPORTER = ("move", gettext_lazy("Move them to the sealed contact"))
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
    found_numbers: Sequence[Found] = ()
    # What is to be sealed once the form is valid, in digits.
    moved_numbers = ""

    def free_texts(self) -> Sequence[str]:
        """Return the names of the fields in which people write what they like."""
        return self.number_fields

    def known_numbers(self) -> AbstractSet[str]:
        """Return the numbers about which nobody has to be asked."""
        return frozenset()

    def ask(self) -> None:
        """Put the question on the page, when ``found_numbers`` is known."""
        self.add_error(
            "numbers", _("Numbers of persons stand in your words. Choose what to do with them.")
        )

    def settle_numbers(self, data: dict[str, Any]) -> str:
        """Do with the numbers what was chosen; return those to be sealed, or ask by an error."""
        known = self.known_numbers()
        spans = {
            name: [one for one in personal_numbers(data.get(name) or "") if one.number not in known]
            for name in self.free_texts()
        }
        every = [(name, span) for name, found in spans.items() for span in found]
        choice = data.get("numbers")
        if not every or choice == "keep":
            return ""
        if not choice:
            self.found_numbers = [
                Found(str(self.fields[n].label), _masked(s.number)) for n, s in every
            ]
            self.ask()
            return ""
        for name, found in spans.items():
            data[name] = self._cleared(data[name], found, choice) if found else data.get(name)
        numbers = dict.fromkeys(span.number for _name, span in every)
        return ", ".join(numbers) if choice == "move" else ""

    @staticmethod
    def _cleared(text: str, found: Sequence[Span], choice: str) -> str:
        return without(text, found) if choice == "move" else without(text, found, _REMOVED)


class AsksForNumbers(WithoutNumbers):
    """Looks through every free text of a form; the question is a field only once it is asked.

    So a form that is drawn as a whole shows it where it is needed, and nowhere else.
    """

    move = MOVE_TO_REPORTER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = self.fields.pop("numbers")
        if isinstance(self.question, forms.ChoiceField):
            self.question.choices = [self.move, REMOVE, KEEP]
        if self.is_bound and self.data.get("numbers"):
            self.fields["numbers"] = self.question

    def free_texts(self) -> Sequence[str]:
        """Return all plain texts, so that a field added later is not forgotten."""
        return [
            name
            for name, field in self.fields.items()
            # A field of a kind of its own, or one cleaned to an object, is no free text.
            if type(field) is forms.CharField and isinstance(self.cleaned_data.get(name), str)
        ]

    def ask(self) -> None:
        """Name the fields and the numbers, masked, with the choice."""
        named = [f"{one.label}{_(': ')}{one.masked}" for one in self.found_numbers]
        self.question.help_text = " · ".join(named)
        self.fields["numbers"] = self.question
        super().ask()

    def clean(self) -> dict[str, Any]:
        """Ask what to do with numbers of persons before anything is kept."""
        data = super().clean() or self.cleaned_data
        self.moved_numbers = self.settle_numbers(data)
        return data
