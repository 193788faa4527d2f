"""The small form of each verb: what has to be said when it is done."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Unit
from linli.cases.actions.correcting import point_of
from linli.cases.actions.steps import Order
from linli.cases.forms.attachments import FilesField
from linli.cases.forms.desk_report import PlacedForm
from linli.cases.forms.numbers import AsksForNumbers
from linli.cases.models import Case
from linli.cases.models.choices import (
    Kind,
    LimitUnit,
    PauseReason,
    RefusalReason,
    Satisfaction,
    Solved,
)
from linli.cases.policies import Who
from linli.cases.policies.reporting import DESCRIPTION_LENGTH, PLACE_LENGTH, TITLE_LENGTH
from linli.cases.queries.categories import limits_for, templates_for
from linli.cases.queries.desk import case_named, open_units
from linli.cases.rules.personal_numbers import numbers_of

MOST_WORDS = 4000


def _text(label: object, *, required: bool, rows: int = 3, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=str(label) if isinstance(label, str) else label,  # type: ignore[arg-type]
        required=required,
        max_length=MOST_WORDS,
        help_text=hint,  # type: ignore[arg-type]
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _radio(label: object, choices: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,  # type: ignore[arg-type]
        choices=choices,
        required=required,
        widget=forms.RadioSelect,
    )


class DeedForm(AsksForNumbers):
    """A form of a verb: it knows the case, or None when it is for many."""

    note = _text(_("Internal note"), required=False, rows=2)

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the case."""

    def known_numbers(self) -> AbstractSet[str]:
        """Return those in the text of the case: somebody was asked when they were written."""
        case = self.case
        return frozenset() if case is None else numbers_of(case.title, case.description, case.place)

    def order(self, act_id: UUID, case_id: UUID, who: Who, at: datetime) -> Order:
        """Return the order of a valid form: with the internal note and the words to be sent."""
        note, words = (self.cleaned_data.get(name, "") for name in ("note", "words"))
        return Order(
            act_id, case_id, who, at, note=note, words=words, moved_numbers=self.moved_numbers
        )


class ReasonForm(DeedForm):
    """A verb that has to be explained to colleagues."""

    note = _text(_("Reason"), required=True)


class NoteForm(DeedForm):
    """A note for colleagues."""

    note = _text(
        _("Internal note"), required=True, hint=_("For colleagues; the reporter never sees it.")
    )


class WordsForm(DeedForm):
    """Words to the reporter, with templates that are often needed."""

    words = _text(_("Words to the reporter"), required=True, rows=5)
    field_order = ["words", "note"]

    def prepare(self) -> None:
        """Offer the reply templates of the category."""
        self.templates = list(templates_for(self.case.category)) if self.case else []

    def known_numbers(self) -> AbstractSet[str]:
        """Return those of a template as well: an office's number is nobody's secret."""
        return super().known_numbers() | numbers_of(*(one.words for one in self.templates))


class AnswerForm(WordsForm):
    """An answer given at once."""

    words = _text(_("Answer to the reporter"), required=True, rows=5)


class RefuseForm(WordsForm):
    """Why a report is not ours."""

    reason = _radio(_("Reason"), RefusalReason.choices)
    words = _text(
        _("Words to the reporter"),
        required=True,
        rows=4,
        hint=_("Say why, and who can help instead."),
    )
    field_order = ["reason", "words", "note"]


class VerifyForm(DeedForm):
    """What was seen on site."""

    found = _radio(
        _("On site"), [("yes", _("It is as reported")), ("no", _("Nothing of it was found"))]
    )
    note = _text(_("What you saw"), required=False)
    field_order = ["found", "note"]


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the units that exist today; drawn as a list one can type into."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Select(attrs={"data-pick-list": "", "data-pick-hint": _("Type to search")})
        super().__init__(queryset=Unit.objects.none(), widget=widget, **kwargs)


class DispatchForm(DeedForm):
    """To whom a case is given."""

    unit = UnitField(label=_("Responsible unit"))
    field_order = ["unit", "note"]

    def prepare(self) -> None:
        """Offer the units of today."""
        self.fields["unit"].queryset = open_units(timezone.localdate())  # type: ignore[attr-defined]


class BulkDispatchForm(DispatchForm):
    """To whom many cases are given; without a unit each goes to the one proposed for it."""

    is_by_proposal = False
    unit = UnitField(
        label=_("Responsible unit"),
        required=False,
        empty_label=_("as proposed for each case"),
        help_text=_("Leave it empty to confirm the proposal of each case."),
    )


class MilestoneForm(DeedForm):
    """Which stage is done."""

    stage = forms.ChoiceField(label=_("Stage"), choices=())
    field_order = ["stage", "note"]

    def prepare(self) -> None:
        """Offer the stages of the category that are reached by saying so."""
        if self.case is None:
            return
        limits = limits_for(self.case.category_version_id, self.case.kind)
        choices = [(limit.stage, str(limit)) for limit in limits if "milestone" in limit.met_by]
        self.fields["stage"].choices = choices  # type: ignore[attr-defined]


class FeedbackForm(DeedForm):
    """What was done, for the checker, and perhaps for the reporter."""

    note = _text(_("What was done"), required=True)
    words = _text(_("Words to the reporter"), required=False)


class PauseForm(DeedForm):
    """Whom the case waits for."""

    reason = _radio(
        _("Waiting for"),
        [choice for choice in PauseReason.choices if choice[0] != PauseReason.SHELVED],
    )
    note = _text(_("Explain"), required=True)
    field_order = ["reason", "note"]


class ExtensionForm(DeedForm):
    """How much more time, and why."""

    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=365)
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=[choice for choice in LimitUnit.choices if choice[0] != LimitUnit.STATED],
        initial=LimitUnit.WORKING_DAYS.value,
    )
    note = _text(_("Reason"), required=True)
    field_order = ["amount", "unit", "note"]


class CallForm(DeedForm):
    """What came of a call to the reporter."""

    reached = _radio(_("Reached"), [("yes", _("Reached")), ("no", _("Not reached"))])
    solved = _radio(_("Solved"), Solved.choices, required=False)
    satisfaction = _radio(_("Satisfaction"), Satisfaction.choices, required=False)
    field_order = ["reached", "solved", "satisfaction", "note"]

    def clean(self) -> dict[str, Any]:
        """Ask for both answers where somebody was reached, and for none otherwise."""
        cleaned = super().clean()
        if cleaned.get("reached") == "yes":
            for name in ("solved", "satisfaction"):
                if not cleaned.get(name):
                    self.add_error(name, _("Choose what the reporter said."))
        elif cleaned.get("reached") == "no":
            cleaned["solved"] = cleaned["satisfaction"] = ""
        return cleaned


class MergeForm(DeedForm):
    """Which case it is the same as."""

    into = forms.CharField(
        label=_("Number of the case that stays"),
        max_length=40,
        help_text=_("This case is joined to it; both reporters are answered."),
    )
    field_order = ["into", "note"]

    def clean_into(self) -> Case:
        """Find the case by its number or id."""
        found = case_named(self.cleaned_data["into"])
        if found is None:
            raise forms.ValidationError(_("There is no case with this number."))
        return found


class CorrectForm(PlacedForm, DeedForm):
    """A report put right: its words, category and place; what stays as it was is not touched."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(label=_("Place in words"), max_length=PLACE_LENGTH, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    base_version = forms.IntegerField(widget=forms.HiddenInput)
    # As on the form of a report: whoever corrects one knows where to look.
    field_order = ["category", "kind", "title", "description", "place", "lon", "lat", "note"]

    def prepare(self) -> None:
        """Start from what the case says now."""
        case = self.case
        if case is None:
            return
        names = ("title", "description", "place", "kind", "lon", "lat")
        self.initial.update({name: getattr(case, name) for name in names})
        self.initial.update(category=str(case.category_id), base_version=case.version)
        choices = self.fields["category"].choices  # type: ignore[attr-defined]
        known = {key for _name, items in choices if isinstance(items, list) for key, _n in items}
        if str(case.category_id) not in known:
            # It is no longer offered; the case keeps it all the same.
            choices.append((str(case.category_id), str(case.category)))
            self.fields["category"].choices = choices  # type: ignore[attr-defined]

    def clean_description(self) -> str:
        """Browsers send line ends of their own; the text is the same."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    @property
    def corrections(self) -> dict[str, str]:
        """The fields that were changed."""
        data, changed = self.cleaned_data, set(self.changed_data)
        found = {name: data[name] for name in ("title", "description", "place", "kind")}
        found = {name: value for name, value in found.items() if name in changed}
        if "category" in changed:
            found["category"] = data["category"].code
        if {"lon", "lat"} & changed:
            found["point"] = point_of(data["lon"], data["lat"])
        return found


class ShelveForm(WordsForm):
    """Why a case cannot be solved now; the words stand on the public list."""

    words = _text(_("Reason on the public list"), required=True, rows=4)


class AttachForm(DeedForm):
    """Photographs and files for a case."""

    given = FilesField(
        label=_("Photographs or files"),
        most=5,
        help_text=_("The place stored inside a photograph is removed."),
    )
    public = forms.BooleanField(label=_("The reporter may see it"), required=False)
    field_order = ["given", "public", "note"]


class ContactForm(AsksForNumbers):
    """Why somebody needs to read a reporter's contact."""

    reason = forms.CharField(
        label=_("Why do you need it?"),
        min_length=2,
        max_length=200,
        help_text=_("The reason is recorded before the contact is shown."),
    )


def chosen_unit(form: DeedForm) -> UUID | None:
    """Return the id of the unit chosen in a form for many cases."""
    unit = form.cleaned_data.get("unit")
    return unit.pk if unit is not None else None
