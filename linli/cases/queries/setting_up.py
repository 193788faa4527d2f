"""What a district still lacks before its first case and its first record."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from linli.accounts.models import RoleGrant, Unit
from linli.accounts.rules.roles import Role
from linli.cases.models import Category, DispatchRule, WorkingCalendar
from linli.registry.models import LegalBasis
from linli.territory.models import Division, Grid, GridPosting

# Without one of these a case stops on its way: taken down, dispatched, handled, checked, called.
NEEDED_ROLES = (
    Role.INTAKE_CLERK, Role.DISPATCHER, Role.UNIT_OFFICER, Role.CHECKER, Role.CALLER,
    Role.SUPERVISOR,
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How much there is of each thing; ``missing_roles`` are those that nobody holds."""

    divisions: int
    grids: int
    units: int
    categories: int
    calendars: int
    rules: int
    postings: int
    administrators: int
    bases: int
    missing_roles: tuple[Role, ...]

    @property
    def is_ready(self) -> bool:
        """Whether a case can be reported, dispatched, handled, checked and closed in time."""
        needed = (self.units, self.categories, self.calendars)
        return all(needed) and not self.missing_roles


def standing(on: date) -> Standing:
    """Count what holds on a day."""
    holds = Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
    people = dict(
        RoleGrant.objects.filter(holds, person__is_active=True)
        .order_by()
        .values_list("role")
        .annotate(n=Count("person", distinct=True))
    )
    return Standing(
        divisions=Division.objects.count(),
        grids=Grid.objects.filter(holds).count(),
        units=Unit.objects.filter(holds).count(),
        categories=Category.objects.filter(is_active=True, versions__isnull=False)
        .distinct()
        .count(),
        calendars=WorkingCalendar.objects.count(),
        rules=DispatchRule.objects.filter(holds).count(),
        postings=GridPosting.objects.filter(holds).count(),
        administrators=people.get(Role.ADMINISTRATOR.value, 0),
        bases=LegalBasis.objects.filter(is_active=True).count(),
        missing_roles=tuple(role for role in NEEDED_ROLES if not people.get(role.value)),
    )
