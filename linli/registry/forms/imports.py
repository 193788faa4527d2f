"""Forms of the import centre: the file with its sender, and the field of each column."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.registry.actions.importing.runs import MOST_BYTES, on_sheet
from linli.registry.models import MIXED, LegalBasis, RecordKind
from linli.territory.queries import villages_under

_KINDS = (
    *(RecordKind.RESIDENT, RecordKind.DWELLING, RecordKind.BUILDING, RecordKind.TENANCY),
    *(RecordKind.ORGANISATION, RecordKind.SCHOOL, RecordKind.TEAM, RecordKind.ASSISTANCE),
)
KIND_CHOICES = [(kind.value, kind.label) for kind in _KINDS]
CRS_CHOICES = [
    ("", _("there are none")),
    ("wgs84", _("WGS 84 or CGCS2000")),
    ("gcj02", _("GCJ-02 (AutoNavi, Tencent)")),
    ("bd09", _("BD-09 (Baidu)")),
]


class ReadingForm(forms.Form):
    """What holds for all rows of a file, whether it says so itself or not."""

    basis = forms.ChoiceField(label=_("Legal basis"), required=False)
    village = forms.ChoiceField(
        label=_("Village or community of all rows"),
        required=False,
        help_text=_("Only where the file itself does not say it."),
    )
    crs = forms.ChoiceField(label=_("Coordinates in the file"), required=False, choices=CRS_CHOICES)

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offer the bases and villages of today."""
        super().__init__(*args, **more)
        bases: list[tuple[str, object]] = [("", _("the usual one"))]
        bases += [(one.code, str(one)) for one in LegalBasis.objects.filter(is_active=True)]
        villages: list[tuple[str, object]] = [("", _("as the file says"))]
        villages += [(one.code, str(one)) for one in villages_under("").order_by("code")]
        for name, choices in (("basis", bases), ("village", villages)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class UploadForm(ReadingForm):
    """A spreadsheet, what it holds, and who sent it."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_(".xlsx, .xls, .ods or .csv, 64 MB at most."),
        widget=forms.ClearableFileInput(
            attrs={"data_max_bytes": MOST_BYTES, "accept": ".xlsx,.xls,.ods,.csv"}
        ),
    )
    kind = forms.ChoiceField(label=_("What it holds"), required=False)
    sender = forms.CharField(
        label=_("Who sent it"),
        max_length=120,
        help_text=_("An office or a village: how its columns were read is remembered."),
    )
    field_order = ("file", "kind", "sender", "basis", "village", "crs")

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offer the kinds as well."""
        super().__init__(*args, **more)
        kinds: list[tuple[str, object]] = [(MIXED, _("several kinds, a sheet each"))]
        self.fields["kind"].choices = kinds + KIND_CHOICES  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        """Take a file of which nothing is said as one of several kinds."""
        return str(self.cleaned_data["kind"] or MIXED)

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 64 MB."))
        return upload


def chosen_columns(given: Any, sheets: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Return the field of each header of each sheet (its name, its headers), for an order.

    The page's selects say it: ``column-SHEET-PLACE``.
    """
    return {
        on_sheet(name, header): given.get(f"column-{sheet}-{place}", "")[:80]
        for sheet, (name, headers) in enumerate(sheets)
        for place, header in enumerate(headers)
    }


def chosen_kinds(given: Any, sheets: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """Return what the rows of each sheet are, empty for one to be left out, for an order.

    The page's selects say it: ``kind-PLACE`` of a sheet that is read, ``other-PLACE`` of one that
    is not.
    """
    told = {name: given.get(f"kind-{place}") for place, name in enumerate(sheets)}
    told |= {name: given.get(f"other-{place}") for place, name in enumerate(others)}
    return {name: kind for name, kind in told.items() if kind in {"", *RecordKind.values}}
