"""Forms by which a person is looked up: two facts and a purpose, and one field in full."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.actions.finding import TwoFacts
from linli.registry.models import Purpose
from linli.registry.rules.addresses import ABSENT, line_of, parse
from linli.registry.rules.folding import folded_telephone
from linli.territory.queries.scopes import villages_under

_UNSET = [("", "—")]
_QUIET = {"autocomplete": "off"}


class TwoFactsForm(forms.Form):
    """A name, and the whole telephone number or the address."""

    name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=80, widget=forms.TextInput(attrs=_QUIET)
    )
    telephone = forms.CharField(
        label=gettext_lazy("Telephone"),
        help_text=gettext_lazy("The whole number."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "tel"}),
    )
    division = forms.ChoiceField(label=gettext_lazy("Village or community"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Street or group, number, building, entrance, room."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_QUIET),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        villages = [(one.code, str(one)) for one in villages_under("").order_by("code")]
        chosen = self.fields["division"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [*_UNSET, *villages]

    def clean_telephone(self) -> str:
        """Take a number as it is written anywhere; a part of one finds nobody."""
        written = str(self.cleaned_data["telephone"])
        if written and not folded_telephone(written):
            raise forms.ValidationError(_("This is no whole telephone number."))
        return written

    def clean(self) -> dict[str, Any]:
        """Ask for the village of an address."""
        data = super().clean() or self.cleaned_data
        if data.get("address") and line_of(parse(str(data["address"]))) == ABSENT:
            self.add_error("address", _("This is no address: give street, number or room."))
        if data.get("address") and not data.get("division"):
            self.add_error("division", _("Choose the village or community of the address."))
        return data

    def facts(self) -> TwoFacts:
        """Return what was typed, the address by its canonical line."""
        data = self.cleaned_data
        address = str(data["address"]).strip()
        return TwoFacts(
            name=data["name"],
            telephone=data["telephone"],
            division=data["division"] if address else "",
            line=line_of(parse(address)) if address else "",
        )


class FindForm(TwoFactsForm):
    """Two facts and what the person is looked up for."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What do you look them up for?"),
        help_text=gettext_lazy("It is recorded before anything is shown, and they can read it."),
        choices=[*_UNSET, *Purpose.choices],
    )


def _words(label: Any, rows: int = 2, most: int = 200, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class UnmaskForm(forms.Form):
    """Why one field is needed in full."""

    purpose = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[*_UNSET, *Purpose.choices])
    words = _words(
        gettext_lazy("In your own words"),
        help_text=gettext_lazy("Without the person's name or numbers: others read it."),
    )


class EmergencyForm(TwoFactsForm):
    """Two facts and the emergency."""

    reason = _words(
        gettext_lazy("What is the emergency?"),
        help_text=gettext_lazy("Two people read it at once, the resident later."),
    )


class ReviewForm(forms.Form):
    """What a reviewer found."""

    was_right = forms.TypedChoiceField(
        label=gettext_lazy("Was it an emergency?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = _words(gettext_lazy("What did you find?"), most=400)
