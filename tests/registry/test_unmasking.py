"""One field in full: for a reason, recorded before, within a day's budget, for a minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.budgets import set_budgets
from linli.registry.actions.finding import Wanted, shown, unmask
from linli.registry.models import Purpose, Resident, Telling, UnmaskBudget, Unmasking
from linli.registry.policies.looking import budget_of
from tests.factories import make_grid, make_person
from tests.registry.persons import logged_text, make_resident

pytestmark = pytest.mark.django_db
NAME, NUMBER = "张小明", "13912345678"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WORDS = "约好下午上门送证"


@pytest.fixture
def clerk() -> Person:
    UnmaskBudget.objects.update_or_create(role="intake_clerk", defaults={"a_day": 2})
    return make_person(Role.INTAKE_CLERK)


@pytest.fixture
def supervisors(settings: Any) -> list[Person]:
    settings.EMAIL_HOST = "localhost"
    return [make_person(Role.SUPERVISOR, email=f"s{n}@example.org") for n in range(3)]


def show(resident: Resident, by: Person, at: datetime = NOON, **more: Any) -> Unmasking:
    told = {"field": "telephone", "purpose": Purpose.VISIT, "words": WORDS, **more}
    wanted = Wanted(resident=resident.pk, **told)
    return unmask(wanted=wanted, by=by, at=at, act_id=new_id())


def test_a_reason_shows_the_field_and_stays(clerk: Person) -> None:
    resident = make_resident(NAME, NUMBER)
    noted = show(resident, clerk)
    assert shown(noted) == NUMBER
    assert (noted.reason, noted.purpose) == (WORDS, Purpose.VISIT)
    event = Event.objects.get(pk=noted.pk)
    assert (event.verb, event.subject, event.actor) == ("registry.unmask", resident.pk, clerk.pk)
    assert NUMBER not in logged_text()


@pytest.mark.parametrize(
    "words", ["", "   ", "看看", "打 13912345678 核对情况", "张 小明 要来办事情"]
)
def test_no_reason_or_one_with_their_data_shows_nothing(words: str, clerk: Person) -> None:
    resident = make_resident(NAME, NUMBER)
    with pytest.raises(Refused) as refused:
        show(resident, clerk, words=words)
    assert refused.value.refusal.code in {"reason", "person_in_reason"}
    assert not Unmasking.objects.exists()


def test_nothing_is_shown_when_it_cannot_be_recorded(
    clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = make_resident(NAME, NUMBER)

    def full(*_prepared: object) -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr("linli.audit.actions._append", full)
    with pytest.raises(OSError, match="full"):
        show(resident, clerk)
    assert not Unmasking.objects.exists()


def test_the_budget_stops_and_two_supervisors_are_told(
    clerk: Person, supervisors: list[Person], django_capture_on_commit_callbacks: Any
) -> None:
    resident = make_resident(NAME, NUMBER)
    show(resident, clerk)
    show(resident, clerk, field="name")
    with django_capture_on_commit_callbacks(execute=True):
        for _again in range(2):
            with pytest.raises(Refused) as refused:
                show(resident, clerk)
    assert refused.value.refusal.code == "budget"
    assert Unmasking.objects.count() == 2
    told = Telling.objects.filter(about=clerk, kind="budget")
    # Once a day, however often it is tried.
    assert told.count() == 2
    assert {one.person for one in told} <= set(supervisors)
    assert Event.objects.filter(verb="registry.stop_unmasking", subject=clerk.pk).count() == 1
    assert sorted(one.to[0] for one in mail.outbox) == sorted(one.person.email for one in told)
    assert not any(NUMBER in one.body or NAME in one.body for one in mail.outbox)
    assert all(one.mailed_at for one in told)


def test_the_next_day_has_a_budget_of_its_own(clerk: Person) -> None:
    resident = make_resident(NAME, NUMBER)
    late = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    show(resident, clerk, late)
    show(resident, clerk, late)
    # Midnight is the district's, not Greenwich's.
    assert show(resident, clerk, late + timedelta(minutes=2)).pk


def test_a_role_without_a_budget_is_shown_nothing() -> None:
    UnmaskBudget.objects.all().delete()
    make_person(Role.SUPERVISOR)
    with pytest.raises(Refused) as refused:
        show(make_resident(NAME, NUMBER), make_person(Role.INTAKE_CLERK))
    assert refused.value.refusal.code == "budget"


def test_budgets_are_set_by_the_administrator_alone(clerk: Person) -> None:
    administrator = make_person(Role.ADMINISTRATOR)
    asked = {"a_day": {"intake_clerk": 7}, "at": NOON}
    set_budgets(**asked, by=administrator, act_id=new_id())
    assert budget_of(clerk, NOON) == 7
    with pytest.raises(Refused):
        set_budgets(a_day={"intake_clerk": 99}, at=NOON, by=clerk, act_id=new_id())
    assert budget_of(clerk, NOON) == 7


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CALLER, Role.AUDITOR])
def test_no_other_role_has_a_field_shown(role: Role) -> None:
    with pytest.raises(Refused):
        show(make_resident(NAME, NUMBER), make_person(role))


def test_a_field_of_somebody_elses_resident_is_absent(clerk: Person) -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid(0))
    with pytest.raises(Resident.DoesNotExist):
        show(make_resident(NAME, NUMBER, make_grid(5)), worker)
    with pytest.raises(Resident.DoesNotExist):
        show(make_resident(NAME, NUMBER), clerk, field="wrapped_key")


def test_the_page_shows_it_for_a_minute_to_whoever_asked(clerk: Person) -> None:
    resident = make_resident(NAME, NUMBER)
    mine, other = Client(), Client()
    mine.force_login(clerk)
    other.force_login(make_person(Role.INTAKE_CLERK))
    where = f"/registry/find/{resident.pk}/telephone/"
    with time_machine.travel(NOON, tick=False) as clock:
        assert NUMBER not in mine.get(where).content.decode()
        asked = {"purpose": "visit", "words": WORDS, "act_id": str(new_id())}
        answer = mine.post(where, asked)
        page = answer["Location"]
        seen = mine.get(page)
        assert NUMBER in seen.content.decode()
        assert seen["Refresh"].startswith("60; url=/registry/find/")
        assert "no-store" in seen["Cache-Control"]
        assert other.get(page).status_code == 404
        clock.shift(61)
        assert mine.get(page).status_code == 302
        # The same form sent twice is one unmasking.
        mine.post(where, asked)
        assert Unmasking.objects.count() == 1
