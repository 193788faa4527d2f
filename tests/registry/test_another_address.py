"""A house, a home or an organisation at another address: approved, in the right grid, readable."""

from typing import Any

import pytest
from django.urls import reverse

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import approve, refuse
from linli.registry.actions.drafts import Draft
from linli.registry.actions.history import history_of
from linli.registry.actions.moving import propose_address
from linli.registry.actions.records import confirm, create_record
from linli.registry.models import (
    Address,
    Assistance,
    Change,
    ChangeState,
    Dwelling,
    Organisation,
    RecordKind,
    School,
)
from tests.factories import NOW, VILLAGE, make_unit
from tests.registry.ground import TODAY, Registry, act, place
from tests.registry.typing_in import as_worker

pytestmark = pytest.mark.django_db
SCHOOL = {"name": "演示小学", "stage": "小学"}


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def school(registry: Registry) -> School:
    draft = Draft(RecordKind.SCHOOL, SCHOOL, "school_safety", place("祝融路12号"))
    made: School = create_record(draft=draft, act=act(registry.worker))
    return made


def told(person: Person, row: Any, kind: str, address: str, **more: object) -> Any:
    values = {"division": VILLAGE, "address": address, "version": row.version}
    where = reverse("registry:address", args=[kind, row.pk])
    return as_worker(person).post(where, {**values, "act_id": str(new_id()), **more})


def test_a_school_that_moved_waits_and_then_lies_in_the_other_grid(registry: Registry) -> None:
    made = school(registry)
    row = made.organisation
    client = as_worker(registry.worker)
    page = client.get(reverse("registry:record", args=["school", made.pk])).content.decode()
    assert reverse("registry:address", args=["organisation", row.pk]) in page
    once = act(registry.worker)
    for _again in range(2):
        change = propose_address(
            kind=RecordKind.ORGANISATION,
            record_id=row.pk,
            place=place("金沙路3号", column=1),
            base_version=1,
            act=once,
        )
    assert change is not None
    assert Organisation.objects.get().address.line == "祝融路12号"
    approve(change_id=change.pk, seen_version=1, act=act(registry.supervisor))
    moved = Organisation.objects.get()
    assert (moved.address.line, moved.grid_id, moved.version) == (
        "金沙路3号",
        registry.other.code,
        2,
    )
    assert School.objects.get().grid_id == registry.other.code
    assert moved.provenance["address"] == [str(change.source_id), TODAY.isoformat()]
    line = history_of(record=moved, by=registry.supervisor, at=NOW)[0]
    assert (line.before, line.after) == ("祝融路12号", "金沙路3号")


def test_on_the_page_it_waits_and_the_fact_says_so(registry: Registry) -> None:
    row = school(registry).organisation
    response = told(registry.worker, row, "organisation", "衡山路8号")
    assert response.url == reverse("registry:record", args=["organisation", row.pk])
    change = Change.objects.get()
    assert (change.state, change.field) == (ChangeState.PROPOSED, "address")
    page = as_worker(registry.worker).get(response.url).content.decode()
    assert "a change waits" in page
    where = reverse("registry:change_waiting", args=[change.pk])
    # Who keeps the record does not decide; who decides finds both addresses.
    assert where not in page
    client = as_worker(registry.supervisor)
    assert where in client.get(response.url).content.decode()
    decision = client.get(where).content.decode()
    assert "祝融路12号" in decision
    assert "衡山路8号" in decision
    refuse(change_id=change.pk, reason="未搬迁", act=act(registry.supervisor))
    assert Organisation.objects.get().address.line == "祝融路12号"
    assert told(registry.worker, row, "resident", "衡山路8号").status_code == 404


def test_the_same_address_is_confirmed(registry: Registry) -> None:
    row = school(registry).organisation
    assert told(registry.worker, row, "organisation", "祝融路12号").status_code == 302
    assert not Change.objects.exists()
    row.refresh_from_db()
    assert row.provenance["address"][0] == str(row.source_id)
    confirm(
        kind=RecordKind.ORGANISATION, record_id=row.pk, fields=["address"], act=act(registry.worker)
    )


def test_who_lives_in_a_house_with_another_number_goes_along(registry: Registry) -> None:
    resident = registry.resident("祝融路12号")
    values = {
        "need": "alone",
        "asked_by": "self",
        "review_on": "2026-12-01",
        "ends_on": "2027-01-01",
    }
    on = {"resident": resident, "unit": make_unit(), "workers": [registry.worker]}
    helped = Draft(RecordKind.ASSISTANCE, values, "social_assistance", related=on)
    create_record(draft=helped, act=act(registry.worker))
    home = resident.dwelling
    change = propose_address(
        kind=RecordKind.DWELLING,
        record_id=home.pk,
        place=place("金沙路3号", column=1),
        base_version=1,
        act=act(registry.worker),
    )
    assert change is not None
    approve(change_id=change.pk, seen_version=1, act=act(registry.supervisor))
    resident.refresh_from_db()
    grids = {Dwelling.objects.get().grid_id, resident.grid_id, Assistance.objects.get().grid_id}
    assert grids == {registry.other.code}


def test_an_address_that_another_home_has_is_refused_to_who_tells_it(registry: Registry) -> None:
    home = registry.resident("祝融路12号").dwelling
    registry.resident("祝融路14号", name="演示乙")
    with pytest.raises(Refused) as caught:
        propose_address(
            kind=RecordKind.DWELLING,
            record_id=home.pk,
            place=place("祝融路14号"),
            base_version=1,
            act=act(registry.worker),
        )
    assert caught.value.refusal.code == "registry_dwelling_once"
    response = told(registry.worker, home, "dwelling", "祝融路14号")
    assert response.context["form"].non_field_errors()
    with pytest.raises(Refused):
        propose_address(
            kind=RecordKind.TEAM,
            record_id=home.pk,
            place=place("祝融路14号"),
            base_version=1,
            act=act(registry.worker),
        )


def test_where_nothing_tells_the_grid_it_is_asked_for(registry: Registry) -> None:
    row = school(registry).organisation
    worker = registry.worker
    worker.grid_postings.create(grid=registry.other, role="worker", since=TODAY)
    response = told(worker, row, "organisation", "衡山路8号")
    assert response.status_code == 422
    assert response.context["form"].errors["grid"]
    assert told(worker, row, "organisation", "衡山路8号", grid="1").status_code == 422
    response = told(worker, row, "organisation", "衡山路8号", grid=registry.other.code)
    assert response.status_code == 302
    assert Address.objects.get(line="衡山路8号").grid_id == registry.other.code
    # Now it is known, and asked for no more.
    assert told(worker, row, "organisation", "衡山路8号").status_code == 302
