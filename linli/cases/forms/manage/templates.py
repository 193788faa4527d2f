"""The form of a reply template."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.actions.templates import TemplateFacts
from linli.cases.forms.manage.rules import category_choices

_ROWS = {"rows": 6}


class TemplateForm(forms.Form):
    """Words that are often needed."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs=_ROWS))
    text_en = forms.CharField(
        label=_("Text in English"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=_ROWS),
    )
    is_active = forms.BooleanField(label=_("Offered when replying"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("every category")), *category_choices()]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> TemplateFacts:
        """Return the template as it shall be."""
        return TemplateFacts(**self.cleaned_data)
