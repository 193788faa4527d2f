"""What a program posts becomes one case, with the reporter sealed apart from it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from PIL import Image
from pytest_django import Settings

from linli.audit.models import Event, Quarantined
from linli.cases.actions.contacts import open_contact
from linli.cases.models import Attachment, Case, CaseStep, OutgoingMail, ReporterContact
from linli.kernel.ids import new_case_number, new_id
from linli.open311.actions import end_key, make_key
from linli.open311.models import ApiKey
from linli.open311.queries import keys
from linli.open311.views import requests as views
from linli.open311.views.discovery import discovery
from tests.open311.conftest import ACT, NOW

pytestmark = pytest.mark.django_db
POST = "/open311/v2/requests.json"
FORM = "application/x-www-form-urlencoded"


def fields(key: str, **more: str) -> dict[str, str]:
    usual = {
        "api_key": key,
        "service_code": "0101",
        "lat": "27.2321",
        "long": "112.7345",
        "description": "祝融路12号路灯不亮。已经三天了",
    }
    return {name: value for name, value in {**usual, **more}.items() if value}


def post(client: Client, values: dict[str, str], **headers: Any) -> tuple[int, Any]:
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in values.items())
    response = client.post(POST, body, FORM, **headers)
    return response.status_code, response.json()


@pytest.fixture(autouse=True)
def _real_numbers(monkeypatch: pytest.MonkeyPatch, _known_secrets: None) -> None:
    from linli.cases.actions import intake

    monkeypatch.setattr(intake, "new_case_number", new_case_number)


def test_a_report_is_a_case_with_step_event_and_words(client: Client, key: str) -> None:
    status, answer = post(client, fields(key, address_string="祝融路12号"))
    assert status == 201
    case = Case.objects.get(number=answer[0]["service_request_id"])
    assert (case.channel, case.kind, case.state) == ("open311", "hazard", "reported")
    assert case.title == "祝融路12号路灯不亮"
    assert case.description == "祝融路12号路灯不亮。已经三天了"
    assert (case.lon, case.lat, case.place) == (112.7345, 27.2321, "祝融路12号")
    assert case.is_anonymous
    assert case.due_at is not None
    assert CaseStep.objects.filter(case=case, verb="report").exists()
    assert Event.objects.filter(subject=case.pk, verb="case.report").exists()


def test_the_reporter_is_sealed_and_numbers_leave_the_words(client: Client, key: str) -> None:
    words = fields(
        key,
        description="路灯不亮，电话13812345678，请回电",
        first_name="三",
        last_name="张",
        phone="0734-8123456",
        email="zhang@example.org",
        device_id="the-phone-itself",
        account_id="account-77",
    )
    status, answer = post(client, words, HTTP_ACCEPT_LANGUAGE="en")
    assert status == 201
    case = Case.objects.get(number=answer[0]["service_request_id"])
    contact = open_contact(ReporterContact.objects.get(case=case))
    assert (contact.name, contact.telephone) == ("张三", "0734-8123456")
    assert (contact.email, contact.moved_numbers) == ("zhang@example.org", "13812345678")
    assert contact.language == "en"
    assert "13812345678" not in case.description + case.title
    assert not case.is_anonymous
    assert OutgoingMail.objects.filter(case=case).count() == 1
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            text = repr(cursor.fetchall())
        for secret in (
            "张三",
            "8123456",
            "zhang@",
            "13812345678",
            "the-phone-itself",
            "account-77",
        ):
            assert secret not in text, (table, secret)


def test_a_latin_name_keeps_its_order(client: Client, key: str) -> None:
    post(client, fields(key, first_name="Ada", last_name="Example"))
    assert open_contact(ReporterContact.objects.get()).name == "Ada Example"


@pytest.mark.parametrize("way", ["header", "field"])
def test_the_same_report_sent_again_is_answered_with_the_same_number(
    client: Client, key: str, way: str
) -> None:
    more = {"act_id": ACT} if way == "field" else {}
    headers = {"HTTP_IDEMPOTENCY_KEY": ACT} if way == "header" else {}
    first = post(client, fields(key, **more), **headers)
    again = post(client, fields(key, **more), **headers)
    assert first == again
    assert first[0] == 201
    assert Case.objects.count() == 1


def test_another_report_under_the_same_id_is_a_clash_and_is_kept(client: Client, key: str) -> None:
    post(client, fields(key), HTTP_IDEMPOTENCY_KEY=ACT)
    status, answer = post(client, fields(key, lat="27.3"), HTTP_IDEMPOTENCY_KEY=ACT)
    assert (status, answer[0]["code"]) == (409, 409)
    assert Case.objects.count() == 1
    assert Quarantined.objects.filter(act_id=uuid.UUID(ACT)).count() == 1


def test_what_was_erased_stays_erased(client: Client, key: str) -> None:
    from linli.audit.actions import erase_details

    post(client, fields(key), HTTP_IDEMPOTENCY_KEY=ACT)
    erase_details(subject=uuid.UUID(ACT), by=None, at=NOW, act_id=new_id())
    assert post(client, fields(key), HTTP_IDEMPOTENCY_KEY=ACT)[0] == 410


def test_a_token_is_answered_with_the_number(client: Client, key: str) -> None:
    _status, posted = post(client, fields(key), HTTP_IDEMPOTENCY_KEY=ACT)
    told = client.get(f"/open311/v2/tokens/{ACT}.json").json()
    assert told == [{"service_request_id": posted[0]["service_request_id"], "token": ACT}]


def test_a_case_that_came_another_way_has_no_token(client: Client, key: str) -> None:
    post(client, fields(key), HTTP_IDEMPOTENCY_KEY=ACT)
    Case.objects.update(channel="telephone")
    assert client.get(f"/open311/v2/tokens/{ACT}.json").status_code == 404


def test_a_kind_may_be_chosen_where_the_service_takes_several(client: Client, key: str) -> None:
    post(client, {**fields(key), "attribute[kind]": "help"})
    assert Case.objects.get().kind == "help"


def test_a_link_to_a_picture_is_kept_for_the_staff(client: Client, key: str) -> None:
    post(client, fields(key, media_url="https://example.org/a.jpg"))
    assert Case.objects.get().description.endswith("media_url: https://example.org/a.jpg")


def picture() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "JPEG")
    return SimpleUploadedFile("lamp.jpg", data.getvalue(), "image/jpeg")


def test_a_picture_in_a_multipart_body_is_attached(
    client: Client, key: str, settings: Settings, tmp_path: Any
) -> None:
    settings.LINLI_MEDIA = tmp_path
    body = {**fields(key, service_code="0102"), "media": picture()}
    response = client.post(POST, body)
    assert response.status_code == 201
    assert Attachment.objects.get().case.category.code == "0102"


@pytest.mark.parametrize("files", ["too many", "no picture"])
def test_files_that_are_not_taken_stop_the_whole_report(
    client: Client, key: str, settings: Settings, tmp_path: Any, files: str
) -> None:
    settings.LINLI_MEDIA = tmp_path
    bad = SimpleUploadedFile("lamp.jpg", b"MZ\x90\x00 no picture", "image/jpeg")
    media = [picture() for _n in range(4)] if files == "too many" else [bad]
    response = client.post(POST, {**fields(key), "media": media})
    assert response.status_code == 400
    assert not Case.objects.exists()


def test_a_key_that_was_ended_opens_nothing(client: Client, services: None) -> None:
    row, key = make_key(label="x", unit=None, by=None, at=NOW, act_id=new_id())
    end_key(key_id=row.pk, by=None, at=NOW, act_id=new_id())
    assert post(client, fields(key))[0] == 403


def test_the_key_itself_is_nowhere_in_the_database(client: Client, key: str) -> None:
    post(client, fields(key))
    assert key not in repr(list(ApiKey.objects.values()))
    assert len(ApiKey.objects.get().digest) == 64


def test_a_key_is_remembered_for_seconds_only(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(keys.time, "monotonic", lambda: clock[0])
    assert keys.holder_of(key) == ApiKey.objects.get().pk
    ApiKey.objects.update(ended_at=datetime(2026, 3, 3, tzinfo=UTC))
    clock[0] += keys.SECONDS_KEPT + 0.1
    assert keys.holder_of(key) is None


def test_a_body_in_gb18030_is_read_when_it_says_so(client: Client, key: str) -> None:
    body = f"api_key={key}&service_code=0101&address_string=x&description=".encode()
    body += quote("路灯不亮", encoding="gb18030").encode()
    response = client.post(POST, body, f"{FORM}; charset=GB18030")
    assert response.status_code == 201
    assert Case.objects.get().description == "路灯不亮"
    assert client.post(POST, body, FORM).status_code == 400
    assert client.post(POST, body, f"{FORM}; charset=utf-7").status_code == 400


@pytest.mark.parametrize(
    ("service", "why"), [("0101", ""), ("0102", "Somebody looks for the valve first.")]
)
def test_a_report_from_nowhere_is_told_why_a_place_is_needed(
    client: Client, key: str, service: str, why: str
) -> None:
    values = fields(key, service_code=service, lat="", long="")
    values["media_url"] = "https://pictures.example/valve.jpg"
    status, answer = post(client, values, headers={"Accept-Language": "en"})
    assert status == 400
    assert answer[0]["code"] == 400
    assert answer[0]["description"].startswith("Say where it is: lat and long")
    assert answer[0]["description"].endswith(why or "address_id.")
    assert post(client, {**values, "address_string": "书院路9号"})[0] == 201


BAD = [
    ({"description": "x" * 4001}, 400),
    ({"address_string": "x" * 201}, 400),
    ({"first_name": "x" * 61}, 400),
    ({"phone": "1" * 41}, 400),
    ({"media_url": "https://" + "x" * 500}, 400),
    ({"lat": "nan"}, 400),
    ({"lat": "1e999"}, 400),
    ({"long": "east"}, 400),
    ({"description": "a\x00b"}, 400),
    ({"address_string": "a\x00b"}, 400),
    ({"service_code": "01"}, 404),
    ({"service_code": "a\x00b"}, 404),
    ({"api_key": "a\x00b"}, 403),
    ({"act_id": "{7}"}, 400),
]


@pytest.mark.parametrize(("bad", "code"), BAD, ids=[repr(bad)[:30] for bad, _code in BAD])
def test_bad_values_are_refused_with_a_sentence_and_nothing_is_written(
    client: Client, key: str, bad: dict[str, str], code: int
) -> None:
    before = Event.objects.count()
    status, answer = post(client, fields(key, **bad))
    assert status == answer[0]["code"] == code
    assert answer[0]["description"]
    assert not Case.objects.exists()
    assert Event.objects.count() == before


def test_a_body_that_is_too_large_is_refused(client: Client, key: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert post(client, fields(key, description="x" * 2000))[0] == 413


def test_too_many_fields_are_refused(client: Client, key: str) -> None:
    many = {f"attribute[{n}]": "1" for n in range(300)}
    assert post(client, {**fields(key), **many})[0] == 400


def test_a_stranger_host_is_refused(client: Client, key: str) -> None:
    assert client.get("/open311/v2/discovery.xml", HTTP_HOST="evil.example").status_code == 400
    # The server gives programs a shorter way than pages, without the middleware that asks.
    request = RequestFactory(HTTP_HOST="evil.example").get("/open311/v2/discovery.xml")
    response = discovery(request, ending="xml")
    assert response.status_code == 400
    assert b"<errors>" in response.content


def test_a_database_that_does_not_answer_is_told_in_the_format_asked(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_facts: object) -> Case:
        raise OperationalError("disk full")

    monkeypatch.setattr(views, "report", fail)
    body = "&".join(f"{name}={quote(value)}" for name, value in fields(key).items())
    response = client.post("/open311/v2/requests.xml", body, FORM)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert b"<code>503</code>" in response.content


@pytest.mark.parametrize("asked", ["make", "list", "end"])
def test_keys_are_made_listed_and_ended_on_the_command_line(
    client: Client, services: None, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    from django.core.management import call_command

    def run(*words: str) -> str:
        call_command("api_key", *words, skip_checks=True)
        return capsys.readouterr().out

    key = run("make", "an app").strip()
    assert post(client, fields(key))[0] == 201
    listed: Callable[[], str] = lambda: run("list")  # noqa: E731
    if asked == "list":
        assert "an app" in listed()
        assert key not in listed()
    if asked == "end":
        run("end", str(ApiKey.objects.get().pk))
        keys._kept.clear()
        assert post(client, fields(key))[0] == 403
