"""The form by which another place is told: where a resident, a house or an organisation is now."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registry.actions.addresses import grid_known
from linli.registry.actions.drafts import Place
from linli.registry.policies import Who
from linli.registry.rules.addresses import ABSENT, line_of, parse
from linli.territory.models import Grid, GridKind
from linli.territory.queries.scopes import open_on, villages_under


class MoveForm(forms.Form):
    """The village, the address as it is written, and the version of the record that was seen.

    The grid is asked for only where neither the address, its house nor the posting of whoever
    tells it says which it is.
    """

    division = forms.ChoiceField(label=gettext_lazy("Village or community"))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Street or group, number, building, entrance, room."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    grid = forms.CharField(
        label=gettext_lazy("Grid"), required=False, max_length=15, widget=forms.HiddenInput
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, who: Who, **more: Any) -> None:
        """Offer the villages of today."""
        super().__init__(*args, **more)
        self._who = who
        chosen = self.fields["division"]
        if isinstance(chosen, forms.ChoiceField):
            villages = villages_under("").order_by("code")
            chosen.choices = [(one.code, str(one)) for one in villages]

    def clean_address(self) -> str:
        """Refuse what names no place."""
        written = str(self.cleaned_data["address"]).strip()
        if line_of(parse(written)) == ABSENT:
            raise forms.ValidationError(_("This is no address: give street, number or room."))
        return written

    def clean(self) -> dict[str, Any]:
        """Find the grid of the address, or ask for it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("division") and data.get("address"):
            data["grid"] = self._grid(data)
        return data

    def _grid(self, data: dict[str, Any]) -> str:
        """Return the code of the grid; empty, with an error, where somebody has to say it."""
        known = grid_known(data["division"], parse(data["address"]))
        if known is not None:
            return known
        today = timezone.localdate()
        there = Grid.objects.filter(
            open_on(today), division_id=data["division"], kind=GridKind.BASE
        )
        offered = list(there.order_by("code").defer("geometry"))
        codes = [one.code for one in offered]
        own = [code for code in codes if code in self._who.grids]
        if data.get("grid") in codes:
            return str(data["grid"])
        for only in (own, codes):
            if len(only) == 1:
                return only[0]
        if offered:
            self._ask(offered)
        return ""

    def _ask(self, offered: list[Grid]) -> None:
        choices = [("", "—"), *((one.code, str(one)) for one in offered)]
        asked = self.fields["grid"]
        asked.widget = forms.Select(choices=choices)
        self.add_error("grid", _("Say in which grid this address lies: it is not known yet."))

    def place(self) -> Place:
        """Return where the record is told to lie."""
        data = self.cleaned_data
        return Place(data["division"], parse(data["address"]), data["address"], None, data["grid"])
