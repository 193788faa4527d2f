"""The form of one category and its staged limits: what it says becomes a draft."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.cases.actions.categories import CategoryDraft, LimitDraft
from linli.cases.actions.category_drafts import (
    MOST_DAYS,
    MOST_HOURS,
    MOST_METRES,
    RULE_LABELS,
    DraftFault,
    in_language,
    kinds_in_words,
)
from linli.cases.models import Category
from linli.cases.models.choices import Kind, LimitUnit, Verb
from linli.cases.rules.workflow import CLOCK_VERBS, CaseVerb
from linli.kernel.working_time.limits import LARGEST_AMOUNT

_AREA = forms.Textarea(attrs={"rows": 3})
MOST_LIMITS = 30
# Verbs that neither begin nor end a stage: they change no state of the case.
_SILENT = CLOCK_VERBS | {
    CaseVerb.NOTE, CaseVerb.REPLY, CaseVerb.ATTACH, CaseVerb.URGE, CaseVerb.SUPERVISE,
    CaseVerb.ACKNOWLEDGE, CaseVerb.ADD_WORDS, CaseVerb.RATE, CaseVerb.CORRECT,
    CaseVerb.SETTLE_CLASH,
}  # fmt: skip
STAGE_VERBS = [(value, label) for value, label in Verb.choices if value not in _SILENT]


def _text(name: str, longest: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=RULE_LABELS[name],  # type: ignore[arg-type]
        required=False,
        max_length=longest,
        widget=_AREA,
    )


def _reason(name: str) -> forms.CharField:
    return forms.CharField(label=RULE_LABELS[name], required=False, max_length=200)  # type: ignore[arg-type]


def _flag(name: str, hint: object = "") -> forms.BooleanField:
    label: Any = RULE_LABELS[name]
    return forms.BooleanField(label=label, required=False, help_text=hint)  # type: ignore[arg-type]


def _number(name: str, highest: int, hint: object = "") -> forms.IntegerField:
    label: Any = RULE_LABELS[name]
    return forms.IntegerField(label=label, min_value=0, max_value=highest, help_text=hint)  # type: ignore[arg-type]


class PlaceForm(forms.Form):
    """Where a category stands in the tree and what it is called."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Za-z0-9._-]{1,32}$",
        help_text=_("Letters, digits, full stops and dashes; it never changes."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Name the matter, never a kind of person.")
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    parent = forms.ChoiceField(label=_("Upper category"), required=False)
    position = forms.IntegerField(
        label=_("Position"),
        min_value=0,
        max_value=100_000,
        help_text=_("Smaller numbers stand first."),
    )

    def __init__(
        self, *args: Any, held: CategoryDraft, parents: Iterable[Category], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.held = held
        choices: list[tuple[str, object]] = [("", _("none: it stands at the top"))]
        choices += [(one.code, f"{one.code} {one}") for one in parents]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
        if held.code:
            del self.fields["code"]

    def clean_code(self) -> str:
        """Refuse a code that is taken."""
        code: str = self.cleaned_data["code"]
        if Category.objects.filter(code=code).exists():
            raise ValidationError(_("This code is taken; a code is never used twice."))
        return code

    def place(self) -> dict[str, Any]:
        """Return the facts of the draft that this form asks for."""
        given = self.cleaned_data
        names = ("name", "name_en", "parent", "position")
        return {"code": given.get("code", self.held.code), **{n: given[n] for n in names}}


class RulesForm(forms.Form):
    """What holds for cases of the category from the publication on."""

    kinds = forms.MultipleChoiceField(
        label=RULE_LABELS["kinds"],  # type: ignore[arg-type]
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means every kind."),
    )
    register_when = _text("register_when")
    register_when_en = _text("register_when_en")
    close_when = _text("close_when")
    close_when_en = _text("close_when_en")
    needs_verification = _flag("needs_verification")
    verification_reason = _reason("verification_reason")
    verification_reason_en = _reason("verification_reason_en")
    needs_photo = _flag(
        "needs_photo", _("Only where the work cannot be done without one, and the page says why.")
    )
    photo_reason = _reason("photo_reason")
    photo_reason_en = _reason("photo_reason_en")
    anonymous_allowed = _flag("anonymous_allowed")
    duplicate_metres = _number("duplicate_metres", MOST_METRES)
    duplicate_hours = _number("duplicate_hours", MOST_HOURS)
    reopen_days = _number(
        "reopen_days", MOST_DAYS, _("So many days after closing the reporter may reopen it.")
    )
    emergency_number = forms.CharField(
        label=RULE_LABELS["emergency_number"],  # type: ignore[arg-type]
        required=False,
        max_length=8,
        help_text=_("Shown at once to whoever reports this, such as 119."),
    )

    def rules(self) -> dict[str, object]:
        """Return the rules by the names of their fields."""
        return {name: self.cleaned_data[name] for name in RULE_LABELS}


class LimitForm(forms.Form):
    """One staged limit."""

    stage = forms.CharField(label=_("Stage (code)"), max_length=32)
    name = forms.CharField(label=_("What is due"), max_length=80)
    name_en = forms.CharField(label=_("In English"), max_length=120, required=False)
    amount = forms.IntegerField(label=_("How long"), min_value=0, max_value=LARGEST_AMOUNT)
    unit = forms.ChoiceField(label=_("Counted in"), choices=LimitUnit.choices)
    counts_from = forms.ChoiceField(label=_("Counts from"), choices=STAGE_VERBS)
    met_by = forms.MultipleChoiceField(
        label=_("Met by"), choices=STAGE_VERBS, required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only for kinds"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_final = forms.BooleanField(label=_("The promise to the reporter"), required=False)
    number = 0
    is_rest = False

    def value_of(self, name: str) -> Any:
        """Return what stands in a field now: what was typed, else what was held."""
        return self[name].value() or ""

    @property
    def called(self) -> str:
        """What is due, and for which kinds: several limits of one stage have one name."""
        name = in_language(self.value_of("name"), self.value_of("name_en"))
        kinds = self.value_of("kinds")
        whom = kinds_in_words(kinds) if kinds else gettext("other kinds") if self.is_rest else ""
        return " · ".join(word for word in (name, whom) if word)

    @property
    def title(self) -> str:
        """Return how a row is called above the form."""
        words = (gettext("Limit %(number)s") % {"number": self.number}, self.called)
        return " · ".join(word for word in words if word)

    def has_changed(self) -> bool:
        """Say whether anything was typed; what a chooser shows by itself does not count."""
        typed = ("stage", "name", "amount")
        if not self.is_bound:
            return False
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in typed)

    def draft(self) -> LimitDraft:
        """Return the limit that the row describes."""
        given = self.cleaned_data
        lists = {"met_by": tuple(given["met_by"]), "kinds": tuple(given["kinds"])}
        values: dict[str, Any] = {entry.name: given[entry.name] for entry in fields(LimitDraft)}
        return LimitDraft(**{**values, **lists})


class LimitForms(BaseFormSet[LimitForm]):
    """The rows of the limits; a row without any text is no row."""

    def kept(self) -> list[LimitForm]:
        """Return the filled rows in their order, without those that were removed."""
        return list(self.ordered_forms)

    def add_fields(self, form: LimitForm, index: int | None) -> None:
        """Name the two fields that Django adds."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Order")
        form.fields["DELETE"].label = _("Remove this limit")

    @cached_property
    def forms(self) -> list[LimitForm]:
        """The rows, each told its number and what the limits before it left over."""
        rows: list[LimitForm] = super().forms
        partly = set()
        for number, row in enumerate(rows, 1):
            stage = row.value_of("stage")
            row.number, row.is_rest = number, stage in partly
            if row.value_of("kinds"):
                partly.add(stage)
        return rows

    def drafts(self) -> tuple[LimitDraft, ...]:
        """Return the limits in their order."""
        return tuple(form.draft() for form in self.kept())


LimitRows = formset_factory(
    LimitForm,
    formset=LimitForms,
    extra=0,
    can_delete=True,
    can_order=True,
    max_num=MOST_LIMITS,
    absolute_max=MOST_LIMITS,
)


def initial_place(draft: CategoryDraft) -> dict[str, object]:
    """Return what the form shows first."""
    names = ("code", "name", "name_en", "parent", "position")
    return {name: getattr(draft, name) for name in names}


def initial_limits(draft: CategoryDraft) -> list[dict[str, object]]:
    """Return the rows that the form shows first."""
    return [dict(vars(limit)) for limit in draft.limits]


def show_faults(faults: Iterable[DraftFault], rules: RulesForm, limits: LimitForms) -> None:
    """Put what is wrong in a draft beside the fields it stands in."""
    rows = limits.kept()
    for fault in faults:
        form: forms.Form = rules if fault.limit is None else rows[fault.limit]
        form.add_error(fault.field, f"{fault.wrong} {fault.advice}")


def hidden_copy(data: Mapping[str, Any], leave_out: Iterable[str]) -> list[tuple[str, str]]:
    """Return every posted value as name and value, to be sent again from a preview."""
    out = set(leave_out)
    getlist = data.getlist  # type: ignore[attr-defined]
    return [(name, value) for name in data if name not in out for value in getlist(name)]
