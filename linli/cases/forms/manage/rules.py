"""Forms of the dispatch rules."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Unit
from linli.cases.forms.manage.files import named
from linli.cases.models import Category
from linli.territory.models import Division, Grid

Choices = list[tuple[str, Any]]


def day_field(label: object, **more: Any) -> forms.DateField:
    """Return the field of a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)  # type: ignore[arg-type]


def category_choices() -> Choices:
    """Return every category by code, upper ones included."""
    categories = Category.objects.filter(is_active=True).order_by("position", "code")
    return [(one.code, named(one)) for one in categories]


def area_choices() -> Choices:
    """Return divisions and, under each village, its grids."""
    grids: dict[str, Choices] = {}
    for grid in Grid.objects.filter(until__isnull=True).order_by("code").defer("geometry"):
        grids.setdefault(grid.division_id, []).append((grid.code, f"{grid} {grid.code}"))
    divisions = list(Division.objects.order_by("code").defer("geometry"))
    choices: Choices = [(one.code, f"{one} {one.code}") for one in divisions]
    for one in divisions:
        if one.code in grids:
            choices.append((_("Grids of %(place)s") % {"place": one}, grids[one.code]))
    return choices


def grid_choices() -> Choices:
    """Return the grids in groups by village."""
    return [choice for choice in area_choices() if isinstance(choice[1], list)]


def unit_choices(on: date) -> Choices:
    """Return the units that exist on a day."""
    units = Unit.objects.filter(since__lte=on).order_by("name")
    return [(u.code, str(u)) for u in units if u.until is None or u.until > on]


def _set(form: forms.Form, name: str, first: object, choices: Choices) -> None:
    form.fields[name].choices = [("", first), *choices]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """A new rule."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    unit = forms.ChoiceField(label=_("Responsible unit"))
    since = day_field(_("Since"))
    until = day_field(
        _("Until"),
        required=False,
        help_text=_("The first day on which it no longer holds; empty for open."),
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Such as the list of duties or the decision it follows from."),
    )
    note_en = forms.CharField(label=_("Why, in English"), max_length=200, required=False)
    replace = forms.BooleanField(
        label=_("End the rule that holds for the same matter and area on that day"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["since"].initial = today
        _set(self, "category", _("every category"), category_choices())
        _set(self, "area", _("everywhere"), area_choices())
        _set(self, "unit", "", unit_choices(today))


class EndForm(forms.Form):
    """From which day a rule no longer holds."""

    until = day_field(
        _("From which day"), help_text=_("The first day on which it no longer holds.")
    )


class RuleFilterForm(forms.Form):
    """What to list."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    unit = forms.ChoiceField(label=_("Responsible unit"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all")),
            ("now", _("holds now")),
            ("later", _("holds later")),
            ("ended", _("ended")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Choices = [(u.code, str(u)) for u in Unit.objects.order_by("name")]
        divisions = Division.objects.order_by("code").defer("geometry")
        _set(self, "category", _("all"), category_choices())
        _set(self, "unit", _("all"), units)
        _set(self, "area", _("all"), [(d.code, f"{d} {d.code}") for d in divisions])


class TryForm(forms.Form):
    """A matter and a place to try the rules with."""

    category = forms.ChoiceField(label=_("Category"))
    grid = forms.ChoiceField(label=_("Grid"), required=False)
    day = day_field(_("On"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        _set(self, "category", "", category_choices())
        _set(self, "grid", _("place unknown"), grid_choices())
