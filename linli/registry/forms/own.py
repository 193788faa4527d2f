"""Forms of the residents' own page."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.forms.records import box_for_none, not_said
from linli.registry.models import ResidenceKind
from linli.registry.rules.folding import folded_telephone


class AskCodeForm(forms.Form):
    """A name and a telephone number."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    telephone = forms.CharField(
        label=gettext_lazy("Your telephone number"),
        help_text=gettext_lazy("The one that the service centre knows. A code is sent to it."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_telephone(self) -> str:
        """Take a whole number only."""
        written = str(self.cleaned_data["telephone"])
        if not folded_telephone(written):
            raise forms.ValidationError(_("This is no whole telephone number."))
        return written


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=gettext_lazy("Code that was sent"),
        help_text=gettext_lazy("Six digits."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Take full-width digits and spaces as well."""
        written = str(self.cleaned_data["code"])
        return "".join(str(int(sign)) for sign in written if sign.isdecimal())


class CorrectForm(forms.Form):
    """What a field should say; ``may_be_none``: it is kept, and can be removed by a tick."""

    value = forms.CharField(label=gettext_lazy("It should say"), max_length=200)

    def __init__(
        self, *arguments: Any, field: str, may_be_none: bool = False, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        if may_be_none:
            self.fields["value"].required = False
            self.fields["none"] = box_for_none()
        if field == "residence":
            choices = [("", "—"), *ResidenceKind.choices]
            self.fields["value"] = forms.ChoiceField(label=_("It should say"), choices=choices)

    def clean(self) -> None:
        """Ask for a tick where what can be removed was left empty."""
        told = self.cleaned_data
        if "none" in self.fields and "value" in told:
            words = not_said(told["value"], is_none=told["none"])
            if words:
                self.add_error("value", words)


class WishForm(forms.Form):
    """Why a resident objects or withdraws; saying why is up to them."""

    words = forms.CharField(
        label=gettext_lazy("Why? (you need not say)"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WishAnswerForm(forms.Form):
    """What a resident is answered."""

    granted = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("yes", gettext_lazy("Granted: the record ends and is erased")),
            ("no", gettext_lazy("Refused: it is kept")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Answer to the resident"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
