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
from linli.web.views.doors import person_of


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
    related = ("category__parent", "unit", "grid__division", "reported_by")
    # Not the case it was merged into: so many columns more for one in a hundred.
    cases = Case.objects.select_related(*related).defer(
        "grid__geometry", "grid__division__geometry"
    )
    case = cases.filter(pk=case_id).first()
    if case is None or not may_see(who, case):
        raise Http404
    # It never changes, so it need not be read again for each page.
    case.category_version = version_of(case.category_version_id)
    return case
