"""Two who work on assistance change one fact: both are kept, and one of them decides."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import Proposal, approve, propose_change
from linli.registry.actions.drafts import Draft
from linli.registry.actions.helping import hand_over
from linli.registry.actions.records import create_record
from linli.registry.models import Assistance, Change, ChangeState, RecordKind
from linli.registry.queries.waiting import Waits, decisions_for
from tests.factories import make_person, make_unit
from tests.registry.ground import Registry, act
from tests.registry.importing_files import HEAD, ROWS, as_csv, ground, take
from tests.registry.typing_in import as_worker

pytestmark = pytest.mark.django_db
CHANGES = reverse("registry:changes")


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def helped(registry: Registry, *workers: Person) -> Assistance:
    values = {
        "need": "alone",
        "asked_by": "self",
        "review_on": "2026-12-01",
        "ends_on": "2027-06-01",
        "plan": "每周上门一次",
    }
    on = {"resident": registry.resident(), "unit": make_unit(), "workers": list(workers)}
    draft = Draft(RecordKind.ASSISTANCE, values, "social_assistance", related=on)
    made: Assistance = create_record(draft=draft, act=act(registry.worker))
    return made


def says(row: Assistance, by: Person, value: str, field: str = "review_on") -> Change:
    """Let somebody change a fact from the first version, as a page that stayed open does."""
    told = Proposal(RecordKind.ASSISTANCE, row.pk, field, value, 1)
    made = propose_change(proposal=told, act=act(by))
    assert made is not None
    return made


def waits(person: Person) -> dict[Waits, int]:
    fresh = Person.objects.get(pk=person.pk)
    return {one.what: one.count for one in decisions_for(fresh, timezone.now())}


def decide(person: Person, change: Change, **told: Any) -> Any:
    where = reverse("registry:change_waiting", args=[change.pk])
    values = {"verb": "approve", "version": 2, "act_id": str(new_id()), **told}
    return as_worker(person).post(where, values)


def test_both_edits_are_kept_and_the_colleague_decides(registry: Registry) -> None:
    officer = make_person(Role.UNIT_OFFICER, unit=make_unit())
    row = helped(registry, registry.worker, registry.stranger, officer)
    assert says(row, registry.worker, "2026-12-15").state == ChangeState.APPLIED
    later = says(row, registry.stranger, "2027-01-10")
    assert later.state == ChangeState.PROPOSED
    # Who wrote it does not decide; the others find it by the bell, the list and the record.
    assert [waits(one) for one in (registry.stranger, registry.worker, officer)] == [
        {},
        {Waits.CHANGES: 1},
        {Waits.CHANGES: 1},
    ]
    where = reverse("registry:change_waiting", args=[later.pk])
    for person in (registry.worker, officer):
        client = as_worker(person)
        assert where in client.get(CHANGES).content.decode()
        record = client.get(reverse("registry:record", args=["assistance", row.pk]))
        assert where in record.content.decode()
    page = as_worker(officer).get(where).content.decode()
    assert "2026-12-15" in page
    assert "2027-01-10" in page
    assert registry.worker.name in page
    assert decide(registry.worker, later).url == CHANGES
    row.refresh_from_db()
    assert row.review_on == date(2027, 1, 10)
    kept = Change.objects.filter(record=row.pk).values_list("state", flat=True)
    assert set(kept) == {ChangeState.APPLIED}


def test_nobody_beside_those_on_it_finds_the_clash(registry: Registry) -> None:
    row = helped(registry, registry.worker, make_person(Role.UNIT_OFFICER, unit=make_unit()))
    says(row, registry.worker, "每周上门两次", "plan")
    other = says(row, registry.worker, "每月上门一次", "plan")
    for person in (registry.stranger, registry.supervisor):
        assert decide(person, other).status_code == 404
        assert reverse("registry:change_waiting", args=[other.pk]) not in (
            as_worker(person).get(CHANGES).content.decode()
        )
    assert as_worker(make_person(Role.INTAKE_CLERK)).get(CHANGES).status_code == 404
    with pytest.raises(Refused) as caught:
        approve(change_id=other.pk, seen_version=2, act=act(registry.worker))
    assert caught.value.refusal.code == "same"


def test_the_plan_is_read_whole_by_those_on_it(registry: Registry) -> None:
    row = helped(registry, registry.worker)
    says(row, registry.worker, "每周上门两次", "plan")
    other = says(row, registry.worker, "每月上门一次", "plan")
    client = as_worker(registry.worker)
    page = client.get(reverse("registry:record", args=["assistance", row.pk])).content.decode()
    assert "每周上门两次" in page
    assert "Show the contact" not in page
    page = client.get(reverse("registry:change_waiting", args=[other.pk])).content.decode()
    assert "每周上门两次" in page
    assert "每月上门一次" in page


def test_help_is_handed_over_by_those_on_it_alone(registry: Registry) -> None:
    row = helped(registry, registry.worker)
    officer = make_person(Role.UNIT_OFFICER, unit=row.unit)
    another = make_person(Role.UNIT_OFFICER, unit=make_unit())
    where = reverse("registry:workers", args=[row.pk])
    client = as_worker(registry.worker)
    page = client.get(reverse("registry:record", args=["assistance", row.pk])).content.decode()
    assert where in page
    told = {"act_id": str(new_id()), "workers": [str(registry.worker.pk), str(officer.pk)]}
    assert as_worker(officer).post(where, told).status_code == 404
    form = client.get(where).content.decode()
    assert f"{officer.name} · {row.unit}" in form
    assert another.name not in form
    assert client.post(where, told).url.endswith(f"{row.pk}/")
    # Sealed from whoever is taken off, and never without somebody who may see it.
    other = as_worker(officer)
    assert other.post(where, {"act_id": str(new_id())}).status_code == 422
    gone = {"act_id": str(new_id()), "workers": [str(officer.pk)]}
    assert other.get(where).status_code == 200
    assert client.post(where, gone).url == reverse("registry:home")
    assert client.get(where).status_code == 404
    page = other.get(reverse("registry:record", args=["assistance", row.pk])).content.decode()
    assert "Change who works on an assistance" in page
    with pytest.raises(Refused) as caught:
        hand_over(record_id=row.pk, workers=[registry.supervisor], act=act(officer))
    assert caught.value.refusal.code == "workers"
    with pytest.raises(Refused) as caught:
        hand_over(record_id=row.pk, workers=[officer], act=act(registry.worker))
    assert caught.value.refusal.code == "scope"


def test_help_that_a_file_brings_is_seen_by_the_responsible_unit() -> None:
    grid = ground()
    unit = make_unit()
    officer = make_person(Role.UNIT_OFFICER, unit=unit)
    make_person(Role.UNIT_OFFICER, unit=make_unit())
    assert grid
    take(as_csv(ROWS))
    head = [*HEAD[:4], "帮扶需求", "提出人", "责任单位", "复核日期", "结束日期"]
    row = [*ROWS[0][:4], "独居照料", "本人", unit.name, "2026-12-01", "2027-06-01"]
    assert take(as_csv([row], head), "assistance").counts["new"] == 1
    assert list(Assistance.objects.get().workers.all()) == [officer]


def test_who_works_on_it_alone_decides_about_two_edits_of_their_own(registry: Registry) -> None:
    row = helped(registry, registry.worker)
    says(row, registry.worker, "2026-12-15")
    other = says(row, registry.worker, "2027-01-10")
    assert waits(registry.worker) == {Waits.CHANGES: 1}
    assert decide(registry.worker, other, verb="refuse", reason="看错了").url == CHANGES
    other.refresh_from_db()
    assert other.state == ChangeState.REFUSED
