"""The audit chain finds what was done to it, and an act happens exactly once."""

import secrets
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from linli.audit.actions import (
    Clash,
    Gone,
    acting,
    erase_details,
    make_checkpoint,
    record_read,
)
from linli.audit.models import Event, Lane, Quarantined
from linli.audit.queries import faults
from linli.audit.rules import GENESIS
from linli.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def _act(**payload: object) -> None:
    with acting(
        new_id(), "test.act", by=None, at=timezone.now(), payload=payload, detail=payload
    ) as first_time:
        assert first_time


def _acts(count: int) -> list[Event]:
    for number in range(count):
        _act(number=number)
    return list(Event.objects.order_by("lane", "seq"))


def _unguarded(statement: str, parameters: list[object]) -> None:
    """Change the table as somebody with the database file could, past its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)


def _prepared(event: Event) -> object:
    return Event._meta.pk.get_db_prep_value(event.pk, connection)


def test_an_untouched_chain_has_no_fault() -> None:
    _acts(5)
    record_read(by=None, subject=new_id(), verb="contact", at=timezone.now(), reason="call")
    assert list(faults()) == []
    assert Event.objects.count() == 6


def test_the_database_itself_refuses_to_change_or_delete_events() -> None:
    event = _acts(1)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(verb="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(detail="other words")
    assert Event.objects.get(pk=event.pk).verb == "test.act"


TAMPERINGS: dict[str, Callable[[Event, Event], tuple[str, list[object]]]] = {
    "another verb": lambda e, _o: (
        "UPDATE audit_event SET verb = 'x' WHERE id = %s",
        [_prepared(e)],
    ),
    "another detail": lambda e, _o: (
        "UPDATE audit_event SET detail = 'x' WHERE id = %s",
        [_prepared(e)],
    ),
    "a salt alone erased": lambda e, _o: (
        "UPDATE audit_event SET salt = NULL WHERE id = %s",
        [_prepared(e)],
    ),
    "another time": lambda e, o: (
        "UPDATE audit_event SET at = (SELECT at FROM audit_event WHERE id = %s) WHERE id = %s",
        [_prepared(o), _prepared(e)],
    ),
    "another actor": lambda e, o: (
        "UPDATE audit_event SET actor = %s WHERE id = %s",
        [_prepared(o), _prepared(e)],
    ),
    "another hash": lambda e, _o: (
        "UPDATE audit_event SET hash = %s WHERE id = %s",
        [secrets.token_bytes(32), _prepared(e)],
    ),
    "deleted": lambda e, _o: ("DELETE FROM audit_event WHERE id = %s", [_prepared(e)]),
    "moved away": lambda e, _o: (
        "UPDATE audit_event SET seq = 999 WHERE id = %s",
        [_prepared(e)],
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
@pytest.mark.parametrize("which", [0, 3, 6])
def test_any_tampering_is_found_and_named(how: str, which: int) -> None:
    events = _acts(7)
    statement, parameters = TAMPERINGS[how](events[which], events[(which + 1) % 7])
    _unguarded(statement, parameters)
    found = list(faults())
    assert len(found) == 1
    assert found[0].seq == which + 1


def test_two_events_that_change_places_are_found() -> None:
    events = _acts(4)
    for seq, event in ((100, events[1]), (2, events[2]), (3, events[1])):
        _unguarded("UPDATE audit_event SET seq = %s WHERE id = %s", [seq, _prepared(event)])
    assert [fault.seq for fault in faults()] == [2]


def test_a_chain_cut_back_together_with_its_head_is_found_by_a_published_checkpoint() -> None:
    events = _acts(5)
    make_checkpoint(at=timezone.now())
    _unguarded("DELETE FROM audit_event WHERE id = %s", [_prepared(events[4])])
    Lane.objects.filter(lane=events[4].lane).update(seq=4, head=events[3].hash)
    assert [fault.what for fault in faults()] == ["a published checkpoint is longer than the chain"]


def test_a_chain_without_a_head_is_found() -> None:
    _acts(2)
    Lane.objects.filter(seq__gt=0).delete()
    assert [fault.what for fault in faults()] == ["this chain has no head"]


def test_a_chain_whose_first_event_is_gone_is_found() -> None:
    _acts(1)
    _unguarded("DELETE FROM audit_event", [])
    assert len(list(faults())) == 1
    Lane.objects.update(seq=0, head=GENESIS)
    assert list(faults()) == []


def test_verify_audit_says_yes_or_names_the_first_bad_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = _acts(3)
    call_command("verify_audit", verbosity=0)
    assert "3 events verified" in capsys.readouterr().out
    _unguarded("UPDATE audit_event SET verb = 'x' WHERE id = %s", [_prepared(events[1])])
    with pytest.raises(CommandError, match=str(events[1].pk)):
        call_command("verify_audit", verbosity=0)


def test_verify_audit_draws_no_bar_where_nobody_sees_it(capsys: pytest.CaptureFixture[str]) -> None:
    _acts(1)
    call_command("verify_audit")
    assert capsys.readouterr().err == ""


def test_the_same_act_twice_happens_once() -> None:
    act_id = new_id()
    answers = []
    for _time in range(2):
        with acting(act_id, "test.act", by=None, at=timezone.now(), payload={"a": 1}) as first:
            answers.append(first)
    assert answers == [True, False]
    assert Event.objects.count() == 1


def test_another_body_under_a_used_id_clashes_and_is_kept_sealed() -> None:
    act_id = new_id()
    with acting(act_id, "test.act", by=None, at=timezone.now(), payload={"words": "one"}):
        pass
    with (
        pytest.raises(Clash),
        acting(act_id, "test.act", by=None, at=timezone.now(), payload={"words": "two"}),
    ):
        pass
    kept = Quarantined.objects.get(act_id=act_id)
    assert b"two" not in bytes(kept.body)
    assert Event.objects.count() == 1


def test_what_fails_inside_an_act_leaves_no_event() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        acting(new_id(), "test.act", by=None, at=timezone.now(), payload={}),
    ):
        raise ZeroDivisionError
    assert Event.objects.count() == 0
    assert list(faults()) == []


def test_an_erased_subject_answers_gone_and_the_chain_still_verifies() -> None:
    act_id, subject = new_id(), new_id()
    with acting(
        act_id,
        "test.act",
        by=None,
        at=timezone.now(),
        subject=subject,
        payload={"a": 1},
        detail={"a": 1},
    ):
        pass
    erased = erase_details(subject=subject, by=None, at=timezone.now(), act_id=new_id())
    assert erased == 1
    assert Event.objects.get(pk=act_id).detail is None
    assert list(faults()) == []
    with (
        pytest.raises(Gone),
        acting(act_id, "test.act", by=None, at=timezone.now(), subject=subject, payload={"a": 1}),
    ):
        pass
