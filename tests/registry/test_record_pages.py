"""What the page of a record says of each kind, and what whoever approves may read."""

from typing import Any

import pytest
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record
from linli.registry.models import LegalBasis, RecordKind, Unmasking
from tests.registry.ground import Registry, act, place
from tests.registry.pages_ground import propose_name
from tests.registry.typing_in import as_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def page_of(person: Any, kind: RecordKind, row: Any) -> str:
    where = reverse("registry:record", args=[kind.value, row.pk])
    return as_worker(person).get(where).content.decode()


def test_an_identity_number_is_not_asked_for_where_no_form_needs_it(registry: Registry) -> None:
    row = registry.resident()
    where = reverse("registry:change", args=["resident", row.pk, "identity"])
    for needs in (True, False):
        LegalBasis.objects.filter(pk=row.basis_id).update(needs_identity=needs)
        assert (where in page_of(registry.worker, RecordKind.RESIDENT, row)) is needs


def test_the_page_of_a_team_names_its_village(registry: Registry) -> None:
    values = {"name": "演示队", "kind": "志愿服务队"}
    draft = Draft(RecordKind.TEAM, values, "volunteering", place("祝融路12号"))
    row = create_record(draft=draft, act=act(registry.worker))
    page = page_of(registry.worker, RecordKind.TEAM, row)
    assert "Village or community" in page
    assert str(registry.grid.division) in page


def test_a_thing_is_there_or_not(registry: Registry) -> None:
    values = {"since": "2026-01-01", "has_smoke_alarm": "有", "has_extinguisher": "无"}
    draft = Draft(RecordKind.TENANCY, values, "let_housing", place("祝融路12号"))
    row = create_record(draft=draft, act=act(registry.worker))
    page = page_of(registry.worker, RecordKind.TENANCY, row)
    assert "present" in page
    assert "none" in page
    # Where it lies is the dwelling's to say, and not changed here.
    assert "祝融路12号" in page
    assert f"{row.pk}/address/" not in page


def test_who_approves_a_name_can_have_both_shown_for_a_reason(registry: Registry) -> None:
    row = registry.resident()
    change = propose_name(row, registry.worker, "演示戊")
    client = as_worker(registry.supervisor)
    where = reverse("guards:unmask", args=[row.pk, "name"])
    decision = client.get(reverse("registry:change_waiting", args=[change.pk])).content.decode()
    assert where in decision
    assert "演示戊" not in decision
    why = {"purpose": "update", "words": "核对户口簿上的姓名", "act_id": str(new_id())}
    page = client.post(where, why, follow=True).content.decode()
    assert "演示甲" in page
    assert "演示戊" in page
    # Who keeps the record has the name shown, and not what waits: they do not decide.
    page = as_worker(registry.worker).post(where, {**why, "act_id": str(new_id())}, follow=True)
    assert "演示甲" in page.content.decode()
    assert "演示戊" not in page.content.decode()
    assert Unmasking.objects.count() == 2
