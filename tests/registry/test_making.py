"""A record is made by one way for all kinds, once, in its grid, and its facts of persons sealed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from linli.audit.models import Event
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.columns import own_fields
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import confirm, create_record, end_record
from linli.registry.actions.sealing import index_of, opened
from linli.registry.models import (
    Address,
    Change,
    ChangeState,
    Dwelling,
    Organisation,
    RecordKind,
    Resident,
)
from tests.factories import NOW, VILLAGE, make_person, make_unit
from tests.registry.ground import TODAY, Registry, act, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def _raw(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value or b"")


def refused(code: str, draft: Draft, **acts: Any) -> None:
    with pytest.raises(Refused) as caught:
        create_record(draft=draft, act=act(**acts))
    assert caught.value.refusal.code == code, caught.value.refusal


def test_a_resident_is_made_with_a_dwelling_in_the_grid_of_its_address(registry: Registry) -> None:
    made = Resident.objects.get(pk=registry.resident().pk)
    assert made.grid_id == registry.grid.code
    assert made.dwelling is not None
    assert made.dwelling.address.line == "祝融路12号1栋2单元502室"
    assert made.dwelling.grid_id == registry.grid.code
    assert opened(made, ("name", "telephone")) == {"name": "演示甲", "telephone": "13900000001"}
    assert bytes(made.name_index) == index_of("name", "演示甲")
    assert made.keep_until == date(TODAY.year + 2, TODAY.month, TODAY.day)


def test_nothing_of_a_person_stands_in_the_table(registry: Registry) -> None:
    registry.resident()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, telephone, id_tail, name_index, telephone_index, wrapped_key, provenance"
            " FROM registry_resident"
        )
        row = cursor.fetchone()
    text = b"".join(map(_raw, row))
    assert "演示甲".encode() not in text
    assert b"13900000001" not in text


def test_two_people_of_one_address_share_a_dwelling_however_it_is_written(
    registry: Registry,
) -> None:
    first = registry.resident()
    second = registry.resident("祝融路12号一幢二单元502", name="演示乙")
    assert first.dwelling_id == second.dwelling_id
    assert Address.objects.count() == Dwelling.objects.count() == 1


def test_the_same_act_again_makes_nothing_more(registry: Registry) -> None:
    draft = Draft(RecordKind.DWELLING, {"heads": "3"}, "base_facts", place("祝融路1号"))
    once = act(registry.worker)
    assert create_record(draft=draft, act=once) == create_record(draft=draft, act=once)
    assert Dwelling.objects.count() == 1
    assert Event.objects.filter(verb="registry.create").count() == 1


def test_each_kind_can_be_made(registry: Registry) -> None:
    worker = registry.worker
    spot = place("祝融路12号1栋")
    contact = {"contact_name": "演示丙", "contact_telephone": "13900000003"}

    def make(what: RecordKind, basis: str, at: Any = None, on: Any = (), **values: str) -> Any:
        draft = Draft(what, values, basis, at, dict(on))
        return create_record(draft=draft, act=act(worker))

    building = make(RecordKind.BUILDING, "base_facts", spot, name="演示楼", floors="6")
    home = place("祝融路12号1栋1单元101室")
    dwelling = make(RecordKind.DWELLING, "base_facts", home, use="出租", heads="3")
    assert dwelling.building == building
    assert dwelling.use == "let"
    letting = make(
        RecordKind.TENANCY,
        "let_housing",
        on={"dwelling": dwelling},
        since="2026-01-01",
        has_smoke_alarm="有",
        **contact,
    )
    assert letting.has_smoke_alarm is True
    shop = make(
        RecordKind.ORGANISATION,
        "work_safety",
        spot,
        name="演示 餐饮（南岳）有限公司",
        kind="餐饮场所",
        credit_code="914304123A1D2CUR40",
        **contact,
    )
    assert (shop.name_key, shop.kind.code) == ("演示餐饮南岳", "restaurant")
    school = make(
        RecordKind.SCHOOL, "school_safety", spot, name="演示小学", stage="小学", pupils="200"
    )
    assert Organisation.objects.get(schools=school).name == "演示小学"
    resident = registry.resident()
    unit, officer = make_unit(), make_person()
    helped = make(
        RecordKind.ASSISTANCE,
        "social_assistance",
        on={"resident": resident, "unit": unit, "workers": [officer]},
        need="独居",
        asked_by="本人",
        review_on="2026-06-01",
        ends_on="2026-12-01",
        plan="每周上门一次",
    )
    assert opened(helped, ("plan",)) == {"plan": "每周上门一次"}
    assert list(helped.workers.all()) == [officer]
    team = make(
        RecordKind.TEAM, "volunteering", place("祝融路1号"), name="演示队", kind="志愿服务队"
    )
    assert team.division_id == VILLAGE


def test_what_lies_in_another_grid_is_not_made_by_a_stranger(registry: Registry) -> None:
    draft = Draft(RecordKind.DWELLING, {}, "base_facts", place("祝融路1号"))
    refused("grid", draft, by=registry.stranger)
    refused("role", draft, by=registry.supervisor)
    assert not Dwelling.objects.exists()


@pytest.mark.parametrize(
    ("code", "kind", "values", "basis"),
    [
        ("telephone", RecordKind.RESIDENT, {"telephone": "12"}, "base_facts"),
        ("empty", RecordKind.RESIDENT, {"name": " "}, "base_facts"),
        ("choice", RecordKind.RESIDENT, {"residence": "住着"}, "base_facts"),
        ("basis", RecordKind.RESIDENT, {}, "work_safety"),
        ("basis", RecordKind.RESIDENT, {}, "no_such"),
        ("identity", RecordKind.RESIDENT, {"identity": "11010519491231002X"}, "base_facts"),
        ("count", RecordKind.DWELLING, {"heads": "-1"}, "base_facts"),
        ("too_large", RecordKind.DWELLING, {"heads": "40000"}, "base_facts"),
        ("place_kind", RecordKind.ORGANISATION, {"kind": "月球"}, "work_safety"),
        (
            "credit_code",
            RecordKind.ORGANISATION,
            {"credit_code": "914304123A1D2CUR41"},
            "work_safety",
        ),
    ],
)
def test_what_is_unfit_is_refused_with_a_sentence(
    registry: Registry, code: str, kind: RecordKind, values: dict[str, str], basis: str
) -> None:
    whole = {"name": "演示甲", "residence": "常住"}
    if kind is RecordKind.ORGANISATION:
        whole = {"name": "演示店", "kind": "shop"}
    draft = Draft(kind, {**whole, **values}, basis, place("祝融路1号"))
    refused(code, draft, by=registry.worker)


def test_of_an_identity_number_only_the_tail_and_a_hash_are_kept(registry: Registry) -> None:
    made = registry.resident(identity="11010519491231002x")
    assert opened(made, ("id_tail",)) == {"id_tail": "002X"}
    assert bytes(made.id_index) == index_of("identity", "11010519491231002X")


def test_what_the_database_would_refuse_is_said_in_words(registry: Registry) -> None:
    registry.resident()
    home = Dwelling.objects.get()
    values = {"since": "2026-02-01", "until": "2026-01-01"}
    draft = Draft(RecordKind.TENANCY, values, "let_housing", None, {"dwelling": home})
    refused("registry_tenancy_dates", draft, by=registry.worker)
    again = Draft(RecordKind.DWELLING, {}, "base_facts", place("祝融路12号1栋2单元502室"))
    refused("registry_dwelling_once", again, by=registry.worker)
    refused("place", Draft(RecordKind.DWELLING, {}, "base_facts", place("")), by=registry.worker)


def test_confirming_renews_the_day_and_the_retention_and_changes_no_version(
    registry: Registry,
) -> None:
    made = registry.resident()
    Resident.objects.filter(pk=made.pk).update(keep_until=TODAY)
    confirm(
        kind=RecordKind.RESIDENT, record_id=made.pk, fields=["telephone"], act=act(registry.worker)
    )
    now = Resident.objects.get(pk=made.pk)
    assert now.provenance == {"telephone": [str(made.source_id), TODAY.isoformat()]}
    assert now.keep_until > TODAY
    assert now.version == 1
    with pytest.raises(Refused):
        confirm(
            kind=RecordKind.RESIDENT,
            record_id=made.pk,
            fields=["telephone"],
            act=act(registry.stranger),
        )
    with pytest.raises(Refused):
        confirm(kind=RecordKind.RESIDENT, record_id=made.pk, fields=["x"], act=act(registry.worker))


def test_an_ended_record_is_kept_as_it_was(registry: Registry) -> None:
    made = registry.resident()
    common: Any = {"kind": RecordKind.RESIDENT, "record_id": made.pk}
    end_record(**common, ended_on=TODAY, act=act(registry.worker))
    assert Resident.objects.get(pk=made.pk).ended_on == TODAY
    with pytest.raises(Refused) as caught:
        confirm(**common, fields=["name"], act=act(registry.worker))
    assert caught.value.refusal.code == "ended"


def test_lists_come_by_command_and_the_same_again_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with translation.override("en"):
        call_command("import_lists")
        assert " 0 entries" not in capsys.readouterr().out
        call_command("import_lists")
        assert " 0 entries" in capsys.readouterr().out


def test_a_record_that_lacks_what_it_hangs_on_is_refused(registry: Registry) -> None:
    refused("resident", Draft(RecordKind.ASSISTANCE, {}, "consent"), by=registry.worker)
    refused("division", Draft(RecordKind.TEAM, {}, "consent"), by=registry.worker)
    refused("place", Draft(RecordKind.TENANCY, {}, "let_housing"), by=registry.worker)


def test_a_resident_may_be_known_before_their_dwelling_is(registry: Registry) -> None:
    facts = {"name": "演示甲", "residence": "常住"}
    draft = Draft(RecordKind.RESIDENT, facts, "base_facts")
    refused("grid", draft, by=registry.worker)
    made = create_record(draft=draft, act=act(None))
    assert (made.dwelling, made.grid) == (None, None)


def test_confirming_all_facts_renews_the_day_of_the_record(registry: Registry) -> None:
    made = registry.resident()
    names = [fact.name for fact in own_fields(RecordKind.RESIDENT)]
    later = NOW + timedelta(days=30)
    once = act(registry.worker, at=later)
    for _again in range(2):
        confirm(kind=RecordKind.RESIDENT, record_id=made.pk, fields=names, act=once)
    assert Resident.objects.get(pk=made.pk).confirmed_on == TODAY + timedelta(days=30)


def test_an_ending_overtakes_what_waited(registry: Registry) -> None:
    made = registry.resident()
    asked = Proposal(RecordKind.RESIDENT, made.pk, "name", "演示丁", 1)
    waiting = propose_change(proposal=asked, act=act(registry.worker))
    assert waiting is not None
    once = act(registry.worker)
    for _again in range(2):
        end_record(kind=RecordKind.RESIDENT, record_id=made.pk, ended_on=TODAY, act=once)
    assert Change.objects.get().state == ChangeState.OVERTAKEN
    assert Resident.objects.get(pk=made.pk).version == 2
