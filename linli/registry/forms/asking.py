"""Forms to ask for a form, to send a blank one and to have it filled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import RoleChoice
from linli.accounts.rules.roles import Role
from linli.registry.actions.asking import Wanted
from linli.registry.forms.exporting import areas_for
from linli.registry.models import Every, LegalBasis, RecordKind
from linli.registry.policies.scopes import Who
from linli.registry.rules.blanks import KINDS, Blank

_MOST_BYTES = 4 * 1024 * 1024
_MOST_PEOPLE = 100_000
_ACCEPTED = {"accept": ".xlsx,.xls,.ods,.csv", "data_max_bytes": _MOST_BYTES}
_KIND_CHOICES = [(kind, RecordKind(kind).label) for kind in KINDS]


def _blank_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label=_("Blank form"),
        required=required,
        help_text=_(
            ".xlsx, .xls, .ods or .csv, 4 MB at most. Only its titles and header are read."
        ),
        widget=forms.ClearableFileInput(attrs=_ACCEPTED),
    )


def _small(upload: Any) -> Any:
    if upload is not None and (upload.size or 0) > _MOST_BYTES:
        raise forms.ValidationError(_("A blank form is smaller than 4 MB."))
    return upload


class BlankForm(forms.Form):
    """A blank form to be filled."""

    file = _blank_field(required=True)
    sender = forms.CharField(
        label=_("Who sent the form"),
        required=False,
        max_length=120,
        help_text=_("An office: what you correct in its columns is remembered for its next form."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a form without rows."""
        return _small(self.cleaned_data["file"])


class FillForm(forms.Form):
    """What the rows of each sheet are about, where they lie, and what it is for.

    ``sheets``: the names of the sheets; ``kind-0`` is what the rows of the first are about.
    """

    area = forms.ChoiceField(label=_("Area"), required=False)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    basis = forms.ModelChoiceField(
        label=_("Legal basis"),
        empty_label="—",
        queryset=LegalBasis.objects.filter(is_active=True),
        required=False,
        help_text=_("Needed where the form names persons."),
    )

    def __init__(
        self, *arguments: Any, who: Who, at: datetime, sheets: Sequence[str], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        for place, name in enumerate(sheets):
            label = _("Each row is about one") if len(sheets) == 1 else name
            self.fields[f"kind-{place}"] = forms.ChoiceField(label=label, choices=_KIND_CHOICES)
        offered: list[tuple[str, object]] = [("", _("all that is mine"))]
        self.fields["area"].choices = offered + list(areas_for(who, at))  # type: ignore[attr-defined]

    @property
    def kinds(self) -> list[forms.BoundField]:
        """Return the fields that say what the rows of each sheet are about."""
        return [self[name] for name in self.fields if name.startswith("kind-")]


class AskForm(forms.Form):
    """What an office states that wants data from workers."""

    name = forms.CharField(label=_("Name of the form"), max_length=120)
    requester = forms.CharField(label=_("Requesting office"), max_length=120)
    basis = forms.CharField(
        label=_("Legal basis"),
        max_length=160,
        help_text=_("The law, statute or order, with its article or number."),
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = _blank_field(required=False)
    names = forms.CharField(
        label=_("Or its columns"),
        required=False,
        max_length=4000,
        help_text=_("One on each line."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = forms.ChoiceField(
        label=_("Each row is about one"),
        required=False,
        choices=[("", _("as the columns say")), *_KIND_CHOICES],
    )
    role = forms.ChoiceField(
        label=_("Filled in by"),
        choices=[one for one in RoleChoice.choices if one[0] != Role.REPORTER.value],
        initial=Role.GRID_WORKER.value,
    )
    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=_MOST_PEOPLE, initial=1
    )
    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=1000, initial=1)
    every = forms.TypedChoiceField(
        label=_("Counted"), choices=Every.choices, coerce=int, initial=Every.MONTH
    )
    ends_on = forms.DateField(
        label=_("Ends on"),
        required=False,
        help_text=_("A form without an end, or with one later than the rules allow, is refused."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a form without rows."""
        return _small(self.cleaned_data["file"])

    @property
    def typed(self) -> Sequence[str]:
        """Return the columns that were typed."""
        return [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]

    def wanted(self, blank: Blank) -> Wanted:
        """Return what was stated."""
        data = self.cleaned_data
        stated = {name: data[name] for name in ("name", "requester", "basis", "purpose", "people")}
        return Wanted(
            **stated,
            blank=blank,
            role=Role(data["role"]),
            times=data["times"],
            every=Every(data["every"]),
            ends_on=data["ends_on"],
            kind=data["kind"],
        )


class RefuseFormForm(forms.Form):
    """Why a form is not admitted."""

    words = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
