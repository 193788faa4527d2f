"""A resident moves: they are found where they live, and nowhere is written where they lived."""

import pytest

from linli.kernel.refusal import Refused
from linli.registry.actions.history import history_of
from linli.registry.actions.moving import move_resident
from linli.registry.models import Change, Resident
from linli.registry.policies import Who, visible_records
from tests.factories import NOW
from tests.registry.ground import Registry, act, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def test_who_moves_to_another_grid_is_seen_there_and_here_no_more(registry: Registry) -> None:
    made = registry.resident()
    once = act(registry.worker)
    there = place("金沙路3号", column=1)
    for _again in range(2):
        moved = move_resident(record_id=made.pk, place=there, base_version=1, act=once)
    assert moved.dwelling is not None
    assert (moved.dwelling.address.line, moved.version) == ("金沙路3号", 2)
    seen = [
        visible_records(Resident, Who.of(person, NOW), NOW).exists()
        for person in (registry.worker, registry.stranger)
    ]
    assert seen == [False, True]


def test_the_history_says_that_they_moved_and_not_from_where(registry: Registry) -> None:
    made = registry.resident()
    move_resident(
        record_id=made.pk, place=place("金沙路3号"), base_version=1, act=act(registry.worker)
    )
    line = history_of(record=made, by=registry.worker, at=NOW)[0]
    assert (line.change.field, line.before, line.after) == ("dwelling", "", "")
    assert "祝融路" not in str(Change.objects.values().get())


def test_two_moves_from_one_version_are_not_merged(registry: Registry) -> None:
    made = registry.resident()
    move_resident(
        record_id=made.pk, place=place("金沙路3号"), base_version=1, act=act(registry.worker)
    )
    with pytest.raises(Refused) as caught:
        move_resident(
            record_id=made.pk, place=place("金沙路4号"), base_version=1, act=act(registry.worker)
        )
    assert caught.value.refusal.code == "stale"


def test_a_stranger_moves_nobody(registry: Registry) -> None:
    made = registry.resident()
    with pytest.raises(Refused):
        move_resident(
            record_id=made.pk, place=place("金沙路3号"), base_version=1, act=act(registry.stranger)
        )
