"""What the page of a record says of each kind, and what whoever approves may read."""

from typing import Any

import pytest
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record, end_record, take_up_record
from linli.registry.actions.sealing import opened
from linli.registry.models import (
    LegalBasis,
    RecordKind,
    Resident,
    Unmasking,
    Wish,
    WishKind,
    WishState,
)
from tests.factories import NOW
from tests.registry.ground import TODAY, Registry, act, place
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


def test_the_history_says_how_a_record_began_was_confirmed_and_ended(registry: Registry) -> None:
    home = registry.resident().dwelling
    made = create_record(
        draft=Draft(RecordKind.BUILDING, {"name": "演示楼"}, "base_facts", place("金沙路3号")),
        act=act(registry.worker),
    )
    client = as_worker(registry.worker)
    for tail, told in (("confirm", {}), ("end", {"day": "2026-01-02"})):
        where = reverse(f"registry:{tail}", args=["building", made.pk])
        assert client.post(where, {**told, "act_id": str(new_id())}).status_code == 302
    page = page_of(registry.worker, RecordKind.BUILDING, made)
    for words in ("Make a record", "Confirm facts of a record", "End a record", "2026-01-02"):
        assert words in page
    # Who ends a home is told who is noted as living there.
    where = reverse("registry:end", args=["dwelling", home.pk])
    assert "1 resident is noted as living here" in client.get(where).content.decode()
    building = reverse("registry:end", args=["building", made.pk])
    assert "still kept" not in client.get(building).content.decode()


def test_what_ended_by_mistake_is_taken_up_again(registry: Registry) -> None:
    draft = Draft(RecordKind.BUILDING, {"name": "演示楼"}, "base_facts", place("金沙路3号"))
    made = create_record(draft=draft, act=act(registry.worker))
    client = as_worker(registry.worker)
    where = reverse("registry:take_up", args=["building", made.pk])

    def end_it() -> None:
        end_record(kind=RecordKind.BUILDING, record_id=made.pk, ended_on=TODAY, act=act())

    assert where not in page_of(registry.worker, RecordKind.BUILDING, made)
    with pytest.raises(Refused) as caught:
        take_up_record(kind=RecordKind.BUILDING, record_id=made.pk, act=act(registry.worker))
    assert caught.value.refusal.code == "stands"
    end_it()
    assert where in page_of(registry.worker, RecordKind.BUILDING, made)
    assert where not in page_of(registry.supervisor, RecordKind.BUILDING, made)
    once = str(new_id())
    for _again in range(2):
        client.post(where, {"act_id": once})
    made.refresh_from_db()
    assert (made.ended_on, made.version) == (None, 3)
    # Where another stands in its place there is none beside it.
    end_it()
    create_record(draft=draft, act=act(registry.worker))
    with pytest.raises(Refused) as caught:
        take_up_record(kind=RecordKind.BUILDING, record_id=made.pk, act=act(registry.worker))
    assert caught.value.refusal.code == "registry_building_once"


def test_what_a_resident_asked_to_end_is_not_taken_up(registry: Registry) -> None:
    row = registry.resident()
    end_record(kind=RecordKind.RESIDENT, record_id=row.pk, ended_on=TODAY, act=act())
    told = {"resident": row, "kind": WishKind.OBJECT, "words": b"x", "at": NOW, "decided_at": NOW}
    Wish.objects.create(id=new_id(), state=WishState.GRANTED, **told)
    codes = []
    for change in ({}, {"wrapped_key": b""}):
        Resident.objects.filter(pk=row.pk).update(**change) if change else None
        with pytest.raises(Refused) as caught:
            take_up_record(kind=RecordKind.RESIDENT, record_id=row.pk, act=act(registry.worker))
        codes.append(caught.value.refusal.code)
    assert codes == ["wish", "ended"]


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


def test_a_sealed_fact_left_empty_is_asked_about_and_removed_by_a_tick(registry: Registry) -> None:
    row = registry.resident()
    where = reverse("registry:change", args=["resident", row.pk, "telephone"])

    def post(**told: str) -> Any:
        sent = {"version": "1", "act_id": str(new_id()), **told}
        return as_worker(registry.worker).post(where, sent)

    for told in ({"value": ""}, {"value": "13900000002", "none": "on"}):
        answer = post(**told)
        assert answer.status_code == 422
        assert "tick that there is none any more" in answer.content.decode()
    assert opened(Resident.objects.get(pk=row.pk), ("telephone",))["telephone"]
    assert post(value="", none="on").status_code == 302
    now = Resident.objects.get(pk=row.pk)
    assert (opened(now, ("telephone",))["telephone"], bytes(now.telephone_index)) == ("", b"")
    # Nothing is kept any more, and so nothing is left to tick.
    assert 'name="none"' not in as_worker(registry.worker).get(where).content.decode()
    # What a record must have is never removed.
    name = reverse("registry:change", args=["resident", row.pk, "name"])
    assert 'name="none"' not in as_worker(registry.worker).get(name).content.decode()
