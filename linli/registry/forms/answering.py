"""The answers to a form for one record: an input for each fact that is missing or old."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.actions.answering import Question
from linli.registry.forms.records import ChangeForm, not_said

_STILL = "still-"
_NONE = "none-"


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
            if "none" in single.fields:
                self.fields[_NONE + one.fact.name] = single.fields["none"]

    def questions(self) -> list[tuple[Question, Any, list[Any]]]:
        """Return each question with its input and its boxes."""
        return [(one, self[one.fact.name], self._boxes(one.fact.name)) for one in self._asked]

    def _boxes(self, name: str) -> list[Any]:
        return [self[box + name] for box in (_STILL, _NONE) if box + name in self.fields]

    def clean(self) -> None:
        """Refuse what contradicts itself: a fact removed, and typed or held as well."""
        told = self.cleaned_data
        for name in self.removed():
            words = not_said(told.get(name, ""), is_none=True)
            if words:
                self.add_error(name, words)
            elif name in self.still_right():
                self.add_error(name, _("Tick one of both: still right, or none any more."))

    def typed(self) -> Mapping[str, str]:
        """Return what was typed, by the names of facts.

        What stands as it was shown is no answer: only the box confirms a fact that is old.
        """
        told = (one.fact.name for one in self._asked)
        return {name: self.cleaned_data[name] or "" for name in told if name in self.changed_data}

    def removed(self) -> frozenset[str]:
        """Return the sealed facts of which it was said that there is none any more."""
        told = (one.fact.name for one in self._asked)
        return frozenset(name for name in told if self.cleaned_data.get(_NONE + name))

    def still_right(self) -> frozenset[str]:
        """Return the facts that were said to hold still."""
        told = (one.fact.name for one in self._asked)
        return frozenset(name for name in told if self.cleaned_data.get(_STILL + name))
