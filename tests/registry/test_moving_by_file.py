"""A file that tells of another place: a second person decides, and no trail is left."""

from uuid import uuid4

import pytest
from django.utils.translation import gettext

from linli.accounts.rules.roles import Role
from linli.kernel.refusal import Refused
from linli.registry.actions.changing import approve, refuse
from linli.registry.actions.history import history_of
from linli.registry.actions.importing.undoing import undo_import
from linli.registry.actions.records import end_record
from linli.registry.models import (
    Change,
    ChangeState,
    Dwelling,
    ImportRun,
    ImportState,
    RecordKind,
    Resident,
)
from tests.factories import NOW, make_person
from tests.registry.ground import Registry, act

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def told(registry: Registry) -> tuple[Change, Resident, Dwelling]:
    """Return a change as an import leaves it: the resident is said to live in another dwelling."""
    resident: Resident = registry.resident()
    neighbour: Resident = registry.resident("祝融路14号1栋1单元101室", name="演示乙")
    other = neighbour.dwelling
    assert other is not None
    change = Change.objects.create(
        id=uuid4(),
        kind=RecordKind.RESIDENT,
        record=resident.pk,
        field="dwelling",
        before=str(resident.dwelling_id).encode(),
        after=str(other.pk).encode(),
        base_version=resident.version,
        state=ChangeState.PROPOSED,
        source=resident.source,
        by=registry.worker,
        at=NOW,
    )
    return change, resident, other


def test_who_approves_it_sees_the_address_and_moves_the_record(registry: Registry) -> None:
    change, resident, other = told(registry)
    line = history_of(record=resident, by=registry.supervisor, at=NOW)[0]
    assert (line.before, line.after) == (str(resident.dwelling), str(other))
    approve(change_id=change.pk, seen_version=resident.version, act=act(registry.supervisor))
    moved = Resident.objects.get(pk=resident.pk)
    assert (moved.dwelling_id, moved.grid_id) == (other.pk, other.grid_id)
    assert moved.version == resident.version + 1
    assert moved.provenance["dwelling"][0] == str(change.source_id)


def test_afterwards_nothing_says_from_where_or_to_where(registry: Registry) -> None:
    change, resident, _other = told(registry)
    approve(change_id=change.pk, seen_version=resident.version, act=act(registry.supervisor))
    kept = Change.objects.get(pk=change.pk)
    assert (bytes(kept.before), bytes(kept.after)) == (b"", b"")
    line = history_of(record=resident, by=registry.supervisor, at=NOW)[0]
    assert (line.before, line.after) == ("", "")


@pytest.mark.parametrize("how", ["ended", "taken back"])
def test_what_nobody_decides_any_more_tells_of_no_place(registry: Registry, how: str) -> None:
    change, resident, _other = told(registry)
    if how == "ended":
        end = {"kind": RecordKind.RESIDENT, "record_id": resident.pk, "ended_on": NOW.date()}
        end_record(**end, act=act(registry.worker))
    else:
        run = imported(change)
        undo_import(run_id=run.pk, by=None, at=NOW, act_id=uuid4())
    kept = Change.objects.get(pk=change.pk)
    assert kept.state in {ChangeState.OVERTAKEN, ChangeState.UNDONE}
    assert (bytes(kept.before), bytes(kept.after)) == (b"", b"")


def imported(change: Change) -> ImportRun:
    """Let a run have told of a change."""
    return ImportRun.objects.create(
        id=uuid4(),
        kind=RecordKind.RESIDENT,
        name="居民.xlsx",
        source=change.source,
        state=ImportState.DONE,
        started_at=NOW,
        ended_at=NOW,
        counts={"changed": 1},
    )


def test_a_move_that_was_approved_is_not_put_back(registry: Registry) -> None:
    change, resident, other = told(registry)
    approve(change_id=change.pk, seen_version=resident.version, act=act(registry.supervisor))
    done = undo_import(run_id=imported(change).pk, by=None, at=NOW, act_id=uuid4())
    assert next(one.why for one in done.left if one.record == resident.pk) == str(
        gettext("Where it was before is kept nowhere.")
    )
    assert Resident.objects.get(pk=resident.pk).dwelling_id == other.pk


def test_refused_the_record_stays_where_it_is(registry: Registry) -> None:
    change, resident, _other = told(registry)
    refuse(change_id=change.pk, reason="住址没有变", act=act(registry.supervisor))
    assert Resident.objects.get(pk=resident.pk).dwelling_id == resident.dwelling_id
    assert Change.objects.get(pk=change.pk).state == ChangeState.REFUSED


def test_who_told_of_it_does_not_approve_it(registry: Registry) -> None:
    change, resident, _other = told(registry)
    Change.objects.filter(pk=change.pk).update(by=registry.supervisor)
    with pytest.raises(Refused):
        approve(change_id=change.pk, seen_version=resident.version, act=act(registry.supervisor))
    other = make_person(Role.SUPERVISOR)
    approve(change_id=change.pk, seen_version=resident.version, act=act(other))
    assert Change.objects.get(pk=change.pk).state == ChangeState.APPLIED
