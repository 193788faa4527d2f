"""Edits: applied, approved by a second person, merged field by field, and never silently lost."""

from typing import Any

import pytest

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import (
    Proposal,
    approve,
    propose_all,
    propose_change,
    refuse,
)
from linli.registry.actions.history import history_of
from linli.registry.actions.sealing import index_of, opened
from linli.registry.models import Change, ChangeState, RecordKind, Resident
from linli.registry.policies import Who
from linli.registry.queries.changes import waiting_changes
from tests.factories import NOW, make_person
from tests.registry.ground import TODAY, Registry, act

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


@pytest.fixture
def resident(registry: Registry) -> Resident:
    made: Resident = registry.resident()
    return made


def proposal(resident: Resident, field: str, value: str, base: int = 1) -> Proposal:
    return Proposal(RecordKind.RESIDENT, resident.pk, field, value, base)


def telephone_of(resident: Resident) -> str:
    return opened(Resident.objects.get(pk=resident.pk), ("telephone",))["telephone"]


def change(resident: Resident, field: str, value: str, by: Any, base: int = 1) -> Change:
    made = propose_change(proposal=proposal(resident, field, value, base), act=act(by))
    assert made is not None
    return made


def refused(code: str, call: Any) -> None:
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.refusal.code == code, caught.value.refusal


def test_a_change_is_applied_at_once_where_the_field_asks_for_nobody(
    registry: Registry, resident: Resident
) -> None:
    made = change(resident, "telephone", "139 0000 0002", registry.worker)
    now = Resident.objects.get(pk=resident.pk)
    assert made.state == ChangeState.APPLIED
    assert (made.base_version, made.version, now.version) == (1, 2, 2)
    assert telephone_of(resident) == "13900000002"
    assert bytes(now.telephone_index) == index_of("telephone", "13900000002")
    assert now.provenance["telephone"] == [str(made.source_id), TODAY.isoformat()]
    assert b"13900000002" not in bytes(made.after)


def test_a_name_waits_for_a_second_person(registry: Registry, resident: Resident) -> None:
    made = change(resident, "name", "演示丁", registry.worker)
    assert made.state == ChangeState.PROPOSED
    assert opened(Resident.objects.get(pk=resident.pk), ("name",)) == {"name": "演示甲"}
    refused("role", lambda: approve(change_id=made.pk, seen_version=1, act=act(registry.worker)))
    approve(change_id=made.pk, seen_version=1, act=act(registry.supervisor))
    now = Resident.objects.get(pk=resident.pk)
    assert opened(now, ("name",)) == {"name": "演示丁"}
    assert bytes(now.name_index) == index_of("name", "演示丁")
    refused(
        "decided", lambda: approve(change_id=made.pk, seen_version=2, act=act(registry.supervisor))
    )


def test_nobody_approves_what_they_proposed(registry: Registry, resident: Resident) -> None:
    both = make_person(Role.GRID_WORKER, Role.SUPERVISOR, grid=registry.grid)
    made = change(resident, "name", "演示丁", both)
    refused("same", lambda: approve(change_id=made.pk, seen_version=1, act=act(both)))


def test_edits_of_different_facts_from_one_version_both_hold(
    registry: Registry, resident: Resident
) -> None:
    change(resident, "telephone", "13900000002", registry.worker)
    change(resident, "birth_year", "1980", registry.worker)
    now = Resident.objects.get(pk=resident.pk)
    assert (telephone_of(resident), now.birth_year, now.version) == ("13900000002", 1980, 3)


def test_a_clash_keeps_both_and_waits_for_a_person(registry: Registry, resident: Resident) -> None:
    change(resident, "telephone", "13900000002", registry.worker)
    later = change(resident, "telephone", "13900000003", registry.worker)
    assert later.state == ChangeState.PROPOSED
    assert telephone_of(resident) == "13900000002"
    waiting = waiting_changes(Who.of(registry.supervisor, NOW), NOW).get()
    assert (waiting.pk, waiting.clashes) == (later.pk, True)  # type: ignore[attr-defined]
    decide = lambda seen: approve(  # noqa: E731
        change_id=later.pk, seen_version=seen, act=act(registry.supervisor)
    )
    refused("stale", lambda: decide(1))
    decide(2)
    assert telephone_of(resident) == "13900000003"
    assert [line.before for line in lines(registry, resident)][:1] == ["*********02"]


def lines(registry: Registry, resident: Resident) -> Any:
    row = Resident.objects.get(pk=resident.pk)
    return history_of(record=row, by=registry.worker, at=NOW)


def test_the_same_value_from_an_old_version_is_no_clash_but_a_confirmation(
    registry: Registry, resident: Resident
) -> None:
    first = change(resident, "telephone", "13900000002", registry.worker)
    again = proposal(resident, "telephone", "13900000002")
    assert propose_change(proposal=again, act=act(registry.worker)) is None
    assert Change.objects.get() == first


def test_a_refused_change_says_why_and_leaves_the_record(
    registry: Registry, resident: Resident
) -> None:
    made = change(resident, "name", "演示丁", registry.worker)
    decide = lambda reason: refuse(  # noqa: E731
        change_id=made.pk, reason=reason, act=act(registry.supervisor)
    )
    refused("reason", lambda: decide("  "))
    assert decide("与户口簿不符").state == ChangeState.REFUSED
    assert Resident.objects.get(pk=resident.pk).version == 1


def test_what_is_not_theirs_is_not_changed(registry: Registry, resident: Resident) -> None:
    refused("scope", lambda: change(resident, "telephone", "13900000002", registry.stranger))
    refused("role", lambda: change(resident, "telephone", "13900000002", registry.supervisor))
    refused("version", lambda: change(resident, "telephone", "13900000002", registry.worker, 9))
    refused("field", lambda: change(resident, "nothing", "1", registry.worker))


def test_residents_change_their_own_record_and_no_other(
    registry: Registry, resident: Resident
) -> None:
    other = registry.resident("祝融路13号", name="演示乙")
    own = lambda: act(None, resident=resident.pk)  # noqa: E731
    made = propose_change(proposal=proposal(resident, "telephone", "13900000002"), act=own())
    assert made is not None
    assert made.source.kind == "resident"
    refused(
        "scope",
        lambda: propose_change(proposal=proposal(other, "telephone", "13900000002"), act=own()),
    )


def test_an_identity_number_is_changed_by_its_tail_and_hash_alone(
    registry: Registry, resident: Resident
) -> None:
    made = change(resident, "identity", "11010519491231002X", registry.worker)
    approve(change_id=made.pk, seen_version=1, act=act(registry.supervisor))
    now = Resident.objects.get(pk=resident.pk)
    assert opened(now, ("id_tail",)) == {"id_tail": "002X"}
    assert bytes(now.id_index) == index_of("identity", "11010519491231002X")
    assert lines(registry, resident)[0].after == "002X"


def test_history_is_read_after_the_read_was_recorded_and_comes_masked(
    registry: Registry, resident: Resident
) -> None:
    change(resident, "telephone", "13900000002", registry.worker)
    change(resident, "residence", "外出", registry.worker)
    found = lines(registry, resident)
    assert [(line.change.field, line.before, line.after) for line in found] == [
        ("residence", "registered", "away"),
        ("telephone", "*********01", "*********02"),
    ]
    read = Event.objects.get(verb="read.history")
    assert (read.subject, read.actor) == (resident.pk, registry.worker.pk)


def test_a_page_of_changes_is_all_or_nothing_and_exactly_once(
    registry: Registry, resident: Resident
) -> None:
    page = [
        proposal(resident, "telephone", "13900000002"),
        proposal(resident, "birth_year", "1980"),
    ]
    once = act(registry.worker)
    propose_all(proposals=page, act=once)
    propose_all(proposals=page, act=once)
    assert Resident.objects.get(pk=resident.pk).version == 3
    wrong = [proposal(resident, "telephone", "13900000009"), proposal(resident, "birth_year", "?")]
    refused("year", lambda: propose_all(proposals=wrong, act=act(registry.worker)))
    assert telephone_of(resident) == "13900000002"


def test_deciding_is_done_once_and_what_came_meanwhile_is_overtaken(
    registry: Registry, resident: Resident
) -> None:
    first = change(resident, "name", "演示丁", registry.worker)
    second = change(resident, "name", "演示丁", registry.worker)
    third = change(resident, "name", "演示戊", registry.worker)
    once = act(registry.supervisor)
    for _again in range(2):
        approve(change_id=first.pk, seen_version=1, act=once)
    assert Resident.objects.get(pk=resident.pk).version == 2
    twice = act(registry.supervisor)
    for _again in range(2):
        refuse(change_id=third.pk, reason="重复", act=twice)
    told = approve(change_id=second.pk, seen_version=2, act=act(registry.supervisor))
    assert told.state == ChangeState.OVERTAKEN
    assert Resident.objects.get(pk=resident.pk).version == 2
