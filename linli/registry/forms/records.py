"""Forms of the record pages: one fact anew, the end of a record, why a change is refused."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.registry.actions.columns import is_kept, kept_of, shown
from linli.registry.models import PlaceKind
from linli.registry.policies.values import label_of, yes_no
from linli.registry.rules.dictionary import CellType, Field

_NUMBERS = frozenset({CellType.COUNT, CellType.YEAR, CellType.SURFACE})
_KEYBOARDS = {CellType.TELEPHONE: "tel", CellType.YEAR: "numeric", CellType.COUNT: "numeric"}


_UNSET: list[tuple[str, object]] = [("", "–")]


def _choices(row: Any, fact: Field) -> list[tuple[str, object]]:
    if fact.type is CellType.YES_NO:
        return [*_UNSET, *yes_no(fact)]
    if fact.key == "organisation.kind":
        return [(one.code, str(one)) for one in PlaceKind.objects.filter(is_active=True)]
    return list(row._meta.get_field(fact.name).choices or ())


def input_for(row: Any, fact: Field, *, is_new: bool = False) -> forms.Widget:
    """Draw the input that fits the type of a fact; in a new record nothing is chosen for you."""
    if fact.type in {CellType.CHOICE, CellType.YES_NO} or fact.key == "organisation.kind":
        offered = _choices(row, fact)
        starts_unset = is_new and fact.type is not CellType.YES_NO
        return forms.Select(choices=[*_UNSET, *offered] if starts_unset else offered)
    if fact.type is CellType.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    attrs = {"autocomplete": "off"}
    if fact.type in _KEYBOARDS:
        attrs["inputmode"] = _KEYBOARDS[fact.type]
    if fact.type in _NUMBERS:
        attrs.setdefault("inputmode", "decimal")
    return forms.TextInput(attrs=attrs)


def box_for_none() -> forms.BooleanField:
    """Draw the box by which a sealed fact is removed: an input left empty says nothing of it."""
    return forms.BooleanField(
        label=_("There is none any more: remove what is kept"), required=False
    )


def not_said(typed: str, *, is_none: bool) -> str:
    """Say why input and box together tell nothing of a sealed fact; empty where they do."""
    if is_none and typed:
        return str(_("Either type it, or tick that there is none any more; not both."))
    if not is_none and not typed:
        return str(_("Type it whole, or tick that there is none any more."))
    return ""


class ChangeForm(forms.Form):
    """One fact, typed anew. What is sealed is not shown, and so is typed whole."""

    value = forms.CharField(required=False, max_length=240)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, fact: Field, **more: Any) -> None:
        """Draw the input that fits the type of the fact."""
        value = "" if fact.is_sealed else shown(fact, kept_of(row, fact, None))
        more.setdefault("initial", {"value": value, "version": row.version})
        super().__init__(*args, **more)
        self.fields["value"].label = label_of(fact)
        self.fields["value"].required = fact.is_required
        self.fields["value"].widget = input_for(row, fact)
        if fact.is_sealed:
            self.fields["value"].help_text = _("What is kept now is not shown; type it whole.")
            if not fact.is_required and is_kept(row, fact):
                self.fields["none"] = box_for_none()

    def clean(self) -> None:
        """Ask for a tick where a sealed fact was left empty."""
        told = self.cleaned_data
        if "none" in self.fields and "value" in told:
            words = not_said(told["value"], is_none=told["none"])
            if words:
                self.add_error("value", words)


class EndForm(forms.Form):
    """The day on which what a record tells of was no more."""

    day = forms.DateField(
        label=_("Ended on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_day(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day
