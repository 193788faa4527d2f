"""Reports that a colleague writes down for somebody, and what was solved on the spot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms.numbers import MOVE_TO_REPORTER, AsksForNumbers, WithoutNumbers
from linli.cases.models import Category
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies.reporting import (
    DESCRIPTION_LENGTH,
    PLACE_LENGTH,
    TITLE_LENGTH,
    Contact,
    Report,
)
from linli.cases.queries.categories import offered_categories

_FREE_TEXTS = ("title", "description", "place")
_KEEP = ("keep", _("They are no numbers of persons: leave them"))
# What a colleague writes down; the web page and Open311 have doors of their own.
DESK_CHANNELS = (
    Channel.TELEPHONE,
    Channel.WALK_IN,
    Channel.LETTER,
    Channel.GRID_WORKER,
    Channel.OTHER_SYSTEM,
)


def category_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the offered categories under the names of those above them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in offered_categories():
        above = str(category.parent) if category.parent else ""
        groups.setdefault(above, []).append((str(category.pk), str(category)))
    return list(groups.items())


class CategoryField(forms.ChoiceField):
    """One of the offered categories; drawn as a list one can type into."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Select(
            attrs={"data-pick-list": "", "data-pick-hint": _("Type two characters")}
        )
        super().__init__(choices=(), widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the category itself."""
        chosen = super().clean(value)
        return Category.objects.filter(pk=chosen).first() if chosen else None


class PlacedForm(forms.Form):
    """A form with a category and a place, on the map or in words."""

    category = CategoryField(label=_("Category"))
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, localize=False
    )
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, localize=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [("", [("", "")]), *category_groups()]
        choices = [
            choice for name, items in groups for choice in ([(name, items)] if name else items)
        ]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class DeskReportForm(PlacedForm, WithoutNumbers):
    """What somebody tells a colleague; numbers of persons are moved out of the free text."""

    title = forms.CharField(
        label=_("In one sentence"), max_length=TITLE_LENGTH, help_text=_("What is it, and where?")
    )
    description = forms.CharField(
        label=_("What happened"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.HELP.value)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[(one.value, one.label) for one in DESK_CHANNELS]
    )
    place = forms.CharField(label=_("Place in words"), max_length=PLACE_LENGTH, required=False)
    name = forms.CharField(label=_("Name of the reporter"), max_length=80, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    contact_open_to_unit = forms.BooleanField(
        label=_("The unit may see name and contact"), required=False
    )
    number_fields = _FREE_TEXTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = (MOVE_TO_REPORTER, _KEEP)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask what to do with numbers of persons before anything is kept."""
        self.moved_numbers = self.settle_numbers(self.cleaned_data)
        return self.cleaned_data

    @property
    def asks_for_numbers(self) -> bool:
        """Whether the choice has to be on the page."""
        return bool(self.found_numbers) or bool(self.is_bound and self.data.get("numbers"))

    def report(self) -> Report:
        """Return the report that the valid form describes."""
        data = self.cleaned_data
        texts = {name: (data[name] or "").replace("\r\n", "\n") for name in _FREE_TEXTS}
        contact = Contact(data["name"], data["telephone"], data["email"], self.moved_numbers)
        return Report(
            category=data["category"],
            kind=Kind(data["kind"]),
            channel=Channel(data["channel"]),
            title=texts["title"],
            description=texts["description"],
            place=texts["place"],
            lon=data["lon"],
            lat=data["lat"],
            contact=None if contact.is_empty else contact,
            contact_open_to_unit=data["contact_open_to_unit"],
        )


class SpotForm(PlacedForm, AsksForNumbers):
    """Solved on the spot: what it was, what was done, and where."""

    title = forms.CharField(
        label=_("What it was, and what you did"),
        max_length=TITLE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    place = forms.CharField(label=_("Where"), max_length=PLACE_LENGTH, required=False)
    field_order = ["category", "title", "place"]

    def report(self, kinds: list[str]) -> Report:
        """Return the report; the kind is a hazard where the category allows that."""
        data = self.cleaned_data
        kind = Kind.HAZARD.value if not kinds or Kind.HAZARD.value in kinds else kinds[0]
        return Report(
            category=data["category"],
            kind=Kind(kind),
            channel=Channel.GRID_WORKER,
            title=" ".join(data["title"].split()),
            place=data["place"],
            lon=data["lon"],
            lat=data["lat"],
            contact=Contact(moved_numbers=self.moved_numbers) if self.moved_numbers else None,
        )
