"""Who asks, and whether the case exists for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from linli.accounts.models import Person
from linli.cases.models import Case
from linli.cases.policies import Who, may_see
from linli.cases.queries.categories import version_of
from linli.cases.queries.clock import NOT_SHOWN_OF_PERSON
from linli.web.views.doors import person_of

_RELATED = ("category__parent", "unit", "grid__division", "reported_by")
# Each column takes time, shown or not; asked for all the same, it is read by itself.
_NOT_SHOWN = (
    *(f"reported_by__{name}" for name in NOT_SHOWN_OF_PERSON),
    *("unit__since", "unit__until"),
    *(f"grid__{name}" for name in ("geometry", "min_lon", "min_lat", "max_lon", "max_lat")),
    *(f"grid__{name}" for name in ("area_m2", "reference", "since", "until", "boundary_since")),
    *(f"grid__division__{name}" for name in ("geometry", "area_m2", "since", "until")),
)


@dataclass(frozen=True)
class Asking:
    """The person at the screen, as they stand now."""

    person: Person
    who: Who
    at: datetime


def asking(request: HttpRequest) -> Asking:
    """Return who asks; 404 for strangers."""
    person, at = person_of(request), timezone.now()
    return Asking(person, Who.of(person, at), at)


def case_for(who: Who, case_id: UUID) -> Case:
    """Return the case with all its page shows; 404 where it is not theirs."""
    # Not the case it was merged into: so many columns more for one in a hundred.
    cases = Case.objects.select_related(*_RELATED).defer(*_NOT_SHOWN)
    # No order: there is one, and working the order out is a fifth of the time of the question.
    case = next(iter(cases.filter(pk=case_id)[:1]), None)
    if case is None or not may_see(who, case):
        raise Http404
    # It never changes, so it need not be read again for each page.
    case.category_version = version_of(case.category_version_id)
    return case
