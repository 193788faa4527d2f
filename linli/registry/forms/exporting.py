"""Forms of exports of persons, and of the budgets of unmaskings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.accounts.models import RoleChoice
from linli.accounts.rules.roles import ROLE_PERMISSIONS, Permission, Role
from linli.registry.actions.exporting import COLUMNS, Asked
from linli.registry.models import LegalBasis, RecordKind, UnmaskBudget
from linli.registry.policies.scopes import Who
from linli.territory.models import Grid
from linli.territory.queries.scopes import divisions_under, villages_under


def areas_for(who: Who, at: datetime) -> Sequence[tuple[str, str]]:
    """Return codes and names of the areas that somebody can ask an export of."""
    day = timezone.localdate(at)
    if who.sees_whole_district:
        found = [(one.code, str(one)) for one in villages_under("", day).order_by("code")]
    else:
        found = [(one.code, str(one)) for code in who.areas for one in divisions_under(code, day)]
    grids = Grid.objects.filter(code__in=who.grids).order_by("code")
    return found + [(grid.code, str(grid)) for grid in grids.defer("geometry")]


class AskExportForm(forms.Form):
    """What is to leave the house, what for, and by which law."""

    area = forms.ChoiceField(label=gettext_lazy("Area"))
    fields_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        help_text=gettext_lazy("Only those that the purpose needs."),
        choices=[(name, told[0]) for name, told in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.ModelChoiceField(
        label=gettext_lazy("Legal basis"), queryset=LegalBasis.objects.none(), empty_label="—"
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        help_text=gettext_lazy("It stands on every sheet of the file, beside your name."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *arguments: Any, who: Who, at: datetime, **options: Any) -> None:
        super().__init__(*arguments, **options)
        area, basis = self.fields["area"], self.fields["basis"]
        if isinstance(area, forms.ChoiceField) and isinstance(basis, forms.ModelChoiceField):
            area.choices = areas_for(who, at)
            offered = [
                one.pk
                for one in LegalBasis.objects.filter(is_active=True)
                if RecordKind.RESIDENT.value in one.kinds
            ]
            basis.queryset = LegalBasis.objects.filter(pk__in=offered)

    def asked(self) -> Asked:
        """Return what was asked for."""
        data = self.cleaned_data
        wanted = tuple(data["fields_wanted"])
        return Asked(data["area"], wanted, data["purpose"], data["basis"])


class RefuseForm(forms.Form):
    """Why an export or a wish is answered so."""

    words = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


_MOST_A_DAY = 500


class BudgetsForm(forms.Form):
    """How many fields a day each role may have shown that may have any shown."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        now = dict(UnmaskBudget.objects.values_list("role", "a_day"))
        for role in Role:
            if Permission.UNMASK in ROLE_PERMISSIONS[role]:
                self.fields[role.value] = forms.IntegerField(
                    label=RoleChoice(role.value).label,
                    min_value=0,
                    max_value=_MOST_A_DAY,
                    initial=now.get(role.value, 0),
                )
