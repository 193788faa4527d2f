"""The form with which the public reports."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.cases.actions.attachments import Ready
from linli.cases.forms.attachments import FilesField, still_there, waiting_files
from linli.cases.forms.numbers import KEEP, MOVE, REMOVE, WithoutNumbers, half_width
from linli.cases.models import Category, CategoryVersion
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies.reporting import (
    DESCRIPTION_LENGTH,
    PLACE_LENGTH,
    TITLE_LENGTH,
    Contact,
    Report,
    refuse_report,
)

# Which field a refusal of the policy belongs to.
_FIELD_OF = {
    "title": "title",
    "point": "place",
    "place": "place",
    "kind": "kind",
    "contact": "telephone",
    "photo": "photos",
}
_WITHOUT_PLACE = frozenset({Kind.CONSULTATION, Kind.SUGGESTION, Kind.PRAISE})
_TELEPHONE = RegexValidator(
    r"^\+?[0-9()\- ]{7,24}$", gettext_lazy("This is no telephone number; digits are enough.")
)
_KINDS: Mapping[Kind, str | Promise] = {
    Kind.CONSULTATION: gettext_lazy("I have a question"),
    Kind.HELP: gettext_lazy("I need help"),
    Kind.COMPLAINT: gettext_lazy("I complain about something"),
    Kind.HAZARD: gettext_lazy("Something is dangerous"),
    Kind.SUGGESTION: gettext_lazy("I suggest something"),
    Kind.PRAISE: gettext_lazy("I want to praise"),
}


class TelephoneField(forms.CharField):
    """A telephone number; full-width digits are digits."""

    def to_python(self, value: object) -> str:
        """Return plain signs."""
        return half_width(super().to_python(value) or "")


class ReportForm(WithoutNumbers):
    """A report about a matter of one category."""

    number_fields = ("title", "description", "place")

    kind = forms.ChoiceField(label=gettext_lazy("What do you want?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=gettext_lazy("In one sentence"),
        help_text=gettext_lazy("What is it about? For example: the street lamp is out."),
        max_length=TITLE_LENGTH,
    )
    place = forms.CharField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy("Street and house number, or what stands near it."),
        max_length=PLACE_LENGTH,
        required=False,
    )
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    description = forms.CharField(
        label=gettext_lazy("More, if you like"),
        help_text=gettext_lazy("Since when, how often, what you have tried. No names are needed."),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    telephone = TelephoneField(
        label=gettext_lazy("Telephone"),
        max_length=24,
        required=False,
        validators=[_TELEPHONE],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(
        label=gettext_lazy("How shall we address you?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=200,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    open_to_unit = forms.BooleanField(
        label=gettext_lazy("The unit that handles it may see how to reach me"), required=False
    )
    # People do not see this field; programs that fill in every field give themselves away.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(
        self, category: Category, version: CategoryVersion, data: Any = None, **options: Any
    ) -> None:
        self.category, self.version = category, version
        self.report: Report | None = None
        super().__init__(data, **options)
        kinds = [Kind(kind) for kind in version.kinds] or list(Kind)
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            widget=forms.RadioSelect,
            choices=[(kind.value, _KINDS[kind]) for kind in kinds],
            initial=kinds[0].value,
        )
        self.fields["photos"] = FilesField(
            most=settings.LINLI_ATTACHMENTS["per_report"],
            only_pictures=True,
            label=_("Photos"),
            help_text=_("Where and with what they were taken is removed."),
            required=False,
        )
        numbers = self.fields["numbers"]
        if isinstance(numbers, forms.ChoiceField):
            numbers.choices = [MOVE, REMOVE, KEEP]
        self.earlier: list[Ready] = still_there(waiting_files(self.data)) if self.is_bound else []

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _("This looks like a program. Please leave the last field empty and send again.")
            )
        return ""

    @property
    def waiting(self) -> list[Ready]:
        """The photos of this and of earlier tries that were examined and wait on the disk."""
        new: list[Ready] = getattr(self, "cleaned_data", {}).get("photos") or []
        every = {ready.given: ready for ready in (*self.earlier, *new) if ready.width}
        return list(every.values())[: settings.LINLI_ATTACHMENTS["per_report"]]

    def clean(self) -> dict[str, Any]:
        """Build the report and ask the policy, so that each no stands at its field."""
        data = super().clean() or self.cleaned_data
        moved = self.settle_numbers(data)
        if self.errors and set(self.errors) - {"numbers"}:
            return data
        self.report = self._built(data, moved)
        refusal = refuse_report(self.report, self.version)
        if refusal is not None:
            self.add_error(_FIELD_OF.get(refusal.code), str(refusal.sentence))
        elif not self._says_where(data):
            self.add_error("place", _("Say where it is, so that somebody can go there."))
        return data

    def _says_where(self, data: Mapping[str, Any]) -> bool:
        return (
            bool(data.get("place"))
            or data.get("lon") is not None
            or (data["kind"] in _WITHOUT_PLACE)
        )

    def _built(self, data: Mapping[str, Any], moved: str) -> Report:
        contact = Contact(
            name=data.get("name", ""),
            telephone=data.get("telephone", ""),
            email=data.get("email", ""),
            moved_numbers=moved,
            language=get_language() or "zh-hans",
        )
        return Report(
            category=self.category,
            kind=Kind(data["kind"]),
            channel=Channel.WEB,
            title=data["title"],
            description=data.get("description", ""),
            place=data.get("place", ""),
            lon=data.get("lon"),
            lat=data.get("lat"),
            contact=None if contact.is_empty else contact,
            contact_open_to_unit=bool(data.get("open_to_unit")) and not contact.is_empty,
            has_photo=bool(self.waiting),
        )
