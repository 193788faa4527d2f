"""What the audit log shows: heads to everybody, events to auditors, kept bodies to one person."""

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash, acting, erase_details, make_checkpoint, record_read
from linli.audit.jobs import publish_heads
from linli.audit.models import Event, Quarantined
from linli.audit.queries import faults
from linli.audit.rules import GENESIS
from linli.kernel.ids import new_id
from tests.factories import make_case, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):  # type: ignore[no-untyped-def]
    """Spare these tests the second factor; it is a subject of its own."""
    settings.LINLI_DEMO = True


def browser(*roles: Role) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_person(*roles, language="en"))
    return client


def act(subject: UUID | None = None, **detail: object) -> UUID:
    number = new_id()
    with acting(
        number, "test.act", by=None, at=timezone.now(), subject=subject, payload={}, detail=detail
    ):
        pass
    return number


def clash() -> Quarantined:
    """Send two contents under one id; return the one that was kept."""
    number = new_id()
    for words in ("first words", "second words"):
        try:
            with acting(number, "case.report", by=None, at=timezone.now(), payload={"w": words}):
                pass
        except Clash:
            pass
    return Quarantined.objects.get(act_id=number)


def test_everybody_may_keep_the_published_heads_and_verify_with_them(tmp_path: Path) -> None:
    act()
    call_command("checkpoint")
    answer = Client().get("/audit/checkpoints.json")
    body = answer.json()["checkpoints"][0]
    assert body["heads"]["0"][0] == 1
    assert set(body) == {"at", "digest", "heads"}
    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies

    copy = tmp_path / "copy.json"
    copy.write_bytes(answer.content)
    call_command("verify_audit", checkpoints=copy, verbosity=0)
    kept = json.loads(copy.read_text())
    kept["checkpoints"][0]["heads"]["0"][1] = "00" * 32
    copy.write_text(json.dumps(kept))
    with pytest.raises(CommandError, match="differs from a published checkpoint"):
        call_command("verify_audit", checkpoints=copy, verbosity=0)
    copy.write_text('{"rubbish": 1}')
    with pytest.raises(CommandError, match="no copy of checkpoints"):
        call_command("verify_audit", checkpoints=copy, verbosity=0)


def test_a_checkpoint_can_be_written_where_the_server_cannot_change_it(tmp_path: Path) -> None:
    copy = tmp_path / "heads.jsonl"
    for _day in range(2):
        act()
        call_command("checkpoint", out=copy)
    assert len(copy.read_text().splitlines()) == 2
    call_command("verify_audit", checkpoints=copy, verbosity=0)


def test_the_clock_publishes_what_is_new_and_nothing_twice() -> None:
    act()
    assert [publish_heads(at=timezone.now()) for _hour in range(2)] == [True, False]
    act()
    assert publish_heads(at=timezone.now())
    assert len(Client().get("/audit/checkpoints.json").json()["checkpoints"]) == 2


def test_the_auditor_sees_the_chains_and_verifies_them() -> None:
    auditor = browser(Role.AUDITOR)
    act()
    make_checkpoint(at=timezone.now())
    page = auditor.get("/manage/audit/").content.decode()
    assert "test.act" in page
    assert "The log is whole" in auditor.post("/manage/audit/verify/").content.decode()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_update")
        else:
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_event SET verb = 'x' WHERE verb = 'test.act'")
    tampered = auditor.post("/manage/audit/verify/").content.decode()
    assert "The log was tampered with" in tampered
    assert "the event was changed or moved" in tampered


def test_a_detail_that_no_act_erased_is_found() -> None:
    subject, other = new_id(), new_id()
    act(subject, a=1)
    act(other, a=1)
    erase_details(subject=subject, by=None, at=timezone.now(), act_id=new_id())
    assert list(faults()) == []
    Event.objects.filter(subject=other).update(salt=None, detail=None)
    assert [fault.what for fault in faults()] == ["the detail was erased, and no act says so"]


def test_the_events_of_a_case_are_found_by_its_number_and_looking_is_recorded() -> None:
    case = make_case()
    auditor = browser(Role.AUDITOR)
    page = auditor.get("/manage/audit/events/", {"q": case.number}).content.decode()
    assert "case.report" in page
    assert Event.objects.filter(verb="read.audit", subject=case.pk).count() == 1
    nothing = auditor.get("/manage/audit/events/", {"q": "no-such"}).content.decode()
    assert "Nothing is known under this" in nothing


def test_the_read_log_names_cases_by_number_people_by_name_and_the_rest_by_id() -> None:
    case, person, unit, other = make_case(), make_person(), make_unit("演示单位"), new_id()
    auditor = browser(Role.AUDITOR)
    for subject in (case.pk, person.pk, unit.pk, other):
        record_read(by=person, subject=subject, verb="contact", at=timezone.now(), reason="核实")
    page = auditor.get("/manage/audit/reads/").content.decode()
    for subject, said in ((case.pk, case.number), (person.pk, person.name), (unit.pk, unit.name)):
        assert f'?q={subject}"><span class="ll-num">{said}</span>' in page
    assert f"<code>{str(other)[-8:]}</code>" in page


def test_what_one_act_read_of_many_is_one_line_of_the_read_log() -> None:
    person, now, auditor = make_person(), timezone.now(), browser(Role.AUDITOR)
    for _subject in range(3):
        record_read(by=person, subject=new_id(), verb="exported", at=now, reason="核实")
    record_read(by=person, subject=new_id(), verb="exported", at=timezone.now(), reason="核实")
    page = auditor.get("/manage/audit/reads/").content.decode()
    assert page.count('<code class="text-secondary">read.exported</code>') == 2
    assert re.search(r"3 (records|份档案)", page)


def test_the_read_log_shows_who_looked_and_why() -> None:
    case = make_case()
    auditor = browser(Role.AUDITOR)
    assert "Nobody looked" in auditor.get("/manage/audit/reads/").content.decode()
    auditor.get("/manage/audit/events/", {"q": case.number})
    page = auditor.get("/manage/audit/reads/").content.decode()
    assert "read.audit" in page
    assert "case.report" not in page
    assert auditor.get("/manage/audit/reads/?back=rubbish").status_code == 200
    assert "Nobody looked" in auditor.get("/manage/audit/reads/?back=3").content.decode()


def test_the_download_is_enough_to_reckon_the_chain_again() -> None:
    for number in range(3):
        act(new_id(), n=number)
    answer = browser(Role.AUDITOR).get("/manage/audit/events.csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["verb"] for row in rows] == ["test.act"] * 3 + ["read.audit_log"]
    previous = GENESIS
    for row in rows:
        moments = [row[name].replace("+00:00", "") for name in ("at", "received_at")]
        moments = [m if "." in m else f"{m}.000000" for m in moments]
        ids = [UUID(row[name]).hex if row[name] else "-" for name in ("actor", "subject")]
        parts = [UUID(row["id"]).hex, row["lane"], row["seq"], row["verb"], *ids]
        parts += [f"{moment}+00:00" for moment in moments]
        parts += [row["fingerprint"], row["detail_hash"]]
        previous = hashlib.sha256(previous + "\x1f".join(parts).encode()).digest()
        assert previous.hex() == row["hash"]


def test_a_kept_body_is_opened_only_with_a_reason_that_is_recorded_first() -> None:
    kept = clash()
    client = browser(Role.ADMINISTRATOR)
    where = f"/manage/quarantine/{kept.pk}/"
    assert "case.report" in client.get("/manage/quarantine/").content.decode()
    for page in ("/manage/quarantine/", where):
        assert "second words" not in client.get(page).content.decode()
    assert client.post(f"{where}open/", {"reason": ""}).status_code == 422
    assert not Event.objects.filter(verb="read.quarantined").exists()
    opened = client.post(f"{where}open/", {"reason": "the phone held the only copy"})
    assert "second words" in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    event = Event.objects.get(verb="read.quarantined")
    assert event.subject == kept.act_id
    assert "only copy" in str(event.detail)


def test_a_kept_body_is_settled_once_and_stays() -> None:
    kept = clash()
    client, act_id = browser(Role.ADMINISTRATOR), str(new_id())
    where = f"/manage/quarantine/{kept.pk}/settle/"
    assert client.post(where, {"note": ""}).status_code == 422
    for _time in range(2):
        answer = client.post(where, {"note": "Added to the case.", "act_id": act_id})
        assert answer.status_code == 302
    assert Event.objects.filter(verb="audit.settle").count() == 1
    assert "Nothing waits" in client.get("/manage/quarantine/").content.decode()
    assert Quarantined.objects.get(pk=kept.pk).settled_at is not None
