"""Whose eyes reach which record: by posting, area, purpose, and for an hour in an emergency."""

from datetime import timedelta
from typing import Any

import pytest

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record, end_record
from linli.registry.actions.showing import note_record
from linli.registry.models import (
    MODELS,
    Assistance,
    BreakGlass,
    Dwelling,
    Errand,
    RecordKind,
    Resident,
    Team,
)
from linli.registry.policies import (
    Who,
    opens_kind,
    reaches,
    refuse_change,
    refuse_create,
    refuse_decision,
    refuse_end,
    visible_ended,
    visible_records,
)
from linli.registry.queries.looked import looks_at_resident, looks_by_day
from linli.territory.models import Division, GridPosting, UnitArea
from tests.factories import NOW, SINCE, VILLAGE, make_person, make_unit, make_village
from tests.registry.ground import TODAY, Registry, act, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


@pytest.fixture
def resident(registry: Registry) -> Resident:
    made: Resident = registry.resident()
    return made


def who(person: Person) -> Who:
    return Who.of(Person.objects.get(pk=person.pk), NOW)


def sees(person: Person, model: Any, at: Any = NOW) -> bool:
    return bool(visible_records(model, Who.of(Person.objects.get(pk=person.pk), at), at).exists())


def officer(code: str = VILLAGE) -> Person:
    unit = make_unit()
    make_village()
    UnitArea.objects.create(unit=unit, division_id=_division(code), since=SINCE)
    return make_person(Role.UNIT_OFFICER, unit=unit)


def _division(code: str) -> Any:
    return Division.objects.get(code=code).pk


def helped(registry: Registry, resident: Resident, *workers: Person) -> Assistance:
    values = {
        "need": "alone",
        "asked_by": "self",
        "review_on": "2026-06-01",
        "ends_on": "2026-12-01",
    }
    related = {"resident": resident, "unit": make_unit(), "workers": list(workers)}
    draft = Draft(RecordKind.ASSISTANCE, values, "social_assistance", None, related)
    made: Assistance = create_record(draft=draft, act=act(registry.worker))
    return made


def test_a_worker_sees_their_own_grids_and_nobody_elses(
    registry: Registry, resident: Resident
) -> None:
    assert sees(registry.worker, Resident)
    assert not sees(registry.stranger, Resident)
    assert not sees(registry.stranger, Dwelling)
    assert sees(registry.supervisor, Resident)
    assert sees(make_person(Role.INTAKE_CLERK), Resident)


def test_a_posting_that_ended_opens_nothing(registry: Registry, resident: Resident) -> None:
    GridPosting.objects.filter(person=registry.worker).update(until=TODAY)
    assert not sees(registry.worker, Resident)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.DISPATCHER, Role.CHECKER])
def test_roles_without_an_errand_see_no_record_of_any_kind(
    registry: Registry, resident: Resident, role: Role
) -> None:
    person = make_person(role)
    assert not any(opens_kind(who(person), model) for model in MODELS.values())
    assert not any(sees(person, model) for model in MODELS.values())


def test_a_unit_sees_places_of_its_area_and_no_residents(
    registry: Registry, resident: Resident
) -> None:
    person = officer()
    assert sees(person, Dwelling)
    assert not sees(person, Resident)
    assert not sees(make_person(Role.UNIT_OFFICER, unit=make_unit()), Dwelling)


def test_the_unit_of_another_role_widens_nothing(registry: Registry, resident: Resident) -> None:
    person = officer()
    RoleGrant.objects.filter(person=person).update(role=Role.GRID_WORKER.value)
    assert not sees(person, Dwelling)


def test_an_area_bounds_also_those_who_see_the_district(
    registry: Registry, resident: Resident
) -> None:
    person = officer()
    RoleGrant.objects.filter(person=person).update(role=Role.SUPERVISOR.value)
    assert sees(person, Resident)
    Resident.objects.update(grid=None)
    assert not sees(person, Resident)
    assert sees(registry.supervisor, Resident)


def test_assistance_opens_to_those_on_it_alone(registry: Registry, resident: Resident) -> None:
    helper = officer()
    made = helped(registry, resident, helper)
    assert sees(helper, Assistance)
    assert not sees(registry.worker, Assistance)
    assert not sees(registry.supervisor, Assistance)
    made.workers.clear()
    assert not sees(helper, Assistance)


def test_looks_at_help_are_told_to_the_resident_and_counted(
    registry: Registry, resident: Resident
) -> None:
    assistance = helped(registry, resident, registry.worker)
    note_record(row=assistance, by=registry.worker, at=NOW, errand=Errand.HELPER)
    looks = looks_at_resident(resident.pk)
    assert [look.who for look in looks] == [registry.worker.name]
    assert [day.records for day in looks_by_day(0, NOW)] == [1]


def test_a_clash_about_assistance_is_decided_by_another_who_works_on_it(
    registry: Registry, resident: Resident
) -> None:
    first, second = officer(), make_person(Role.GRID_WORKER, grid=registry.other)
    made = helped(registry, resident, first, second)
    codes = [
        getattr(refuse_decision(who(person), made, first.pk), "code", None)
        for person in (first, second, registry.worker, registry.supervisor)
    ]
    assert codes == ["same", None, "scope", "role"]


def test_a_team_is_seen_in_its_whole_village(registry: Registry) -> None:
    values = {"name": "演示队", "kind": "volunteers"}
    draft = Draft(RecordKind.TEAM, values, "volunteering", place("祝融路1号"))
    create_record(draft=draft, act=act(registry.worker))
    assert sees(registry.stranger, Team)
    assert not sees(make_person(Role.GRID_WORKER), Team)


def test_an_emergency_opens_one_resident_to_one_person_for_an_hour_and_to_be_read(
    registry: Registry, resident: Resident
) -> None:
    other = registry.resident("祝融路13号", name="演示乙")
    BreakGlass.objects.create(
        id=new_id(),
        resident=resident,
        by=registry.stranger,
        at=NOW,
        until=NOW + timedelta(minutes=60),
        reason="有人晕倒",
        review_by=TODAY,
    )
    seen = visible_records(Resident, who(registry.stranger), NOW)
    assert list(seen) == [resident]
    assert other not in seen
    assert not sees(registry.stranger, Resident, NOW + timedelta(minutes=60))
    assert not sees(make_person(Role.GRID_WORKER), Resident)
    assert not reaches(who(registry.stranger), resident)
    refusal = refuse_change(who(registry.stranger), resident)
    assert refusal is not None
    assert refusal.code == "scope"


def test_what_ended_or_was_merged_is_seen_apart(registry: Registry, resident: Resident) -> None:
    end_record(
        kind=RecordKind.RESIDENT, record_id=resident.pk, ended_on=TODAY, act=act(registry.worker)
    )
    assert not sees(registry.worker, Resident)
    assert list(visible_ended(Resident, who(registry.worker), NOW)) == [resident]
    assert not visible_ended(Resident, who(registry.stranger), NOW).exists()


def test_residents_see_their_own_record_and_end_none(
    registry: Registry, resident: Resident
) -> None:
    registry.resident("祝融路13号", name="演示乙")
    oneself = Who.oneself(resident.pk)
    assert list(visible_records(Resident, oneself, NOW)) == [resident]
    assert not visible_records(Dwelling, oneself, NOW).exists()
    refusal = refuse_end(oneself, resident)
    assert refusal is not None
    assert refusal.code == "role"


def test_the_machine_acts_for_the_whole_district(registry: Registry, resident: Resident) -> None:
    made = helped(registry, resident, officer())
    assert visible_records(Assistance, Who.machine(), NOW).get() == made
    assert refuse_create(Who.by(None, NOW), RecordKind.RESIDENT, None) is None
    change = propose_change(
        proposal=Proposal(RecordKind.RESIDENT, resident.pk, "name", "演示丁", 1), act=act(None)
    )
    assert change is not None
    assert refuse_decision(Who.machine(), resident, change.by_id) is None


def test_assistance_is_made_by_those_who_may_give_it(registry: Registry) -> None:
    clerk_like = Who(
        standing=who(registry.worker).standing, grids=(registry.grid.code,), person=None
    )
    assert refuse_create(clerk_like, RecordKind.ASSISTANCE, registry.grid.code) is None
    assert refuse_create(Who(), RecordKind.ASSISTANCE, registry.grid.code) is not None
