"""Things that tests stand on: people in roles, units, ground, categories, and cases.

Everything but the ground is made through the actions, so that what a test sees is what the
product makes.
"""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely
from django.test import Client

from linli.accounts.models import Person, RoleGrant, Unit, UnitKind
from linli.accounts.rules.roles import Role
from linli.cases.actions import checking, dispatching, handling, intake
from linli.cases.actions.categories import CategoryDraft, LimitDraft, publish_categories
from linli.cases.actions.steps import Order
from linli.cases.models import Case, Category, DispatchRule
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies import Who
from linli.cases.policies.reporting import Contact, Report
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.territory.models import Division, Grid, GridPosting
from linli.territory.rules.codes import Level
from linli.territory.rules.geometry import to_wkb

# A Monday morning in Shanghai, in a year whose working days are known.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)
VILLAGE = "430412001002"
WEST, SOUTH = 112.70, 27.20
PASSWORD = "demo-demo-demo"
_numbers = itertools.count(1)


def make_unit(name: str = "供水公司", **facts: Any) -> Unit:
    """Make a unit that holds since 2025."""
    values = {"code": f"unit-{next(_numbers)}", "kind": UnitKind.COMPANY, "since": SINCE, **facts}
    return Unit.objects.create(name=name, **values)


def make_person(
    *roles: Role, unit: Unit | None = None, grid: Grid | None = None, **facts: Any
) -> Person:
    """Make a person who holds the roles (an officer in ``unit``), posted to ``grid``."""
    number = next(_numbers)
    values = {"username": f"person{number}", "name": f"演示{number}号", **facts}
    person = Person.objects.create_user(password=PASSWORD, **values)
    for role in roles:
        RoleGrant.objects.create(person=person, role=role.value, unit=unit, since=SINCE)
    if grid is not None:
        GridPosting.objects.create(person=person, grid=grid, role="worker", since=SINCE)
    return person


def make_village() -> Division:
    """Make district, township and community, once."""
    levels = ((6, Level.DISTRICT), (9, Level.TOWNSHIP), (12, Level.VILLAGE))
    names = {6: "演示区", 9: "演示街道", 12: "演示社区"}
    for digits, level in levels:
        division, _new = Division.objects.get_or_create(
            code=VILLAGE[:digits],
            defaults={
                "name": names[digits],
                "level": level.value,
                "parent_id": VILLAGE[: digits - 3] if digits > 6 else None,
                "since": SINCE,
            },
        )
    return division


def make_grid(column: int = 0, row: int = 0) -> Grid:
    """Make a square grid of 0.01 degrees; columns go east and rows north."""
    west, south = WEST + column / 100, SOUTH + row / 100
    shape = shapely.box(west, south, west + 0.01, south + 0.01)
    number = next(_numbers) % 1000
    return Grid.objects.create(
        code=f"{VILLAGE}{number:03d}",
        name=f"第{number}网格",
        division=make_village(),
        geometry=to_wkb(shape),
        min_lon=west,
        min_lat=south,
        max_lon=west + 0.01,
        max_lat=south + 0.01,
        area_m2=1_000_000,
        since=SINCE,
    )


def middle(column: int = 0, row: int = 0) -> tuple[float, float]:
    """Return the middle of such a square: longitude and latitude."""
    return WEST + column / 100 + 0.005, SOUTH + row / 100 + 0.005


def make_category(name: str = "供水管道漏水", **rules: Any) -> Category:
    """Make a category with one version and the promise of three working days."""
    code = rules.pop("code", f"c{next(_numbers)}")
    limit = LimitDraft("close", "办结", 3, "working_days", "report", ("close",), is_final=True)
    wanted = {"duplicate_metres": 200, "duplicate_hours": 72, **rules}
    draft = CategoryDraft(code, name, "Leaking water pipe", rules=wanted, limits=(limit,))
    publish_categories(
        drafts=[draft], by=None, at=datetime(2025, 1, 1, tzinfo=UTC), act_id=new_id()
    )
    return Category.objects.get(code=code)


def make_rule(unit: Unit, category: Category | None = None) -> DispatchRule:
    """Make a dispatch rule that holds since 2025."""
    return DispatchRule.objects.create(unit=unit, category=category, since=SINCE)


def make_case(
    category: Category | None = None, by: Person | None = None, at: datetime = NOW, **facts: Any
) -> Case:
    """Report a case; ``facts`` are those of a Report, and ``contact`` may be True."""
    if facts.get("contact") is True:
        facts["contact"] = Contact(name="演示居民", telephone="13900000000")
    values = {
        "kind": Kind.HELP,
        "channel": Channel.TELEPHONE,
        "title": "祝融路12号门前水管漏水",
        **facts,
    }
    report = Report(category=category or make_category(), **values)
    return intake.report(report=report, by=by, at=at, act_id=new_id())


def signed_in(person: Person, language: str = "zh-hans") -> Client:
    """Return a browser in which a person is logged in; pages speak the language."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    """Return the code of a refusal that a test has caught."""
    return refused.value.refusal.code


def order(case: Case, person: Person, at: datetime = NOW, **words: str) -> Order:
    """Return an order of a person to do something to a case."""
    fresh = Person.objects.get(pk=person.pk)
    return Order(new_id(), case.pk, Who.of(fresh, at), at, **words)


class Crew:
    """One person a role and a unit with an officer: enough to walk a case to its end."""

    def __init__(self) -> None:
        self.unit = make_unit()
        self.clerk = make_person(Role.INTAKE_CLERK)
        self.dispatcher = make_person(Role.DISPATCHER)
        self.officer = make_person(Role.UNIT_OFFICER, unit=self.unit)
        self.checker = make_person(Role.CHECKER)
        self.caller = make_person(Role.CALLER)
        self.supervisor = make_person(Role.SUPERVISOR)

    def bring(self, case: Case, state: CaseState, at: datetime = NOW) -> Case:
        """Take a case along the straight way, from where it stands up to a state."""
        steps = (
            (CaseState.ACCEPTED, lambda: intake.accept(order=order(case, self.clerk, at))),
            (CaseState.REGISTERED, lambda: dispatching.register(order=order(case, self.clerk, at))),
            (
                CaseState.DISPATCHED,
                lambda: dispatching.dispatch(
                    order=order(case, self.dispatcher, at), unit=self.unit
                ),
            ),
            (CaseState.HANDLING, lambda: handling.sign(order=order(case, self.officer, at))),
            (
                CaseState.HANDLED,
                lambda: handling.feedback(order=order(case, self.officer, at, note="已修好")),
            ),
            (CaseState.CHECKED, lambda: checking.pass_check(order=order(case, self.checker, at))),
        )
        way = [CaseState.REPORTED, *(reached for reached, _act in steps)]
        here, there = way.index(CaseState(case.state)), way.index(state)
        for _reached, act in steps[here:there]:
            case = act()
        return case

    def closed(self) -> Case:
        """Return a case that was walked to its end; nobody left a contact."""
        case = self.bring(make_case(), CaseState.CHECKED)
        return checking.close(order=order(case, self.caller))
