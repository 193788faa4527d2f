"""When its retention is over a record says nothing more, and the audit log still verifies."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from linli.audit.actions import Gone
from linli.audit.models import Event, Tombstone
from linli.audit.queries import faults
from linli.kernel.ids import new_id
from linli.kernel.sealing import UnsealError
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.drafts import Draft
from linli.registry.actions.erasing import Erased, erase_expired
from linli.registry.actions.history import history_of
from linli.registry.actions.records import create_record
from linli.registry.actions.sealing import opened
from linli.registry.jobs.erasing import erase_some
from linli.registry.models import (
    Building,
    Change,
    Dwelling,
    Organisation,
    RecordKind,
    Resident,
    School,
    Unmasking,
)
from linli.registry.policies import Who
from linli.registry.queries.records import record_for
from tests.factories import NOW
from tests.registry.ground import TODAY, Registry, act, place

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


@pytest.fixture
def resident(registry: Registry) -> Resident:
    made: Resident = registry.resident()
    propose_change(
        proposal=Proposal(RecordKind.RESIDENT, made.pk, "telephone", "13900000002", 1),
        act=act(registry.worker),
    )
    return made


def end_retention(*rows: Any) -> None:
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(keep_until=YESTERDAY)


def look(registry: Registry, resident: Resident) -> Unmasking:
    facts = {"field": "telephone", "by": registry.worker, "at": NOW, "reason": "演示甲来电"}
    return Unmasking.objects.create(id=new_id(), resident=resident, **facts)


def test_what_is_within_its_retention_stays(registry: Registry, resident: Resident) -> None:
    Resident.objects.filter(pk=resident.pk).update(keep_until=TODAY)
    assert erase_expired(at=NOW) == Erased(0, 0)
    assert opened(Resident.objects.get(pk=resident.pk), ("name",)) == {"name": "演示甲"}


def test_a_record_goes_with_its_key_values_history_and_details(
    registry: Registry, resident: Resident
) -> None:
    end_retention(resident)
    assert erase_expired(at=NOW).erased == 1
    assert not Resident.objects.filter(pk=resident.pk).exists()
    change = Change.objects.get()
    assert (bytes(change.before), bytes(change.after)) == (b"", b"")
    assert not Event.objects.filter(subject=resident.pk, detail__isnull=False).exists()
    assert list(faults()) == []
    call_command("verify_audit", verbosity=0)


def test_erasing_is_done_once(registry: Registry, resident: Resident) -> None:
    look(registry, resident)
    end_retention(resident)
    assert erase_expired(at=NOW).erased == 1
    assert erase_expired(at=NOW) == Erased(0, 0)
    assert Event.objects.filter(verb="audit.erase").count() == 1


def test_who_looked_is_still_known_but_of_whom_nothing_is(
    registry: Registry, resident: Resident
) -> None:
    seen = look(registry, resident)
    end_retention(resident)
    erase_expired(at=NOW)
    hollow = Resident.objects.get(pk=resident.pk)
    assert bytes(hollow.wrapped_key) == bytes(hollow.name) == bytes(hollow.name_index) == b""
    assert (hollow.birth_year, hollow.dwelling, hollow.grid, hollow.provenance) == (
        None,
        None,
        None,
        {},
    )
    assert Unmasking.objects.get(pk=seen.pk).by == registry.worker
    assert Unmasking.objects.get(pk=seen.pk).reason == "—"
    with pytest.raises(UnsealError):
        opened(hollow, ("name",))


def test_the_id_of_an_erased_record_answers_gone_for_those_of_its_kind_alone(
    registry: Registry, resident: Resident
) -> None:
    end_retention(resident)
    worker = Who.of(registry.worker, NOW)
    assert record_for(Resident, resident.pk, worker, NOW) == resident
    erase_expired(at=NOW)
    with pytest.raises(Gone):
        record_for(Resident, resident.pk, worker, NOW)
    with pytest.raises(Resident.DoesNotExist):
        record_for(Resident, resident.pk, Who(), NOW)
    with pytest.raises(Resident.DoesNotExist):
        record_for(Resident, new_id(), worker, NOW)


def test_a_place_goes_when_nothing_stands_on_it(registry: Registry, resident: Resident) -> None:
    home = Dwelling.objects.get()
    end_retention(home)
    assert erase_expired(at=NOW) == Erased(0, 1)
    assert Dwelling.objects.filter(pk=home.pk).exists()
    end_retention(resident)
    assert erase_expired(at=NOW).erased == 2
    assert not Dwelling.objects.exists()


def test_a_school_goes_before_its_organisation(registry: Registry) -> None:
    values = {"name": "演示小学", "stage": "小学"}
    draft = Draft(RecordKind.SCHOOL, values, "school_safety", place("祝融路9号"))
    made = create_record(draft=draft, act=act(registry.worker))
    Organisation.objects.update(keep_until=YESTERDAY)
    erase_expired(at=NOW)
    hollow = Organisation.objects.get()
    assert (hollow.name, hollow.credit_code) == (str(hollow.pk), "")
    end_retention(made)
    assert erase_some(at=NOW) == 1
    assert not School.objects.exists()


def test_a_record_that_was_merged_goes_with_the_one_it_went_into(
    registry: Registry, resident: Resident
) -> None:
    other = registry.resident("祝融路13号")
    Resident.objects.filter(pk=other.pk).update(merged_into=resident.pk)
    end_retention(resident)
    assert erase_expired(at=NOW).erased == 2
    assert Tombstone.objects.count() == 2


def test_history_of_an_erased_record_has_no_values(registry: Registry, resident: Resident) -> None:
    look(registry, resident)
    end_retention(resident)
    erase_expired(at=NOW)
    found = history_of(record=Resident.objects.get(), by=registry.worker, at=NOW)
    assert [(line.before, line.after) for line in found] == [("", "")]


def test_the_work_of_one_call_is_bounded(registry: Registry, resident: Resident) -> None:
    second = registry.resident("祝融路13号")
    end_retention(resident, second)
    assert erase_expired(at=NOW, most=1).erased == 1
    assert Resident.objects.count() == 1


def test_the_command_counts_first_and_erases_then(
    registry: Registry, resident: Resident, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = Draft(RecordKind.BUILDING, {}, "base_facts", place("祝融路20号"))
    end_retention(resident, create_record(draft=draft, act=act(registry.worker)))
    call_command("erase_expired", "--check")
    assert "2 records are past" in capsys.readouterr().out
    assert Resident.objects.exists()
    call_command("erase_expired", verbosity=0)
    assert "2 records erased" in capsys.readouterr().out
    assert not Resident.objects.exists()
    assert not Building.objects.exists()
