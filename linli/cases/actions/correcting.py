"""Putting a report right before it is dispatched: its words, its category, its place.

A resident may choose the wrong category, or tell the place in words alone; whoever takes the
report in puts that right, and everything that follows from it is worked out again.
"""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.actions.search import index_case
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, CaseStep, Category
from linli.cases.policies.reporting import refuse_point
from linli.cases.queries.categories import current_version
from linli.cases.rules.workflow import CaseVerb
from linli.territory.queries import grid_at

_WORDS = frozenset({"title", "description", "place", "kind"})
CORRECTABLE = _WORDS | {"category", "point"}


def point_of(lon: float | None, lat: float | None) -> str:
    """Return a place on the map as a correction names it: "lon,lat", empty for none."""
    return "" if lon is None or lat is None else f"{lon},{lat}"


def _changed_since(case: Case, version: int) -> frozenset[str]:
    """Names of the fields that others corrected after ``version``."""
    steps = CaseStep.objects.filter(case=case, verb=CaseVerb.CORRECT.value, position__gt=version)
    return frozenset(name for step in steps for name in step.facts.get("fields", {}))


def _old(case: Case, name: str) -> str:
    if name == "category":
        return str(case.category.code)
    return point_of(case.lon, case.lat) if name == "point" else str(getattr(case, name))


def _put_category(work: Work, code: str) -> None:
    """Let the case follow the version of the other category that held when it was reported."""
    case = work.case
    category = Category.objects.filter(code=code, is_active=True).first()
    version = current_version(category, case.reported_at) if category is not None else None
    if category is None or version is None:
        work.refuse("category", _("This category is no longer offered; choose another."))
        return
    case.category, case.category_version = category, version


def _put_point(work: Work, point: str) -> None:
    case = work.case
    lon, lat = (float(part) for part in point.split(",")) if point else (None, None)
    refusal = refuse_point(lon, lat)
    if refusal is not None:
        work.refuse(refusal.code, refusal.sentence)
    case.lon, case.lat, case.grid_id = lon, lat, None
    if lon is not None and lat is not None:
        case.grid_id = grid_at(lon, lat, on=timezone.localdate(work.order.at))


def _put(work: Work, name: str, value: str) -> None:
    if name == "category":
        _put_category(work, value)
    elif name == "point":
        _put_point(work, value)
    else:
        setattr(work.case, name, value)


def _kind_fits(work: Work) -> None:
    kinds = work.case.category_version.kinds
    if kinds and work.case.kind not in kinds:
        work.refuse("kind", _("This category is not meant for this kind of report."))


def correct(*, order: Order, fields: Mapping[str, str], base_version: int) -> Case:
    """Correct a report; edits of other fields made meanwhile stay.

    ``fields`` holds words by their names, ``category`` by its code, ``point`` as point_of says.
    ``base_version`` is the version that the person saw. Refused with the code "clash" when
    somebody else corrected one of the same fields after it.
    """

    def effect(work: Work) -> None:
        if set(fields) - CORRECTABLE or not fields:
            work.refuse("fields", _("There is nothing to correct."))
        if set(fields) & _changed_since(work.case, base_version):
            work.refuse("clash", _("Somebody corrected the same words; read them and try again."))
        old = {name: _old(work.case, name) for name in fields}
        for name, value in fields.items():
            _put(work, name, value)
        if {"category", "kind"} & set(fields):
            _kind_fits(work)
        work.recorded["fields"] = {name: [old[name], fields[name]] for name in fields}
        index_case(work.case, again=True)

    return take(order, CaseVerb.CORRECT, effect, {"fields": dict(fields), "base": base_version})
