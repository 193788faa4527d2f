"""Forms of the calendars: an upload, a closing day, a deadline to be worked out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases.forms.manage.files import TableForm, file_field
from linli.cases.forms.manage.rules import day_field
from linli.cases.models import ClosingDay
from linli.cases.models.choices import LimitUnit
from linli.kernel.working_time import Limit
from linli.kernel.working_time import LimitUnit as Counted
from linli.kernel.working_time.limits import LARGEST_AMOUNT

_COUNTED = [(value, label) for value, label in LimitUnit.choices if value != LimitUnit.STATED]


class CalendarForm(TableForm):
    """A calendar as JSON, or a table of days."""

    file = file_field(
        ".json,.csv,.xlsx",
        _("JSON as linli writes it, or a table: date, working day 1 or 0, name."),
    )
    version = forms.CharField(
        label=_("Version"),
        max_length=28,
        required=False,
        help_text=_("Such as cn-2027.1; JSON may bring its own."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Such as the notice's title.")
    )
    partial_years = forms.BooleanField(
        label=_("The table names only the days that differ from the week; its years are complete"),
        required=False,
    )


class ClosingForm(forms.Form):
    """A day on which this district's offices are closed."""

    day = day_field(_("Day"))
    reason = forms.CharField(label=_("Reason"), max_length=120)

    def clean_day(self) -> Any:
        """Refuse a day that is closed already."""
        day = self.cleaned_data["day"]
        if ClosingDay.objects.filter(day=day).exists():
            raise ValidationError(_("This day is closed already."))
        return day


class OpeningForm(forms.Form):
    """Why a closing day is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=120)


class DeadlineForm(forms.Form):
    """From when, and how long."""

    start = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    amount = forms.IntegerField(label=_("How long"), min_value=0, max_value=LARGEST_AMOUNT)
    unit = forms.ChoiceField(label=_("Counted in"), choices=_COUNTED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.initial = {"start": now, "amount": 5, "unit": LimitUnit.WORKING_DAYS, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be counted."""
        given: dict[str, Any] = super().clean() or {}
        if "amount" in given and "unit" in given:
            try:
                given["limit"] = Limit(given["amount"], Counted(given["unit"]))
            except ValueError:
                self.add_error("amount", _("Hours begin with 1; 0 days means the same day."))
        if "start" in given and not 2000 <= given["start"].year <= 2100:
            self.add_error("start", _("Choose a year from 2000 to 2100."))
        return given
