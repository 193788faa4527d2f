"""The answers to a form for one record: an input for each fact that is missing or old."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.actions.answering import Question
from linli.registry.forms.records import ChangeForm

_STILL = "still-"


class AnswerForm(forms.Form):
    """One input a fact; an old fact has a box for "still right" beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, asked: Sequence[Question], **more: Any) -> None:
        """Draw for each fact the input that the page of its record has."""
        more.setdefault("initial", {"version": row.version})
        super().__init__(*args, **more)
        self._asked = asked
        for one in asked:
            single = ChangeForm(row=row, fact=one.fact)
            field = single.fields["value"]
            field.required = False
            field.initial = "" if one.is_missing else single.initial["value"]
            self.fields[one.fact.name] = field
            if not one.is_missing:
                self.fields[_STILL + one.fact.name] = forms.BooleanField(
                    label=_("still right"), required=False
                )

    def questions(self) -> list[tuple[Question, Any, Any]]:
        """Return each question with its input and its box, if it has one."""
        return [
            (one, self[one.fact.name], self[_STILL + one.fact.name] if not one.is_missing else None)
            for one in self._asked
        ]

    def typed(self) -> Mapping[str, str]:
        """Return what was typed, by the names of facts.

        What stands as it was shown is no answer: only the box confirms a fact that is old.
        """
        told = (one.fact.name for one in self._asked)
        return {name: self.cleaned_data[name] or "" for name in told if name in self.changed_data}

    def still_right(self) -> frozenset[str]:
        """Return the facts that were said to hold still."""
        told = (one.fact.name for one in self._asked)
        return frozenset(name for name in told if self.cleaned_data.get(_STILL + name))
