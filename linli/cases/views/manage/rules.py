"""Pages of the dispatch rules: list, add, end, try, and how good the proposals are."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.rules import RuleFacts, add_rule, end_rule
from linli.cases.forms.manage.rules import EndForm, RuleFilterForm, RuleForm, TryForm
from linli.cases.models import Case, Category, DispatchRule
from linli.cases.queries.dispatching import Accuracy, Candidate, accuracy, candidates
from linli.cases.queries.manage import RuleFilter, dispatch_rules
from linli.cases.views.manage.frame import UNPROCESSABLE, act_of, done, refused
from linli.territory.models import Grid
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

_SHOWN = 500
_MONTHS = 12


def way(*last: Crumb) -> list[Crumb]:
    """Return the way from the list of rules to a page."""
    return [Crumb(_("Dispatch rules"), reverse("manage:rules")), *last]


def wanted_of(request: HttpRequest) -> RuleFilter:
    """Return the filter that the address says."""
    names = ("category", "unit", "area", "state")
    return RuleFilter(*(request.GET.get(name, "")[:64] for name in names))


@needs(Permission.MANAGE_RULES)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules."""
    today = timezone.localdate()
    wanted = wanted_of(request)
    found = list(dispatch_rules(wanted, today)[: _SHOWN + 1])
    context = {
        "rules": found[:_SHOWN],
        "more": len(found) > _SHOWN,
        "shown": _SHOWN,
        "today": today,
        "filter": RuleFilterForm(request.GET or None, initial=vars(wanted)),
        "active": sum(bool(value) for value in vars(wanted).values()),
        "query": request.GET.urlencode(),
    }
    return render(request, "cases/manage/rules.html", context)


@needs(Permission.MANAGE_RULES)
def new_rule(request: HttpRequest) -> HttpResponse:
    """Add a rule."""
    initial = {name: request.GET.get(name, "") for name in ("category", "area", "unit")}
    form = RuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        replace = given.pop("replace")
        facts = RuleFacts(**given)
        act = act_of(request)
        if not refused(form, lambda: add_rule(facts=facts, replace=replace, **act)):
            return done(request, _("The rule was added."), "manage:rules")
    context = {
        "form": form,
        "submit": _("Add the rule"),
        "title": _("New rule"),
        "back": reverse("manage:rules"),
        "breadcrumbs": way(Crumb(_("New rule"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/form.html", context, status=status)


@needs(Permission.MANAGE_RULES)
def close_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """End a rule from a day on."""
    found = dispatch_rules(RuleFilter(), timezone.localdate())
    rule = get_object_or_404(found, pk=rule_id)
    form = EndForm(request.POST or None, initial={"until": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        until, act = form.cleaned_data["until"], act_of(request)
        if not refused(form, lambda: end_rule(rule_id=rule.pk, until=until, **act)):
            return done(request, _("The rule ends on that day."), "manage:rules")
    context = {
        "form": form,
        "submit": _("End the rule"),
        "title": _("End a rule"),
        "pairs": _pairs(rule),
        "back": reverse("manage:rules"),
        "breadcrumbs": way(Crumb(_("End a rule"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/form.html", context, status=status)


def _pairs(rule: DispatchRule) -> list[tuple[object, object]]:
    return [
        (_("Category"), rule.category or _("every category")),
        (_("Area"), rule.grid or rule.division or _("everywhere")),
        (_("Responsible unit"), rule.unit),
        (_("Since"), rule.since.isoformat()),
        (_("Until"), rule.until.isoformat() if rule.until else ""),
        (_("Why"), rule.why),
    ]


# --- trying -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """One rule that was weighed, and in words what became of it."""

    rule: DispatchRule
    wins: bool
    why: str


def _lost(one: Candidate, best: Candidate | None) -> str:
    if not one.fits:
        return _("It is for another area.")
    if best is None or one.distance[0] > best.distance[0]:
        return _("The rule that proposes is about a more specific category.")
    if one.distance[1] > best.distance[1]:
        return _("The rule that proposes is about a smaller area.")
    return _("It is just as specific: end one of the two.")


def _tried(found: list[Candidate]) -> list[Tried]:
    best = found[0] if found and found[0].fits else None
    return [
        Tried(one.rule, one is best, one.reason if one is best else _lost(one, best))
        for one in found
    ]


@needs(Permission.MANAGE_RULES)
@require_safe
def try_rules(request: HttpRequest) -> HttpResponse:
    """Show which rule proposes for a matter and a place, and why the others do not."""
    asked = "category" in request.GET
    form = TryForm(request.GET if asked else None)
    tried = None
    if asked and form.is_valid():
        given = form.cleaned_data
        category = Category.objects.get(code=given["category"])
        grids = Grid.objects.select_related("division").defer("geometry", "division__geometry")
        grid = grids.filter(code=given["grid"]).first() if given["grid"] else None
        day = given["day"] or timezone.localdate()
        tried = _tried(candidates(Case(category=category, grid=grid), day))
    context = {"form": form, "tried": tried, "breadcrumbs": way(Crumb(_("Try it")))}
    return render(request, "cases/manage/rules_try.html", context)


# --- accuracy ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """The dispatches of a month; shares are None where nothing is to be divided by."""

    first: date
    counts: Accuracy

    @staticmethod
    def _share(part: int, whole: int) -> int | None:
        return round(100 * part / whole) if whole else None

    @property
    def proposed(self) -> int | None:
        """For how many of a hundred dispatches a rule proposed."""
        return self._share(self.counts.proposed, self.counts.dispatched)

    @property
    def taken(self) -> int | None:
        """How many of a hundred proposals were taken."""
        return self._share(self.counts.taken, self.counts.proposed)

    @property
    def sent_back(self) -> int | None:
        """How many of a hundred dispatches came back."""
        return self._share(self.counts.sent_back, self.counts.dispatched)


def _months(until: date) -> list[Month]:
    months = []
    first = until.replace(day=1)
    after = (first.replace(day=28) + timedelta(days=7)).replace(day=1)
    for _number in range(_MONTHS):
        months.append(Month(first, accuracy(first, after)))
        first, after = (first - timedelta(days=1)).replace(day=1), first
    return months


@needs(Permission.MANAGE_RULES)
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Show month by month how many proposals were made, taken, and sent back."""
    months = _months(timezone.localdate())
    context = {
        "months": months,
        "any": any(month.counts.dispatched for month in months),
        "breadcrumbs": way(Crumb(_("Accuracy of proposals"))),
    }
    return render(request, "cases/manage/rules_accuracy.html", context)
