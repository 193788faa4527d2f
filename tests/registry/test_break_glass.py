"""An emergency opens one subject for an hour, is told to two, and reviewed by somebody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.emergencies import Judgement, look, open_emergency, review
from linli.registry.actions.finding import TwoFacts
from linli.registry.jobs.looking import remind_of_reviews
from linli.registry.models import BreakGlass, Resident, Telling
from linli.registry.policies.looking import refuse_review
from linli.registry.policies.scopes import Who, visible_records
from tests.factories import SINCE, make_grid, make_person
from tests.registry.persons import logged_text, make_resident

pytestmark = pytest.mark.django_db
NAME, NUMBER = "张小明", "13912345678"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WHY = "独居老人门内呼救无人应门"
FACTS = TwoFacts(NAME, NUMBER)


@pytest.fixture
def worker() -> Person:
    return make_person(Role.GRID_WORKER, grid=make_grid(0))


@pytest.fixture
def supervisors() -> list[Person]:
    return [make_person(Role.SUPERVISOR, email=f"s{n}@example.org") for n in range(2)]


@pytest.fixture
def theirs() -> Resident:
    return make_resident(NAME, NUMBER, make_grid(5))


def opened_by(person: Person, at: datetime = NOON, **more: Any) -> BreakGlass:
    asked = {"facts": FACTS, "reason": WHY, **more}
    return open_emergency(by=person, at=at, act_id=new_id(), **asked)


def test_one_subject_opens_for_an_hour_and_closes(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    other = make_resident("李四", "13900000000", theirs.grid)
    emergency = opened_by(worker)
    seen = look(emergency_id=emergency.pk, by=worker, at=NOON + timedelta(minutes=59))
    assert (seen.plain["name"], seen.plain["telephone"]) == (NAME, NUMBER)
    for later in (60, 61):
        with pytest.raises(BreakGlass.DoesNotExist):
            look(emergency_id=emergency.pk, by=worker, at=NOON + timedelta(minutes=later))
    # Nobody else's record comes with it, and nobody else reads it.
    who = Who.of(worker, NOON)
    assert list(visible_records(Resident, who, NOON)) == [theirs]
    assert other.pk != theirs.pk
    with pytest.raises(BreakGlass.DoesNotExist):
        look(emergency_id=emergency.pk, by=supervisors[0], at=NOON)


def test_each_look_is_recorded_with_the_reason(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    emergency = opened_by(worker)
    for _again in range(2):
        look(emergency_id=emergency.pk, by=worker, at=NOON)
    looks = Event.objects.filter(verb="read.emergency", subject=theirs.pk, actor=worker.pk)
    assert looks.count() == len(supervisors)
    assert WHY in str(looks[0].detail)
    assert NUMBER not in logged_text()
    assert NAME not in logged_text()


def test_two_people_are_told_at_once(
    worker: Person,
    supervisors: list[Person],
    theirs: Resident,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.EMAIL_HOST = "localhost"
    with django_capture_on_commit_callbacks(execute=True):
        emergency = opened_by(worker)
    assert set(emergency.told.all()) == set(supervisors)
    assert {one.person for one in Telling.objects.filter(subject=emergency.pk)} == set(supervisors)
    assert {one.to[0] for one in mail.outbox} == {one.email for one in supervisors}
    assert not any(NAME in one.body + one.subject for one in mail.outbox)


def test_where_two_cannot_be_told_nothing_opens(worker: Person, theirs: Resident) -> None:
    make_person(Role.SUPERVISOR)
    with pytest.raises(Refused) as refused:
        opened_by(worker)
    assert refused.value.refusal.code == "untold"
    assert not BreakGlass.objects.exists()


def test_one_fact_a_stranger_or_two_namesakes_open_nothing(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    for facts, code in ((TwoFacts(NAME), "two_facts"), (TwoFacts("无名", NUMBER), "nobody")):
        with pytest.raises(Refused) as refused:
            opened_by(worker, facts=facts)
        assert refused.value.refusal.code == code
    make_resident(NAME, NUMBER, make_grid(7))
    with pytest.raises(Refused) as refused:
        opened_by(worker)
    assert refused.value.refusal.code == "several"
    with pytest.raises(Refused) as refused:
        opened_by(worker, reason="急")
    assert refused.value.refusal.code == "reason"
    # That somebody tried is recorded.
    assert Event.objects.filter(verb="read.emergency_search", actor=worker.pk).count() == 2


def test_no_role_reviews_its_own(theirs: Resident, supervisors: list[Person]) -> None:
    everything = make_person(Role.SUPERVISOR)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        RoleGrant.objects.create(person=everything, role=role.value, since=SINCE)
    emergency = opened_by(everything)
    assert everything not in emergency.told.all()
    refusal = refuse_review(emergency, everything, NOON)
    assert refusal is not None
    assert refusal.code == "own"
    judgement = Judgement(True, "核对了出警记录，属实")
    with pytest.raises(Refused):
        review(
            emergency_id=emergency.pk,
            judgement=judgement,
            by=everything,
            at=NOON,
            act_id=new_id(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=emergency.pk).update(reviewed_by=everything)


def test_what_was_reviewed_is_offered_to_be_seen(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    emergency, (one, other) = opened_by(worker), supervisors
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(other)

    def link() -> str:
        page = client.get("/registry/looked/").content.decode()
        return page.partition(f'/{emergency.pk}/review/">')[2].partition("<")[0]

    assert link() == "Review"
    judgement = Judgement(True, "核对了出警记录，属实")
    review(
        emergency_id=emergency.pk, judgement=judgement, by=one, at=timezone.now(), act_id=new_id()
    )
    assert link() == "View"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.DISPATCHER])
def test_who_has_no_errand_opens_nothing(
    role: Role, supervisors: list[Person], theirs: Resident
) -> None:
    with pytest.raises(Refused) as refused:
        opened_by(make_person(role))
    assert refused.value.refusal.code == "role"


def test_somebody_else_reviews_once(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    emergency = opened_by(worker)
    assert emergency.review_by == date(2026, 3, 5)
    told = {"emergency_id": emergency.pk, "at": NOON + timedelta(hours=3)}
    judgement = Judgement(False, "当时并无人呼救，已提醒")
    done = review(**told, judgement=judgement, by=supervisors[0], act_id=new_id())
    assert (done.reviewed_by, done.was_right) == (supervisors[0], False)
    with pytest.raises(Refused) as refused:
        review(**told, judgement=judgement, by=supervisors[1], act_id=new_id())
    assert refused.value.refusal.code == "reviewed"
    with pytest.raises(Refused):
        review(**told, judgement=judgement, by=worker, act_id=new_id())


def test_a_review_that_is_late_is_told_once(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    opened_by(worker)
    assert remind_of_reviews(at=NOON + timedelta(days=3)) == 0
    assert remind_of_reviews(at=NOON + timedelta(days=4)) == 1
    assert remind_of_reviews(at=NOON + timedelta(days=5)) == 0
    assert Telling.objects.filter(kind="late_review", about=worker).count() == 2


def test_the_database_holds_the_hour(worker: Person, theirs: Resident) -> None:
    row = {"resident": theirs, "by": worker, "at": NOON, "reason": WHY, "review_by": NOON.date()}
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.create(until=NOON + timedelta(minutes=61), **row)


def test_the_pages_open_show_and_review(
    worker: Person, supervisors: list[Person], theirs: Resident
) -> None:
    mine, reviewer = Client(), Client()
    mine.force_login(worker)
    reviewer.force_login(supervisors[0])
    with time_machine.travel(NOON, tick=False) as clock:
        assert mine.get(f"/registry/find/{theirs.pk}/").status_code == 404
        asked = {"name": NAME, "telephone": NUMBER, "reason": WHY}
        where = mine.post("/registry/emergencies/new/", asked)["Location"]
        page = mine.get(where)
        assert NAME in page.content.decode()
        assert NUMBER in page.content.decode()
        # To be read only: no form of the page writes a record.
        assert 'name="act_id"' not in page.content.decode()
        assert reviewer.get(where).status_code == 404
        seen = reviewer.get(f"{where}review/").content.decode()
        assert WHY in seen
        assert NAME not in seen
        assert NUMBER not in seen
        assert mine.get(f"{where}review/").status_code == 404
        done = reviewer.post(f"{where}review/", {"was_right": "yes", "words": "属实，救助及时"})
        assert done.status_code == 302
        clock.shift(3601)
        assert mine.get(where)["Location"] == "/registry/emergencies/"
