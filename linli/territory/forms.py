"""Forms of the territory's pages."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.kernel.tables import MOST_BYTES
from linli.territory.models import Division, Grid, GridKind, PostingRole
from linli.territory.queries import divisions_under, grids_under, villages_under
from linli.territory.rules.codes import BadCode, division_code
from linli.territory.rules.facts import DivisionFacts, Source, Succession

CRS_CHOICES = [
    ("", _("as the file says")),
    ("wgs84", _("WGS 84 or CGCS2000")),
    ("gcj02", _("GCJ-02 (AutoNavi, Tencent)")),
    ("bd09", _("BD-09 (Baidu)")),
]
KIND_CHOICES = [
    ("divisions", _("divisions")),
    ("grids", _("grids")),
    ("units", _("units and their areas")),
    ("postings", _("postings to grids")),
]


def _day(label: object, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)  # type: ignore[arg-type]


def _checked() -> forms.BooleanField:
    """Ask for a second look at what no page can take back."""
    return forms.BooleanField(label=_("I have checked the day: this cannot be taken back."))


def _file() -> forms.FileField:
    attributes = {"data_max_bytes": MOST_BYTES, "accept": ".geojson,.json,.csv,.xlsx"}
    return forms.FileField(
        label=_("File"),
        help_text=_("GeoJSON, .csv or .xlsx, 32 MB at most."),
        widget=forms.ClearableFileInput(attrs=attributes),
    )


class _WithFile(forms.Form):
    """A form with one upload, of limited size."""

    file = _file()

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 32 MB."))
        return upload

    def source(self) -> Source:
        """Return the upload as importers want it."""
        upload = self.cleaned_data["file"]
        return Source(upload.name or "", upload.read())


class ImportForm(_WithFile):
    """What to import, and what the file itself may not say."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=KIND_CHOICES)
    file = _file()
    crs = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=CRS_CHOICES,
        required=False,
        help_text=_(
            "A file of boundaries that does not say it, and of which nobody knows it, "
            "cannot be imported: a wrong guess moves everything by hundreds of metres."
        ),
    )
    day = _day(
        _("Holds from"), help_text=_("New grids begin, and redrawn boundaries hold, on this day.")
    )
    village = forms.ChoiceField(
        label=_("Number the grids in"),
        required=False,
        help_text=_("Only where the file has no 15-digit codes of its own."),
    )
    grid_kind = forms.ChoiceField(label=_("Kind of grids"), choices=GridKind.choices)
    code_column = forms.CharField(
        label=_("Column of the code"),
        required=False,
        max_length=64,
        help_text=_("Only where it has an unusual name."),
    )
    name_column = forms.CharField(label=_("Column of the name"), required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        villages = [(v.code, f"{v} {v.code}") for v in villages_under("")]
        choices: list[tuple[str, Any]] = [("", _("the file has codes")), *villages]
        self.fields["village"].choices = choices  # type: ignore[attr-defined]


def _village_code(text: str) -> str:
    """Return the code of a village as it is stored; raises ValidationError."""
    try:
        return division_code(text)
    except BadCode as error:
        raise ValidationError(_("A village or community has a code of 12 digits.")) from error


class DivisionForm(forms.Form):
    """A new division, or new names of one."""

    code = forms.CharField(label=_("Code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    since = _day(_("Since"))

    def clean_code(self) -> str:
        """Return the code as it is stored."""
        try:
            return division_code(self.cleaned_data["code"])
        except BadCode as error:
            raise ValidationError(_("A division has a code of 6, 9 or 12 digits.")) from error


class NameForm(forms.Form):
    """New names of a place."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)


class DayForm(forms.Form):
    """From which day something ends."""

    day = _day(_("From which day"), help_text=_("The first day on which it no longer holds."))


class PostingForm(forms.Form):
    """Who is posted to a grid, as what, and when."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    role = forms.ChoiceField(label=_("Posted as"), choices=PostingRole.choices)
    since = _day(_("Since"))
    until = _day(
        _("Until"),
        required=False,
        help_text=_("The first day on which it no longer holds; empty for no end."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(is_active=True).order_by("name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class SplitForm(_WithFile):
    """The parts of a grid, and from when they hold."""

    file = _file()
    crs = forms.ChoiceField(label=_("Coordinate system"), choices=CRS_CHOICES, required=False)
    day = _day(_("Holds from"))
    keep_people = forms.BooleanField(
        label=_("Post its people to every part"), required=False, initial=True
    )


class MergeForm(forms.Form):
    """Which grids join this one, and what they become."""

    others = forms.MultipleChoiceField(
        label=_("Together with"), widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    day = _day(_("Holds from"))
    keep_people = forms.BooleanField(
        label=_("Post their people to the new grid"), required=False, initial=True
    )

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Grid.objects.filter(
            division_id=grid.division_id, kind=grid.kind, until__isnull=True
        ).exclude(pk=grid.pk)
        choices = [(other.code, f"{other} {other.code}") for other in others.defer("geometry")]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]


class MergeVillagesForm(forms.Form):
    """Which villages join this one, and what they become."""

    others = forms.MultipleChoiceField(
        label=_("Together with these villages"), widget=forms.CheckboxSelectMultiple
    )
    code = forms.CharField(label=_("New code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    day = _day(_("Holds from"))
    checked = _checked()

    def __init__(self, *args: Any, village: Division, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = villages_under(village.code[:-3]).exclude(pk=village.pk)
        choices = [(other.code, f"{other} {other.code}") for other in others]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Return the code as it is stored."""
        return _village_code(self.cleaned_data["code"])


class SplitVillageForm(forms.Form):
    """What a village becomes from a day on, and where each of its grids goes.

    Part ``n`` has the fields code_n, name_n and name_en_n, a grid ``c`` the field grid_c.
    """

    day = _day(_("Holds from"))
    checked = _checked()

    def __init__(self, *args: Any, village: Division, parts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = range(1, parts + 1)
        for n in self.numbers:
            self.fields[f"code_{n}"] = forms.CharField(label=_("New code"), max_length=12)
            self.fields[f"name_{n}"] = forms.CharField(label=_("Name"), max_length=120)
            self.fields[f"name_en_{n}"] = forms.CharField(
                label=_("Name in English"), max_length=120, required=False
            )
        choices = [("", "–"), *((str(n), _("Part %(n)d") % {"n": n}) for n in self.numbers)]
        self.codes = []
        for grid in grids_under(village.code):
            self.codes.append(grid.code)
            self.fields[f"grid_{grid.code}"] = forms.ChoiceField(
                label=f"{grid} {grid.code}", choices=choices
            )

    def clean(self) -> dict[str, Any]:
        """Let each part have a code of its own."""
        for n in self.numbers:
            name = f"code_{n}"
            if name in self.cleaned_data:
                try:
                    self.cleaned_data[name] = _village_code(self.cleaned_data[name])
                except ValidationError as error:
                    self.add_error(name, error)
        return self.cleaned_data

    @property
    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each part, for a template."""
        return [(self[f"code_{n}"], self[f"name_{n}"], self[f"name_en_{n}"]) for n in self.numbers]

    @property
    def grid_fields(self) -> list[forms.BoundField]:
        """The field of each grid, for a template."""
        return [self[f"grid_{code}"] for code in self.codes]

    def succession(self, village: Division) -> Succession:
        """Return the change that a valid form asks for."""
        given = self.cleaned_data
        new = tuple(
            DivisionFacts(given[f"code_{n}"], given[f"name_{n}"], given[f"name_en_{n}"])
            for n in self.numbers
        )
        where = tuple((code, given[f"code_{given[f'grid_{code}']}"]) for code in self.codes)
        return Succession(given["day"], (village.code,), new, where)


class AreasForm(forms.Form):
    """The divisions a unit is in charge of."""

    codes = forms.MultipleChoiceField(
        label=_("In charge of"), widget=forms.CheckboxSelectMultiple, required=False
    )
    day = _day(_("Holds from"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(d.code, f"{d} {d.code}") for d in divisions_under(on=on)]
        self.fields["codes"].choices = choices  # type: ignore[attr-defined]
