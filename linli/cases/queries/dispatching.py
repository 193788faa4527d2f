"""Who should get a case: the most specific rule proposes with its reason."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from linli.accounts.models import Unit
from linli.cases.models import Case, Category, Dispatch, DispatchRule


@dataclass(frozen=True)
class Proposal:
    """A unit, the rule that names it, and why in words."""

    unit: Unit
    rule: DispatchRule
    reason: str


def _ancestors(category: Category) -> list[Category]:
    """The category and those above it, nearest first."""
    line = [category]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def _distance(rule: DispatchRule, line: list[Category]) -> tuple[int, int]:
    """Smaller is more specific: first the category, then the area."""
    by_category = [c.pk for c in line]
    category = by_category.index(rule.category_id) if rule.category_id else len(line)
    if rule.grid_id:
        return category, 0
    code = rule.division.code if rule.division else ""
    return category, 100 - len(code)


def _fits(rule: DispatchRule, case: Case) -> bool:
    if rule.grid_id:
        return rule.grid_id == case.grid_id
    if rule.division is None:
        return True
    return case.grid is not None and case.grid.division_id.startswith(rule.division.code)


@dataclass(frozen=True)
class Candidate:
    """A rule that is about the matter: whether it fits the place, and how specific it is.

    ``distance``: steps up to the rule's category, then how wide its area is.
    """

    rule: DispatchRule
    fits: bool
    distance: tuple[int, int]
    reason: str


def candidates(case: Case, on: date) -> list[Candidate]:
    """Return the rules about a case's matter on a day: those that fit first, best first."""
    line = _ancestors(case.category)
    rules = DispatchRule.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on),
        Q(category__in=line) | Q(category__isnull=True),
        since__lte=on,
    ).select_related("unit", "division", "category", "grid")
    found = [
        Candidate(rule, _fits(rule, case), _distance(rule, line), _reason(rule))
        for rule in rules.defer("grid__geometry", "division__geometry")
    ]
    return sorted(found, key=lambda one: (not one.fits, *one.distance, str(one.rule.pk)))


def propose(case: Case, on: date) -> Proposal | None:
    """Return the unit that the rule table proposes on a day, or None if no rule fits."""
    best = next(iter(candidates(case, on)), None)
    if best is None or not best.fits:
        return None
    return Proposal(best.rule.unit, best.rule, best.reason)


def _reason(rule: DispatchRule) -> str:
    area = rule.grid or rule.division
    matter = rule.category or _("every category")
    if area is None:
        return _("Rule: %(matter)s goes to %(unit)s.") % {"matter": matter, "unit": rule.unit}
    return _("Rule: %(matter)s in %(area)s goes to %(unit)s.") % {
        "matter": matter,
        "area": area,
        "unit": rule.unit,
    }


@dataclass(frozen=True)
class Accuracy:
    """How often proposals were taken, and how often dispatches came back."""

    dispatched: int
    proposed: int
    taken: int
    sent_back: int


def accuracy(since: date, until: date) -> Accuracy:
    """Count the dispatches of a period: proposals made, proposals taken, sent back."""
    counts = Dispatch.objects.filter(at__date__gte=since, at__date__lt=until).aggregate(
        n_all=Count("pk"),
        n_proposed=Count("proposed"),
        n_taken=Count("pk", filter=Q(proposed=F("chosen"))),
        n_sent_back=Count("pk", filter=Q(sent_back_at__isnull=False)),
    )
    return Accuracy(
        dispatched=counts["n_all"],
        proposed=counts["n_proposed"],
        taken=counts["n_taken"],
        sent_back=counts["n_sent_back"],
    )
