"""The bell counts what the registry told somebody and what of it waits for their decision."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.queries.desk import unread_count
from linli.registry.actions.telling import tell
from linli.registry.models import BreakGlass, Export, Telling, TellingKind, Wish
from linli.registry.policies import Who
from linli.registry.queries.waiting import Waits, decisions_for
from linli.territory.models import Division, UnitArea
from tests.factories import NOW, make_person, make_unit
from tests.registry.asked import asked
from tests.registry.ground import Registry
from tests.registry.pages_ground import propose_name
from tests.registry.persons import make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Registry:
    return Registry.made()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def counted(person: Person) -> int:
    return unread_count(fresh(person))


def waits(person: Person) -> dict[Waits, int]:
    return {one.what: one.count for one in decisions_for(fresh(person), timezone.now())}


def elsewhere() -> Division:
    """Make a district in which nothing lies."""
    return Division.objects.create(code="990099", name="别处", level="district", since=NOW.date())


def bell_of(person: Person) -> tuple[Client, str]:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(fresh(person))
    return client, client.get(reverse("desk:notices")).content.decode()


def told(ground: Registry, to: Person, kind: TellingKind = TellingKind.BUDGET) -> None:
    tell(people=[to], kind=kind, about=ground.worker, subject=None, at=NOW)


def test_what_somebody_was_told_counts_until_it_is_read(ground: Registry) -> None:
    told(ground, ground.supervisor)
    assert counted(ground.supervisor) == 1
    assert counted(ground.worker) == 0
    client, words = bell_of(ground.supervisor)
    assert "1 unread notification" in words
    assert f"{ground.worker.name} wanted to see more than the day allows" in words
    assert reverse("guards:looked") in words
    client.post(reverse("desk:read_notices"), {"tellings": "all"})
    assert counted(ground.supervisor) == 0
    assert Telling.objects.get().seen_at is not None


def test_who_reads_no_looks_is_told_all_the_same(ground: Registry) -> None:
    auditor = make_person(Role.AUDITOR)
    told(ground, auditor)
    assert counted(auditor) == 1
    # One notice marked as read is no telling.
    client, _words = bell_of(ground.worker)
    client.post(reverse("desk:read_notices"), {})
    assert counted(auditor) == 1


def test_changes_wait_for_the_second_person_and_not_for_who_proposed(ground: Registry) -> None:
    propose_name(make_resident(grid=ground.grid), ground.worker)
    assert waits(ground.supervisor) == {Waits.CHANGES: 1}
    assert counted(ground.worker) == 0
    _client, words = bell_of(ground.supervisor)
    assert reverse("registry:changes") in words


def test_a_supervisor_of_an_area_counts_what_lies_in_it(ground: Registry) -> None:
    unit = make_unit()
    local = make_person(Role.SUPERVISOR, unit=unit)
    resident = make_resident(grid=ground.grid)
    propose_name(resident, ground.worker)
    Wish.objects.create(resident=resident, kind="object", at=NOW)
    township = ground.grid.division.parent
    assert township is not None
    area = UnitArea.objects.create(unit=unit, division=township, since=NOW.date())
    assert waits(local) == {Waits.CHANGES: 1, Waits.WISHES: 1}
    UnitArea.objects.filter(pk=area.pk).update(division=elsewhere())
    assert waits(local) == {}


def test_exports_forms_objections_and_emergencies_wait_for_others(ground: Registry) -> None:
    resident = make_resident(grid=ground.grid)
    until = NOW + timedelta(minutes=60)
    told_of = {"by": ground.supervisor, "at": NOW}
    Export.objects.create(
        area=ground.grid.code, fields=["name"], purpose="核对", basis="依据", **told_of
    )
    BreakGlass.objects.create(
        resident=resident, reason="燃气泄漏", until=until, review_by=NOW.date(), **told_of
    )
    Wish.objects.create(resident=resident, kind="object", at=NOW)
    asked(ground.supervisor)
    other = make_person(Role.SUPERVISOR)
    assert set(waits(other)) == set(Waits) - {Waits.CHANGES}
    assert set(waits(other).values()) == {1}
    # What they asked for themselves waits for another.
    assert waits(ground.supervisor) == {Waits.WISHES: 1}
    words = bell_of(other)[1]
    for name in ("guards:wishes", "guards:exports", "guards:emergencies"):
        assert reverse(name) in words
    assert waits(ground.worker) == {}


def test_the_bell_asks_few_questions_however_much_waits(ground: Registry) -> None:
    fresh_one = fresh(ground.supervisor)
    unread_count(fresh_one)
    with CaptureQueriesContext(connection) as few:
        unread_count(fresh_one)
    for _number in range(5):
        propose_name(make_resident(grid=ground.grid), ground.worker)
        told(ground, ground.supervisor)
    with CaptureQueriesContext(connection) as many:
        assert unread_count(fresh_one) == 10
    assert len(many) == len(few) == 1


def test_the_bell_asks_once_whoever_it_hangs_by(ground: Registry) -> None:
    for person in (ground.worker, make_person(Role.UNIT_OFFICER, unit=make_unit())):
        fresh_one = fresh(person)
        Who.of(fresh_one, timezone.now())
        with CaptureQueriesContext(connection) as asked_of:
            unread_count(fresh_one)
        assert len(asked_of) == 1


def test_a_bell_counts_no_further_than_it_shows(ground: Registry) -> None:
    rows = [
        Telling(person=ground.worker, kind=TellingKind.BUDGET, about=ground.supervisor, at=NOW)
        for _number in range(103)
    ]
    Telling.objects.bulk_create(rows)
    assert counted(ground.worker) == 100
