"""Forms of reporters who come back: number and code, more words, a rating, reopening."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.actions.attachments import Ready
from linli.cases.forms.attachments import FilesField, still_there, waiting_files
from linli.cases.forms.numbers import KEEP, MOVE, REMOVE, AsksForNumbers, WithoutNumbers, half_width
from linli.cases.models.choices import Satisfaction, Solved
from linli.cases.policies.reporting import DESCRIPTION_LENGTH


class FollowForm(forms.Form):
    """Number and query code."""

    number = forms.CharField(
        label=gettext_lazy("Number of the report"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "20260101-ABCDEF"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Query code"),
        help_text=gettext_lazy("Eight letters and digits; both stand on your receipt."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Take small letters, full-width signs and any kind of dash."""
        number = half_width(self.cleaned_data["number"]).upper().replace(" ", "")
        return number.translate({ord(dash): "-" for dash in "‐‑–—－_"})

    def clean_code(self) -> str:
        """Take small letters and spaces."""
        code = half_width(self.cleaned_data["code"]).upper()
        return code.replace(" ", "").replace("-", "")


class AddForm(WithoutNumbers):
    """More words or photos for a report that was sent."""

    number_fields = ("words",)
    words = forms.CharField(
        label=gettext_lazy("What would you like to add?"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["photos"] = FilesField(
            most=settings.LINLI_ATTACHMENTS["per_report"],
            label=_("Photos or files"),
            help_text=_("Where and with what photos were taken is removed."),
            required=False,
        )
        numbers = self.fields["numbers"]
        if isinstance(numbers, forms.ChoiceField):
            numbers.choices = [MOVE, REMOVE, KEEP]
        self.earlier: list[Ready] = still_there(waiting_files(self.data)) if self.is_bound else []

    @property
    def waiting(self) -> list[Ready]:
        """The files of this and of earlier tries."""
        new: list[Ready] = getattr(self, "cleaned_data", {}).get("photos") or []
        return list({ready.given: ready for ready in (*self.earlier, *new)}.values())

    def clean(self) -> dict[str, Any]:
        """Ask for something to add."""
        data = super().clean() or self.cleaned_data
        self.moved_numbers = self.settle_numbers(data)
        if not self.errors and not data.get("words") and not self.waiting:
            self.add_error("words", _("Write something, or choose a photo."))
        return data


class RateForm(forms.Form):
    """Solved or not, and how satisfied."""

    solved = forms.ChoiceField(
        label=gettext_lazy("Is it solved?"), choices=Solved, widget=forms.RadioSelect
    )
    satisfaction = forms.ChoiceField(
        label=gettext_lazy("Are you satisfied with how it was handled?"),
        choices=Satisfaction,
        widget=forms.RadioSelect,
    )


class ReopenForm(AsksForNumbers):
    """Why a closed case is not solved."""

    move = MOVE
    reason = forms.CharField(
        label=gettext_lazy("What is not solved?"),
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
