"""What a person decides between two corrections of one field."""

from django import forms

from linli.cases.models.choices import ClashDecision


class ClashForm(forms.Form):
    """The decision, and the version of the case that the person saw."""

    decision = forms.ChoiceField(choices=ClashDecision.choices)
    seen_version = forms.IntegerField(min_value=1)
