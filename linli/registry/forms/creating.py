"""The form of a new record: where it lies, its facts by the field dictionary, why it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.refusal import Refused
from linli.registry.actions.columns import kept_text, own_fields
from linli.registry.actions.drafts import Draft, Place
from linli.registry.forms.records import input_for
from linli.registry.models import MODELS, LegalBasis, RecordKind
from linli.registry.policies.values import label_of, sentence_of
from linli.registry.rules.addresses import ABSENT, Parts, line_of, parse
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.values import Unfit
from linli.territory.models import Grid

OFFICE, ONE_SELF = "office", "own"
_UNSET: list[tuple[str, object]] = [("", "—")]
_TOLD = [
    (ONE_SELF, gettext_lazy("I saw it, or was told it on the spot")),
    (OFFICE, gettext_lazy("An office or another organisation gave it to me")),
]
# What is placed on the map; a home of a resident or a letting is known, or found by its address.
_POINTED = frozenset(
    {RecordKind.BUILDING, RecordKind.DWELLING, RecordKind.ORGANISATION, RecordKind.SCHOOL}
)
_ANYWHERE = frozenset({RecordKind.TEAM, RecordKind.ASSISTANCE})


@dataclass(frozen=True)
class Ground:
    """What a new record starts from: its kind, the grids it may lie in, what it hangs on.

    ``related`` are records that are known already, by the names of a draft; ``address`` is typed
    beforehand where the house is known. ``helpers``: who can work on assistance, ``helper_names``
    with the units that they act for.
    """

    kind: RecordKind
    grids: Sequence[Grid]
    related: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    units: Sequence[Any] = ()
    helpers: Sequence[Any] = ()
    helper_names: Sequence[tuple[str, str]] = ()
    oneself: UUID | None = None

    @property
    def is_placed(self) -> bool:
        """Whether an address has to be typed: no record that is known brings one."""
        return self.kind not in _ANYWHERE and not (
            set(self.related) & {"dwelling", "organisation", "resident"}
        )

    @property
    def is_pointed(self) -> bool:
        """Whether the place may be shown on the map."""
        return self.is_placed and self.kind in _POINTED

    def facts(self) -> tuple[Field, ...]:
        """Return the facts to ask for; of a new school also those of its organisation."""
        own = own_fields(self.kind)
        if self.kind is RecordKind.SCHOOL and "organisation" not in self.related:
            others = own_fields(RecordKind.ORGANISATION)
            return (*(one for one in others if one.name != "kind"), *own)
        return own

    def bases(self) -> list[LegalBasis]:
        """Return the legal bases that carry a record of this kind."""
        active = LegalBasis.objects.filter(is_active=True).order_by("code")
        return [one for one in active if self.kind.value in one.kinds]


class CreateForm(forms.Form):
    """One page for a new record of any kind; nothing that is known is asked."""

    basis = forms.ChoiceField(label=gettext_lazy("Legal basis"))
    told = forms.ChoiceField(
        label=gettext_lazy("Where the facts come from"), choices=_TOLD, widget=forms.RadioSelect
    )
    sender = forms.CharField(
        label=gettext_lazy("Which office or organisation"), max_length=120, required=False
    )

    def __init__(self, *args: Any, ground: Ground, **more: Any) -> None:
        """Draw an input for each fact, and for the place where it is not known."""
        super().__init__(*args, **more)
        self.ground = ground
        bases = ground.bases()
        self._ask_basis(bases)
        if ground.is_placed or ground.kind is RecordKind.TEAM:
            self._ask_grid()
        if ground.is_placed:
            self._ask_address()
        self.facts = [
            one
            for one in ground.facts()
            if one.type is not CellType.IDENTITY or any(base.needs_identity for base in bases)
        ]
        for one in self.facts:
            self._ask_fact(one)
        if ground.kind is RecordKind.ASSISTANCE:
            self._ask_helpers()
        # What is wrong is told in the order in which the page asks.
        facts = [one.name for one in self.facts]
        why = ["unit", "workers", "basis", "told", "sender"]
        self.order_fields(["grid", "address", "lon", "lat", *facts, *why])

    def _choice(self, name: str, choices: Sequence[tuple[Any, Any]], **more: Any) -> None:
        self.fields[name] = forms.ChoiceField(choices=choices, **more)

    def _ask_basis(self, bases: Sequence[LegalBasis]) -> None:
        offered = [(one.code, str(one)) for one in bases]
        only_one = len(offered) == 1
        self._choice("basis", offered if only_one else [*_UNSET, *offered], label=_("Legal basis"))

    def _ask_grid(self) -> None:
        offered = [(one.code, f"{one.division} · {one}") for one in self.ground.grids]
        only_one = len(offered) == 1
        self._choice("grid", offered if only_one else [*_UNSET, *offered], label=_("Grid"))

    def _ask_address(self) -> None:
        may_be_unknown = self.ground.kind is RecordKind.RESIDENT
        self.fields["address"] = forms.CharField(
            label=_("Address"),
            help_text=_("Street or group, number, building, entrance, room."),
            initial=self.ground.address,
            max_length=200,
            required=not may_be_unknown,
            widget=forms.TextInput(attrs={"autocomplete": "off", "list": "rp-known"}),
        )
        for name, label in (("lon", _("Longitude")), ("lat", _("Latitude"))):
            if self.ground.is_pointed:
                self.fields[name] = forms.FloatField(label=label, required=False)

    def _ask_fact(self, fact: Field) -> None:
        row = MODELS[RecordKind(fact.kind)]()
        help_text = ""
        if fact.type is CellType.IDENTITY:
            help_text = _("Only where a form of the legal basis needs it; the last four are kept.")
        self.fields[fact.name] = forms.CharField(
            label=label_of(fact),
            help_text=help_text,
            max_length=240,
            required=fact.is_required,
            widget=input_for(row, fact, is_new=True),
        )

    def _ask_helpers(self) -> None:
        units = [(str(one.pk), str(one)) for one in self.ground.units]
        self._choice("unit", [*_UNSET, *units], label=_("Responsible unit"))
        self.fields["workers"] = forms.MultipleChoiceField(
            label=_("Who works on it"),
            help_text=_("Nobody else will see it."),
            choices=self.ground.helper_names,
            initial=[str(self.ground.oneself)],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_address(self) -> str:
        """Refuse what names no place."""
        written = str(self.cleaned_data["address"]).strip()
        if written and line_of(parse(written)) == ABSENT:
            raise forms.ValidationError(_("This is no address: give street, number or room."))
        return written

    def clean(self) -> dict[str, Any]:
        """Read each fact by the field dictionary; say beside it what is wrong."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for fact in self.facts:
            if data.get(fact.name):
                self._read(fact, data[fact.name])
        if data.get("told") == OFFICE and not data.get("sender", "").strip():
            self.add_error("sender", _("Name the office or organisation."))
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("lon", _("A place has a longitude and a latitude."))
        return data

    def _read(self, fact: Field, typed: str) -> None:
        try:
            kept_text(MODELS[RecordKind(fact.kind)], fact, typed)
        except Refused as refused:
            unfit = refused.__cause__
            words = sentence_of(unfit) if isinstance(unfit, Unfit) else str(refused.refusal)
            self.add_error(fact.name, words)

    def place(self) -> Place | None:
        """Return where the record lies, as far as it was typed."""
        data = self.cleaned_data
        grid = next((one for one in self.ground.grids if one.code == data.get("grid")), None)
        written = data.get("address", "")
        if grid is None or (self.ground.is_placed and not written):
            return None
        parts = parse(written) if written else Parts()
        has_point = data.get("lon") is not None and data.get("lat") is not None
        point = (data["lon"], data["lat"]) if has_point else None
        return Place(grid.division_id, parts, written, point, grid.code)

    def draft(self) -> Draft:
        """Return the record to be made; its source is named by whoever makes it."""
        data, ground = self.cleaned_data, self.ground
        related = dict(ground.related)
        if ground.kind is RecordKind.ASSISTANCE:
            chosen = set(data["workers"])
            related["unit"] = next(one for one in ground.units if str(one.pk) == data["unit"])
            related["workers"] = [one for one in ground.helpers if str(one.pk) in chosen]
        values = {fact.name: data[fact.name] for fact in self.facts}
        return Draft(ground.kind, values, data["basis"], self.place(), related)

    def draft_at(self, dwelling: Any) -> Draft:
        """Return the record to be made at a dwelling that is known."""
        draft = self.draft()
        return replace(draft, place=None, related={**draft.related, "dwelling": dwelling})

    def sender_told(self) -> str:
        """Return who gave the facts; empty where whoever types them knows them."""
        is_office = self.cleaned_data["told"] == OFFICE
        return str(self.cleaned_data["sender"]).strip() if is_office else ""

    def _bound(self, names: Sequence[str]) -> Iterator[BoundField]:
        return (self[name] for name in names if name in self.fields)

    def place_fields(self) -> Iterator[BoundField]:
        """Return the inputs of the place without those of the point."""
        return self._bound(("grid", "address"))

    def fact_fields(self) -> Iterator[BoundField]:
        """Return the inputs of the facts."""
        return self._bound([fact.name for fact in self.facts])

    def help_fields(self) -> Iterator[BoundField]:
        """Return who is responsible for help and who gives it."""
        return self._bound(("unit", "workers"))

    def why_fields(self) -> Iterator[BoundField]:
        """Return the legal basis and the source."""
        return self._bound(("basis", "told", "sender"))


class ChatForm(forms.Form):
    """How many households a group chat reaches on a day."""

    day = forms.DateField(
        label=gettext_lazy("Counted on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reached = forms.IntegerField(
        label=gettext_lazy("Households reached"), min_value=0, max_value=100_000
    )
