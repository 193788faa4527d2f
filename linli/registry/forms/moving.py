"""The form by which a resident's new home is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.rules.addresses import ABSENT, line_of, parse
from linli.territory.queries.scopes import villages_under


class MoveForm(forms.Form):
    """The village, the address as it is written, and the version of the record that was seen."""

    division = forms.ChoiceField(label=gettext_lazy("Village or community"))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Street or group, number, building, entrance, room."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offer the villages of today."""
        super().__init__(*args, **more)
        chosen = self.fields["division"]
        if isinstance(chosen, forms.ChoiceField):
            villages = villages_under("").order_by("code")
            chosen.choices = [(one.code, str(one)) for one in villages]

    def clean_address(self) -> str:
        """Refuse what names no place."""
        written = str(self.cleaned_data["address"]).strip()
        if line_of(parse(written)) == ABSENT:
            raise forms.ValidationError(_("This is no address: give street, number or room."))
        return written
