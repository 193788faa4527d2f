"""Residents see, correct, object, withdraw, and read who looked; nobody reads off who is known."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings as product
from django.test import Client

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions import own
from linli.registry.actions.entry import ask_code, code_of, enter
from linli.registry.actions.finding import TwoFacts, find
from linli.registry.actions.sealing import opened
from linli.registry.jobs.looking import forget_entries
from linli.registry.models import (
    Change,
    EntryCode,
    OwnSession,
    Purpose,
    Resident,
    Wish,
    WishKind,
)
from linli.registry.queries.looked import looks_at_resident
from tests.factories import make_grid, make_person
from tests.registry.persons import logged_text, make_dwelling, make_resident

pytestmark = pytest.mark.django_db
NAME, NUMBER = "张小明", "13912345678"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HERE = "192.0.2.7"


def asked(name: str = NAME, telephone: str = NUMBER, **more: Any) -> EntryCode:
    told = {"address": HERE, "at": NOON, **more}
    return ask_code(name=name, telephone=telephone, **told)


def wrong_code(entry: EntryCode) -> str:
    return f"{(int(code_of(entry.pk)) + 1) % 10**6:06d}"


@pytest.fixture
def resident() -> Resident:
    home = make_dwelling(make_grid(0), line="衡山路12号")
    return make_resident(NAME, NUMBER, home.grid, home)


@pytest.fixture
def _demo(settings: Any) -> None:
    settings.LINLI_DEMO = True


@pytest.fixture
def inside(resident: Resident, _demo: None) -> Client:
    """Return a browser whose resident is logged in."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.post("/my/", {"name": NAME, "telephone": NUMBER})
    code = code_of(EntryCode.objects.get().pk)
    assert client.post("/my/code/", {"code": code})["Location"] == "/my/"
    return client


# --- in --------------------------------------------------------------------------------------


def test_a_code_opens_once_and_for_some_minutes(resident: Resident) -> None:
    entry = asked()
    session = enter(entry_id=entry.pk, code=code_of(entry.pk), at=NOON)
    assert session is not None
    assert session.resident_id == resident.pk
    assert session.until - session.since == timedelta(minutes=15)
    assert enter(entry_id=entry.pk, code=code_of(entry.pk), at=NOON) is None


def test_a_code_grows_old(resident: Resident) -> None:
    entry = asked()
    late = NOON + timedelta(minutes=11)
    assert enter(entry_id=entry.pk, code=code_of(entry.pk), at=late) is None


@pytest.mark.parametrize(
    ("name", "telephone"), [("无名氏", NUMBER), (NAME, "13900000000"), ("无名氏", "13900000000")]
)
def test_an_unknown_pair_gets_a_code_that_opens_nothing(
    name: str, telephone: str, resident: Resident
) -> None:
    entry = asked(name, telephone)
    assert enter(entry_id=entry.pk, code=code_of(entry.pk), at=NOON) is None
    assert not OwnSession.objects.exists()


@pytest.mark.usefixtures("_demo")
def test_the_answer_is_the_same_whoever_is_named(resident: Resident) -> None:
    pages, headers = [], []
    for telephone in (NUMBER, "13900000000"):
        client = Client()
        first = client.post("/my/", {"name": NAME, "telephone": telephone})
        second = client.get("/my/code/")
        entry = EntryCode.objects.order_by("-at", "-id")[0]
        pages.append(second.content.decode().replace(code_of(entry.pk), "CODE"))
        third = client.post("/my/code/", {"code": wrong_code(entry)})
        pages[-1] += third.content.decode().replace(code_of(entry.pk), "CODE")
        headers.append((first.status_code, first["Location"], third.status_code))
        pages[-1] = without_tokens(pages[-1])
    assert headers[0] == headers[1]
    assert pages[0] == pages[1]


def without_tokens(text: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r'content="\w{64}"', "", text)
    text = re.sub(r'value="\d{6}"', "", text)
    return re.sub(r"\d{4}-\d\d-\d\d.\d\d:\d\d(:\d\d[.\d+:]*)?", "", text)


def test_guessing_at_a_code_locks(resident: Resident) -> None:
    entry = asked()
    for _try in range(product.LINLI_OWN_PAGE["tries"]):
        assert enter(entry_id=entry.pk, code=wrong_code(entry), at=NOON) is None
    with pytest.raises(Refused) as refused:
        enter(entry_id=entry.pk, code=code_of(entry.pk), at=NOON)
    assert refused.value.refusal.code == "too_often"


@pytest.mark.parametrize("telephone", [NUMBER, "13900000000"])
def test_a_number_locks_whether_it_is_known_or_not(telephone: str, resident: Resident) -> None:
    for number in range(product.LINLI_OWN_PAGE["codes_per_number"]):
        asked(telephone=telephone, address=f"192.0.2.{number}")
    with pytest.raises(Refused) as refused:
        asked(telephone=telephone, address="192.0.2.99")
    assert refused.value.refusal.code == "too_often"
    assert asked(telephone=telephone, address="192.0.2.99", at=NOON + timedelta(minutes=61)).pk


def test_an_address_that_tries_many_numbers_locks(resident: Resident) -> None:
    for number in range(product.LINLI_OWN_PAGE["codes_per_address"]):
        asked(telephone=f"1390000{number:04d}")
    with pytest.raises(Refused):
        asked()
    assert asked(address="198.51.100.1").resident_id == resident.pk


def test_neither_code_nor_number_is_kept(resident: Resident) -> None:
    entry = asked()
    kept = EntryCode.objects.values().get()
    texts = " ".join(str(bytes(x) if isinstance(x, memoryview) else x) for x in kept.values())
    assert NUMBER not in texts
    assert code_of(entry.pk) not in texts.replace(str(entry.pk), "")
    assert forget_entries(at=NOON + timedelta(days=2)) == 1


def test_outside_the_demo_the_code_is_on_no_page_and_is_sent(
    resident: Resident,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent: list[tuple[str, str]] = []
    settings.LINLI_CODE_CHANNEL = "json://example.invalid/{telephone}"
    monkeypatch.setattr(
        "linli.registry.actions.sending._senders",
        SimpleNamespace(submit=lambda _do, where, words: sent.append((where, words))),
    )
    client = Client()
    for telephone in (NUMBER, "13900000000"):
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/my/", {"name": NAME, "telephone": telephone})
        entry = EntryCode.objects.order_by("-at", "-id")[0]
        assert code_of(entry.pk) not in client.get("/my/code/").content.decode()
    ((where, words),) = sent
    assert where.endswith(NUMBER)
    first = EntryCode.objects.get(resident=resident)
    assert code_of(first.pk) in words


def test_without_a_channel_nobody_is_asked_for_a_number(client: Client) -> None:
    page = client.get("/my/").content.decode()
    assert 'name="telephone"' not in page


# --- apart from the log-in of those who work here --------------------------------------------


def test_the_session_is_apart_from_the_staffs(inside: Client) -> None:
    assert "sessionid" not in inside.cookies
    cookie = inside.cookies["linli_my"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/my/", "Strict", True)
    assert int(cookie["max-age"]) == 15 * 60
    assert inside.get("/desk/").status_code == 302
    staff = Client()
    staff.force_login(make_person(Role.SUPERVISOR))
    assert NUMBER not in staff.get("/my/").content.decode()


def test_leaving_ends_it_for_whoever_has_the_cookie(inside: Client) -> None:
    stolen = Client()
    stolen.cookies["linli_my"] = inside.cookies["linli_my"].value
    assert NUMBER in stolen.get("/my/").content.decode()
    inside.post("/my/leave/")
    assert NUMBER not in stolen.get("/my/").content.decode()


@pytest.mark.usefixtures("_demo", "resident")
def test_it_ends_by_itself() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = Client()
        client.post("/my/", {"name": NAME, "telephone": NUMBER})
        client.post("/my/code/", {"code": code_of(EntryCode.objects.get().pk)})
        assert NUMBER in client.get("/my/").content.decode()
        clock.shift(15 * 60 + 1)
        assert NUMBER not in client.get("/my/").content.decode()
        assert client.get("/my/correct/telephone/")["Location"] == "/my/"


def test_a_forged_cookie_opens_nothing(resident: Resident) -> None:
    session = OwnSession.objects.create(
        resident=resident, since=NOON, until=datetime(2099, 1, 1, tzinfo=UTC)
    )
    client = Client()
    client.cookies["linli_my"] = str(session.pk)
    assert NUMBER not in client.get("/my/").content.decode()


# --- what is there ---------------------------------------------------------------------------


def test_residents_see_their_record_and_where_it_came_from(inside: Client) -> None:
    page = inside.get("/my/")
    text = page.content.decode()
    for word in (NAME, NUMBER, "衡山路12号", "演示街道办", "2026-01-15", "1980"):
        assert word in text
    assert "no-store" in page["Cache-Control"]
    assert page["Refresh"].endswith("url=/my/")


def test_residents_read_who_looked_when_and_why(resident: Resident, inside: Client) -> None:
    clerk = make_person(Role.INTAKE_CLERK, name="演示接线员丙")
    facts = TwoFacts(NAME, NUMBER)
    find(facts=facts, purpose=Purpose.SAFETY, by=clerk, at=datetime.now(UTC))
    text = inside.get("/my/").content.decode()
    assert "演示接线员丙" in text
    assert "safety where they live" in text
    looks = looks_at_resident(resident.pk)
    assert {one.who for one in looks} == {"演示接线员丙", ""}
    assert looks_at_resident(make_resident("李四", "13900000000").pk) == []


def test_own_looks_take_no_place_from_those_of_others(resident: Resident, inside: Client) -> None:
    clerk = make_person(Role.INTAKE_CLERK, name="演示接线员丙")
    find(facts=TwoFacts(NAME, NUMBER), purpose=Purpose.SAFETY, by=clerk, at=datetime.now(UTC))
    for _again in range(3):
        inside.get("/my/")
    with patch("linli.registry.queries.looked._LINES", 2):
        assert [one.who for one in looks_at_resident(resident.pk)] == ["", "演示接线员丙"]


def test_a_correction_of_the_name_waits_for_somebody(resident: Resident, inside: Client) -> None:
    inside.post("/my/correct/name/", {"value": "张晓明"})
    change = Change.objects.get()
    assert (change.state, change.source.kind, change.by) == ("proposed", "resident", None)
    resident.refresh_from_db()
    assert opened(resident, ("name",))["name"] == NAME
    assert "correction waits" in inside.get("/my/").content.decode()
    assert "张晓明" not in logged_text()
    assert "张晓明".encode() not in bytes(change.after)


def test_what_an_office_answers_for_waits_too(resident: Resident, inside: Client) -> None:
    inside.post("/my/correct/residence/", {"value": "away"})
    assert Change.objects.get().state == "proposed"
    resident.refresh_from_db()
    assert resident.residence == "registered"


def test_residents_remove_their_number_by_a_tick_alone(resident: Resident, inside: Client) -> None:
    where = "/my/correct/telephone/"
    answer = inside.post(where, {"value": ""})
    assert answer.status_code == 422
    assert "tick that there is none any more" in answer.content.decode()
    assert Resident.objects.get(pk=resident.pk).telephone
    assert inside.post(where, {"value": "", "none": "on"}).status_code == 302
    assert not Resident.objects.get(pk=resident.pk).telephone


@pytest.mark.parametrize("field", ["wrapped_key", "dwelling", "id_tail", "basis"])
def test_nothing_else_is_corrected(field: str, inside: Client) -> None:
    assert inside.post(f"/my/correct/{field}/", {"value": "x"}).status_code == 404
    assert not Change.objects.exists()


def test_an_objection_is_sealed_decided_and_answered(resident: Resident, inside: Client) -> None:
    inside.post("/my/wish/object/", {"words": "我已搬离本区"})
    wish = Wish.objects.get()
    assert "我已搬离本区".encode() not in bytes(wish.words)
    supervisor = make_person(Role.SUPERVISOR)
    desk = Client()
    desk.force_login(supervisor)
    assert "我已搬离本区" in desk.get(f"/registry/looked/wishes/{wish.pk}/").content.decode()
    assert Event.objects.filter(verb="read.wish", subject=resident.pk, actor=supervisor.pk).exists()
    answer = {"granted": "no", "words": "居住登记仍在有效期内，依法保存"}
    assert desk.post(f"/registry/looked/wishes/{wish.pk}/", answer).status_code == 302
    assert "居住登记仍在有效期内" in inside.get("/my/").content.decode()
    resident.refresh_from_db()
    assert resident.ended_on is None


def test_a_granted_objection_ends_the_record(resident: Resident, inside: Client) -> None:
    inside.post("/my/wish/object/", {"words": ""})
    desk = Client()
    desk.force_login(make_person(Role.SUPERVISOR))
    where = f"/registry/looked/wishes/{Wish.objects.get().pk}/"
    desk.post(where, {"granted": "yes", "words": "同意，记录停止保存"})
    resident.refresh_from_db()
    assert resident.ended_on == resident.keep_until


def test_others_do_not_decide(resident: Resident) -> None:
    wish = own.wish(
        resident_id=resident.pk, kind=WishKind.OBJECT, words="", at=NOON, act_id=new_id()
    )
    for role in (Role.GRID_WORKER, Role.ADMINISTRATOR):
        with pytest.raises(Refused):
            own.decide_wish(
                wish_id=wish.pk,
                answer=own.WishAnswer(True, "同意停止保存"),
                by=make_person(role),
                at=NOON,
                act_id=new_id(),
            )


def test_consent_is_withdrawn_at_once_and_law_is_not() -> None:
    free = make_resident("李四", "13900000000", basis="consent")
    bound = make_resident("王五", "13911110000")
    told = {"kind": WishKind.WITHDRAW, "words": "", "at": NOON}
    done = own.wish(resident_id=free.pk, act_id=new_id(), **told)
    free.refresh_from_db()
    assert (done.state, free.ended_on, free.keep_until) == ("granted", NOON.date(), NOON.date())
    with pytest.raises(Refused) as refused:
        own.wish(resident_id=bound.pk, act_id=new_id(), **told)
    assert refused.value.refusal.code == "law"
    # Whoever is gone is found no more.
    assert asked("李四", "13900000000").resident_id is None
