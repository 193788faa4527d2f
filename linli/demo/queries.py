"""What the demo holds: its log-ins and its figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, RoleChoice, RoleGrant, Unit
from linli.accounts.queries import grants_on
from linli.cases.models import Case, CaseStep
from linli.cases.models.choices import Channel, Colour, Kind, State
from linli.demo.rules.people import OFFICER, PASSWORD, SHOWN_LOGINS, WORKER
from linli.registry.actions.sealing import opened
from linli.registry.models import Assistance, Dwelling, Organisation, Resident, School, Unmasking
from linli.territory.models import Division, Grid

# What the audit log calls the acts of this domain: code of the verb, and words for a reader.
ACT_WORDS: Mapping[str, Promise] = {
    "demo.people": _("Make the people of the demo"),
    "demo.records": _("Make the registry of the demo"),
}
# What a demo must have to be one (the reference district's figures).
_AT_LEAST = {
    "grids": 119,
    "grid workers": 332,
    "units": 109,
    "villages and communities": 25,
    "cases": 5000,
    "residents": 57134,
    "dwellings": 15895,
    "organisations": 689,
    "schools": 29,
    "assistance for minors": 249,
    "assistance for adults": 249,
}


def is_in_use() -> bool:
    """Say whether the database holds people or cases already."""
    tables = set(connection.introspection.table_names())
    return any(
        model._meta.db_table in tables and model._default_manager.exists()
        for model in (Person, Case)
    )


@dataclass(frozen=True)
class Login:
    """Somebody whose log-in is shown."""

    username: str
    name: str
    role: str
    unit: str


def shown_logins() -> list[Login]:
    """Return one log-in a role, in the order of a case's way."""
    return _logins(SHOWN_LOGINS)


def _logins(usernames: Sequence[str]) -> list[Login]:
    grants = grants_on(timezone.localdate()).select_related("person", "unit")
    found: dict[str, RoleGrant] = {
        grant.person.username: grant for grant in grants.filter(person__username__in=usernames)
    }
    return [
        Login(
            username,
            grant.person.name,
            str(RoleChoice(grant.role).label),
            str(grant.unit) if grant.unit else "",
        )
        for username in usernames
        if (grant := found.get(username))
    ]


def _sizes() -> dict[str, int]:
    return {
        "villages and communities": Division.objects.filter(level="village").count(),
        "grids": Grid.objects.filter(kind="base", until=None).count(),
        "units": Unit.objects.count(),
        "people": Person.objects.count(),
        "grid workers": RoleGrant.objects.filter(role="grid_worker", until=None).count(),
        "cases": Case.objects.count(),
        "steps": CaseStep.objects.count(),
        "residents": Resident.objects.count(),
        "dwellings": Dwelling.objects.count(),
        "organisations": Organisation.objects.count(),
        "schools": School.objects.count(),
        "assistance for minors": Assistance.objects.filter(is_minor=True).count(),
        "assistance for adults": Assistance.objects.filter(is_minor=False).count(),
    }


def figures() -> Iterator[tuple[str, int]]:
    """Yield what there is and how many: sizes, then cases by state, colour, kind, channel."""
    yield from _sizes().items()
    labels = {"state": State, "colour": Colour, "kind": Kind, "channel": Channel}
    for column, choices in labels.items():
        names = dict(choices.choices)
        counted = Case.objects.values_list(column).annotate(n=Count("pk")).order_by(column)
        for value, count in counted:
            yield f"{column}: {names.get(value, '-')}", count


def short_of() -> list[str]:
    """Return what there is too little of."""
    sizes = _sizes()
    return [name for name, least in _AT_LEAST.items() if sizes[name] < least]


@dataclass(frozen=True)
class Guide:
    """How to log in: one log-in a role, and one of a unit and of a grid as examples of all."""

    password: str
    logins: list[Login]
    officer: Login | None
    worker: Login | None

    def resident(self) -> Mapping[str, str] | None:
        """Return name and telephone of an invented resident whose record somebody looked at."""
        looks = Unmasking.objects.filter(resident__ended_on=None).order_by("at", "pk")
        look = looks.select_related("resident").first()
        return opened(look.resident, ("name", "telephone")) if look else None


def guide() -> Guide:
    """Return what the log-in page of the demo says."""
    named = Person.objects.order_by("username")
    officers = named.filter(username__startswith=OFFICER).values_list("username", flat=True)
    workers = named.filter(username__startswith=WORKER).values_list("username", flat=True)
    examples = [officers.filter(username=f"{OFFICER}slj").first(), workers.first()]
    found = {login.username: login for login in _logins([one for one in examples if one])}
    officer, worker = (found.get(one or "") for one in examples)
    return Guide(PASSWORD, shown_logins(), officer, worker)
