"""Corrections in words: what a field says, and what became of a correction that met another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.rules.roles import Permission
from linli.cases.actions.correcting import place_of, value_of
from linli.cases.models import Case, CaseStep, Category, CorrectionClash
from linli.cases.models.choices import CorrectedField, Kind
from linli.cases.policies import Facts, refuse
from linli.cases.queries.desk_clashes import open_clashes_of
from linli.cases.rules.workflow import CaseVerb
from linli.cases.views.desk.doors import Asking
from linli.kernel.refusal import Refusal
from linli.territory.models import Grid
from linli.territory.queries import grid_at


@dataclass(frozen=True)
class ShownClash:
    """A clash as a page shows it: what stands now beside what was proposed."""

    row: CorrectionClash
    case: Case
    label: str
    stands: str
    proposed: str
    before: str
    refusal: Refusal | None

    @property
    def is_long(self) -> bool:
        """Whether the values are texts of several lines."""
        return self.row.field == CorrectedField.DESCRIPTION


def label_of(name: str) -> str:
    """Return the name of a field as people read it."""
    return str(CorrectedField(name).label) if name in CorrectedField.values else name


def category_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of categories by their codes, with that of the one above."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    found = Category.objects.filter(code__in=wanted).select_related("parent")
    return {one.code: f"{one.parent} / {one}" if one.parent else str(one) for one in found}


def _place(point: str) -> str:
    """Return a place as its grid and its community, with the coordinates."""
    lon, lat = place_of(point)
    if lon is None or lat is None:
        return _("no place on the map")
    where = f"{lon:.5f}, {lat:.5f}"
    grid_id = grid_at(lon, lat, on=timezone.localdate())
    grids = Grid.objects.select_related("division").defer("geometry", "division__geometry")
    grid = grids.filter(pk=grid_id).first() if grid_id is not None else None
    return f"{grid.division} · {grid} ({where})" if grid else where


def in_words(name: str, value: str, categories: Mapping[str, str]) -> str:
    """Return a value as a correction spells it in words that people understand."""
    if name == "point":
        return _place(value)
    if name == "kind" and value in Kind.values:
        return str(Kind(value).label)
    if name == "category":
        return categories.get(value, value)
    return value or "–"


def shown(rows: Sequence[CorrectionClash], asker: Asking) -> list[ShownClash]:
    """Return clashes for a page; ``refusal`` says why the proposed cannot be taken now."""
    stands = {row.pk: value_of(row.case, row.field) for row in rows}
    categories = category_names(
        code
        for row in rows
        if row.field == CorrectedField.CATEGORY
        for code in (stands[row.pk], row.base, row.ours)
    )
    refusals: dict[UUID, Refusal | None] = {}
    for row in rows:
        if row.case_id not in refusals:
            facts = Facts(row.case)
            refusals[row.case_id] = refuse(CaseVerb.CORRECT, asker.who, facts, asker.at)
    return [
        ShownClash(
            row=row,
            case=row.case,
            label=label_of(row.field),
            stands=in_words(row.field, stands[row.pk], categories),
            proposed=in_words(row.field, row.ours, categories),
            before=in_words(row.field, row.base, categories),
            refusal=refusals[row.case_id],
        )
        for row in rows
    ]


def clashes_for(case: Case, asker: Asking) -> list[ShownClash]:
    """Return what waits for a decision in a case, for those who may correct."""
    if not asker.who.may(Permission.CORRECT_CASE):
        return []
    rows = open_clashes_of(case)
    for row in rows:
        row.case = case
    return shown(rows, asker)


def _names(names: Iterable[str]) -> str:
    return _(", ").join(label_of(name) for name in names)


# By whether anything was put, and whether the page that says so shows both versions itself.
_OUTCOMES = {
    (False, False): gettext_lazy(
        "Nothing was changed yet. Somebody else corrected %(waiting)s meanwhile: both "
        "versions are kept, and a person decides on the page of the case."
    ),
    (False, True): gettext_lazy(
        "Nothing was changed yet. Somebody else corrected %(waiting)s meanwhile: both "
        "versions are kept, and a person decides below."
    ),
    (True, False): gettext_lazy(
        "Corrected: %(put)s. Somebody else corrected %(waiting)s meanwhile: both versions "
        "are kept, and a person decides on the page of the case."
    ),
    (True, True): gettext_lazy(
        "Corrected: %(put)s. Somebody else corrected %(waiting)s meanwhile: both versions "
        "are kept, and a person decides below."
    ),
}


def outcome_of(act_id: UUID, *, on_its_page: bool) -> str:
    """Say which fields a correction put and which wait; empty where none has to wait."""
    facts = CaseStep.objects.filter(pk=act_id).values_list("facts", flat=True).first() or {}
    if not facts.get("waiting"):
        return ""
    names = {"put": _names(facts["fields"]), "waiting": _names(facts["waiting"])}
    return str(_OUTCOMES[bool(facts["fields"]), on_its_page]) % names
