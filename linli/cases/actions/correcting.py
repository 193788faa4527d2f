"""Putting a report right before it is dispatched: its words, its category, its place.

A resident may choose the wrong category, or tell the place in words alone; whoever takes the
report in puts that right, and everything that follows from it is worked out again. Corrections
of several hands meet field by field; where two of them differ, a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.actions.search import index_case
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, CaseStep, Category, CategoryVersion, CorrectionClash
from linli.cases.models.choices import CorrectedField
from linli.cases.policies.reporting import refuse_point
from linli.cases.queries.categories import current_version
from linli.cases.rules.workflow import CaseVerb
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.territory.queries import grid_at

CORRECTABLE = frozenset(CorrectedField.values)
_CHANGING = (CaseVerb.CORRECT.value, CaseVerb.SETTLE_CLASH.value)
# A category is meant for some kinds of report, so these two may only fit together.
_TOGETHER = frozenset({"category", "kind"})


@dataclass(frozen=True)
class Met:
    """How a correction met those made since: what stood then, what stands, what clashes."""

    base: Mapping[str, str]
    now: Mapping[str, str]
    clashing: frozenset[str]

    def to_put(self, fields: Mapping[str, str]) -> list[str]:
        """Return the fields to be written: neither clashing nor corrected to the same already."""
        return [
            name
            for name, value in fields.items()
            if name not in self.clashing and (name not in self.base or self.now[name] != value)
        ]


def point_of(lon: float | None, lat: float | None) -> str:
    """Return a place on the map as a correction names it: "lon,lat", empty for none."""
    return "" if lon is None or lat is None else f"{lon},{lat}"


def place_of(point: str) -> tuple[float, float] | tuple[None, None]:
    """Return longitude and latitude of a place as a correction names it."""
    if not point:
        return None, None
    lon, lat = point.split(",")
    return float(lon), float(lat)


def changed_since(case: Case, version: int) -> dict[str, str]:
    """Return the fields that were corrected after ``version``, with what they said then."""
    steps = CaseStep.objects.filter(case=case, verb__in=_CHANGING, position__gt=version)
    before: dict[str, str] = {}
    for facts in steps.order_by("position").values_list("facts", flat=True):
        for name, (old, _new) in facts.get("fields", {}).items():
            before.setdefault(name, old)
    return before


def value_of(case: Case, name: str) -> str:
    """Return what a case says in a field now, as a correction spells it."""
    if name == "category":
        return str(case.category.code)
    return point_of(case.lon, case.lat) if name == "point" else str(getattr(case, name))


def _offered(work: Work, code: str) -> tuple[Category, CategoryVersion]:
    """Return a category and its version that held when the case was reported."""
    category = Category.objects.filter(code=code, is_active=True).first()
    version = current_version(category, work.case.reported_at) if category is not None else None
    if category is None or version is None:
        sentence = _("This category is no longer offered; choose another.")
        raise Refused(Refusal("category", sentence))
    return category, version


def _put_point(work: Work, point: str) -> None:
    case = work.case
    case.lon, case.lat = place_of(point)
    case.grid_id = None
    if case.lon is not None and case.lat is not None:
        case.grid_id = grid_at(case.lon, case.lat, on=timezone.localdate(work.order.at))


def check_value(work: Work, name: str, value: str) -> None:
    """Refuse a value that no case can have, whether it is put now or kept for a decision."""
    if name == "category":
        _offered(work, value)
    refusal = refuse_point(*place_of(value)) if name == "point" else None
    if refusal is not None:
        work.refuse(refusal.code, refusal.sentence)


def put(work: Work, name: str, value: str) -> None:
    """Write a checked value into the case."""
    if name == "category":
        work.case.category, work.case.category_version = _offered(work, value)
    elif name == "point":
        _put_point(work, value)
    else:
        setattr(work.case, name, value)


def _fits(version: CategoryVersion, kind: str) -> bool:
    return not version.kinds or kind in version.kinds


def check_kind(work: Work, names: set[str]) -> None:
    """Refuse a category that is not meant for the kind, where one of them was put."""
    if names & _TOGETHER and not _fits(work.case.category_version, work.case.kind):
        work.refuse("kind", _("This category is not meant for this kind of report."))


def _with_its_pair(
    work: Work, fields: Mapping[str, str], clashing: frozenset[str]
) -> frozenset[str]:
    """Let category and kind wait together where one waits and the other alone would not fit."""
    case = work.case
    if not set(fields) >= _TOGETHER or len(clashing & _TOGETHER) != 1:
        return clashing
    kind = case.kind if "kind" in clashing else fields["kind"]
    version = case.category_version
    if "category" not in clashing:
        _category, version = _offered(work, fields["category"])
    return clashing if _fits(version, kind) else clashing | _TOGETHER


def _meet(work: Work, fields: Mapping[str, str], base_version: int) -> Met:
    """Compare three values of each field: what the person saw, what stands, what is proposed."""
    before = changed_since(work.case, base_version)
    now = {name: value_of(work.case, name) for name in fields}
    clashing = frozenset(
        name for name in fields if name in before and now[name] not in {before[name], fields[name]}
    )
    base = {name: before[name] for name in fields if name in before}
    return Met(base, now, _with_its_pair(work, fields, clashing))


def _keep_for_a_person(work: Work, fields: Mapping[str, str], met: Met) -> None:
    order = work.order
    CorrectionClash.objects.bulk_create(
        CorrectionClash(
            id=new_id(),
            case=work.case,
            step_id=order.act_id,
            field=name,
            base=met.base.get(name, met.now[name]),
            theirs=met.now[name],
            ours=fields[name],
            by=order.who.person,
            at=order.at,
        )
        for name in fields
        if name in met.clashing
    )
    work.recorded["waiting"] = {
        name: [met.now[name], fields[name]] for name in fields if name in met.clashing
    }


def correct(*, order: Order, fields: Mapping[str, str], base_version: int) -> Case:
    """Correct a report; edits of other fields made meanwhile stay.

    ``fields`` holds words by their names, ``category`` by its code, ``point`` as point_of says.
    ``base_version`` is the version that the person saw. What somebody else corrected otherwise
    after it is not overwritten: both values are kept as a CorrectionClash, and a person decides.
    """

    def effect(work: Work) -> None:
        if set(fields) - CORRECTABLE or not fields:
            work.refuse("fields", _("There is nothing to correct."))
        for name, value in fields.items():
            check_value(work, name, value)
        met = _meet(work, fields, base_version)
        names = met.to_put(fields)
        for name in names:
            put(work, name, fields[name])
        check_kind(work, set(names))
        work.recorded["fields"] = {name: [met.now[name], fields[name]] for name in names}
        if met.clashing:
            _keep_for_a_person(work, fields, met)
        if names:
            index_case(work.case, again=True)

    return take(order, CaseVerb.CORRECT, effect, {"fields": dict(fields), "base": base_version})
