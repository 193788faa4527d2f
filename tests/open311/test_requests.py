"""Which requests are listed, and what of them anybody may read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from linli.cases.actions import intake
from linli.cases.models import Case, Category
from linli.cases.models.choices import Channel, Kind, RefusalReason
from linli.cases.policies.reporting import Contact, Report
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_case_number, new_id
from tests.factories import Crew, make_category, order
from tests.open311.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services")]
LIST = "/open311/v2/requests.json"


@pytest.fixture(autouse=True)
def _real_numbers(monkeypatch: pytest.MonkeyPatch, _known_secrets: None) -> None:
    monkeypatch.setattr(intake, "new_case_number", new_case_number)


@pytest.fixture(autouse=True)
def _stand_still(_now: None) -> None:
    """Let it be NOW in every test."""


@pytest.fixture
def crew() -> Crew:
    return Crew()


def reported(at: datetime = NOW, **facts: Any) -> Case:
    values = {
        "category": Category.objects.get(code="0101"),
        "kind": Kind.HAZARD,
        "channel": Channel.TELEPHONE,
        "title": "路灯不亮",
        "description": "12号灯不亮，张三电话13812345678",
        "place": "祝融路12号",
        "lon": 112.7345,
        "lat": 27.2321,
        "contact": Contact(name="张三", telephone="13900000000", email="z@example.org"),
        **facts,
    }
    return intake.report(report=Report(**values), by=None, at=at, act_id=new_id())


def listed(client: Client, **asked: str) -> list[dict[str, Any]]:
    response = client.get(LIST, asked)
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()
    return rows


def numbers(rows: list[dict[str, Any]]) -> list[str]:
    return [row["service_request_id"] for row in rows]


def test_a_hazard_that_was_accepted_is_shown_without_any_person(client: Client, crew: Crew) -> None:
    case = crew.bring(reported(), CaseState.HANDLING)
    [row] = client.get(f"/open311/v2/requests/{case.number}.json").json()
    assert row == {
        "service_request_id": case.number,
        "status": "open",
        "status_notes": "处置中",
        "service_name": "路灯不亮",
        "service_code": "0101",
        "description": "12号灯不亮，张三电话〔电话已移存〕",
        "agency_responsible": "供水公司",
        "service_notice": None,
        "requested_datetime": "2026-03-02T10:00:00+08:00",
        "updated_datetime": "2026-03-02T10:00:00+08:00",
        "expected_datetime": "2026-03-05T10:00:00+08:00",
        "address": "祝融路12号",
        "address_id": None,
        "zipcode": None,
        "lat": 27.2321,
        "long": 112.7345,
        "media_url": None,
    }


def test_words_wait_until_a_person_has_accepted_them(client: Client) -> None:
    reported()
    [row] = listed(client)
    assert (row["description"], row["address"]) == (None, None)
    assert row["lat"] == 27.2321


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.HELP, Kind.CONSULTATION, Kind.PRAISE])
def test_of_a_matter_of_persons_neither_words_nor_place_are_shown(
    client: Client, crew: Crew, kind: Kind
) -> None:
    category = Category.objects.get(code="0103" if kind is Kind.COMPLAINT else "0101")
    if kind in {Kind.CONSULTATION, Kind.PRAISE}:
        category = make_category()
    crew.bring(reported(kind=kind, category=category), CaseState.REGISTERED)
    [row] = listed(client)
    shown = {row[name] for name in ("description", "address", "lat", "long", "media_url")}
    assert shown == {None}
    assert row["service_code"] == category.code


def test_refused_words_are_never_shown_but_the_reason_is(client: Client, crew: Crew) -> None:
    case = crew.bring(reported(), CaseState.ACCEPTED)
    intake.refuse_case(order=order(case, crew.clerk), reason=RefusalReason.OUTSIDE)
    [row] = listed(client)
    assert (row["description"], row["address"]) == (None, None)
    assert row["status"] == "closed"
    assert "不予受理" in row["status_notes"] or "职责" in row["status_notes"]


def test_nothing_of_a_person_is_in_any_answer(client: Client, crew: Crew) -> None:
    crew.bring(reported(), CaseState.CHECKED)
    for address in (LIST, "/open311/v2/requests.xml", f"{LIST}?extensions=true"):
        text = client.get(address).content.decode()
        for secret in ("13812345678", "13900000000", "z@example.org", "演示", "已修好"):
            assert secret not in text, (address, secret)


def test_a_link_to_a_picture_is_not_shown(client: Client, crew: Crew) -> None:
    words = "灯不亮\n\nmedia_url: https://example.org/face.jpg"
    crew.bring(reported(description=words), CaseState.ACCEPTED)
    [row] = listed(client)
    assert row["description"] == "灯不亮"


def test_the_standard_asks_for_ninety_days_and_no_more(client: Client) -> None:
    fresh = reported(NOW - timedelta(days=89))
    old = reported(NOW - timedelta(days=91))
    assert numbers(listed(client)) == [fresh.number]
    until = (NOW - timedelta(days=90)).isoformat().replace("+00:00", "Z")
    assert numbers(listed(client, end_date=until)) == [old.number]


def test_dates_may_be_given_in_any_zone_and_as_days(client: Client) -> None:
    case = reported(datetime(2026, 2, 1, 3, 0, tzinfo=UTC))
    for since, until, found in (
        ("2026-02-01T11:00:00+08:00", "2026-02-01T11:00:00+08:00", True),
        ("2026-02-01T03:00:01Z", "2026-02-02T00:00:00Z", False),
        ("2026-02-01", "2026-02-01", True),
        ("2026-02-01T11:00:00", "2026-02-01T11:00:00", True),
        ("2026-01-31T22:00:00-05:00", "2026-01-31T22:00:00-05:00", True),
        ("2026-02-01T11:00:00 08:00", "2026-02-01T11:00:00 08:00", True),
    ):
        assert numbers(listed(client, start_date=since, end_date=until)) == [case.number] * found


@pytest.mark.parametrize(
    "asked",
    [
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"end_date": "9999-12-31"},
        {"start_date": "9999-12-31T23:59:59-12:00"},
        {"start_date": "x" * 5000},
        {"updated_after": "0001-01-01T00:00:00+14:00"},
        {"updated_before": "9999-12-31"},
        {"after": "9" * 30},
        {"after": "nine"},
        {"page_size": "0"},
        {"service_code": "a\x00b"},
        {"service_request_id": "a\x00b,\ud800".encode("utf-8", "replace").decode()},
        {"service_request_id": ","},
        {"status": "open,shut"},
    ],
)
def test_nothing_a_stranger_asks_for_breaks_it(client: Client, asked: dict[str, str]) -> None:
    reported()
    response = client.get(LIST, asked)
    assert response.status_code in {200, 400}
    if response.status_code == 200 and "service_request_id" in asked:
        assert response.json() == []


def test_ids_override_every_other_filter(client: Client) -> None:
    one, two = reported(NOW - timedelta(days=300)), reported(NOW - timedelta(days=200))
    reported()
    asked = f"{one.number}, {two.number},20260101-XXXXXX"
    found = listed(client, service_request_id=asked, status="closed", start_date="2026-03-01")
    assert numbers(found) == [two.number, one.number]


def test_status_and_service_filter(client: Client, crew: Crew) -> None:
    done = crew.bring(reported(contact=None), CaseState.CHECKED)
    from linli.cases.actions import checking

    checking.close(order=order(done, crew.caller))
    waiting = reported()
    noise = reported(category=Category.objects.get(code="0103"), kind=Kind.COMPLAINT)
    assert numbers(listed(client, status="closed")) == [done.number]
    assert set(numbers(listed(client, status="open"))) == {waiting.number, noise.number}
    assert len(listed(client, status="open,closed")) == 3
    assert numbers(listed(client, service_code="0103")) == [noise.number]
    assert len(listed(client, service_code="0103,0101")) == 3
    assert listed(client, service_code="9999") == []


def test_pages_follow_one_another_without_gap_or_repeat(client: Client) -> None:
    made = [reported(NOW - timedelta(hours=n)).number for n in range(5)]
    found: list[str] = []
    address: str | None = f"{LIST}?page_size=2&status=open"
    while address:
        response = client.get(address)
        found += numbers(response.json())
        reported(NOW)  # what comes in between moves nothing
        link = response.headers.get("Link", "")
        address = link.partition(">")[0].removeprefix("<").removeprefix("http://testserver")
    assert found == made


def test_what_changed_after_a_moment_can_be_asked_for(client: Client, crew: Crew) -> None:
    early, late = reported(NOW - timedelta(days=3)), reported(NOW - timedelta(days=2))
    crew.bring(early, CaseState.ACCEPTED, NOW - timedelta(hours=1))
    after = (NOW - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert numbers(listed(client, updated_after=after)) == [early.number]
    assert numbers(listed(client, updated_before=after)) == [late.number]


def test_changes_of_state_are_an_extension(client: Client, crew: Crew) -> None:
    case = crew.bring(reported(), CaseState.REGISTERED, NOW + timedelta(hours=1))
    assert "updates" not in listed(client)[0]
    [row] = client.get(f"/open311/v2/requests/{case.number}.json?extensions=true").json()
    assert [one["updated_datetime"] for one in row["updates"]] == [
        "2026-03-02T10:00:00+08:00",
        "2026-03-02T11:00:00+08:00",
        "2026-03-02T11:00:00+08:00",
    ]
    assert {one["status"] for one in row["updates"]} == {"open"}
    text = client.get(f"/open311/v2/requests/{case.number}.xml?extensions=true").content
    assert len(fromstring(text).findall("request/updates/update")) == 3


def test_at_most_a_thousand_are_listed(client: Client, django_assert_max_num_queries: Any) -> None:
    case = reported()
    rows = []
    for number in range(1004):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.number = new_id(), f"20260302-{number:06d}"
        copy.arrival = case.arrival - number - 1
        rows.append(copy)
    Case.objects.bulk_create(rows)
    with django_assert_max_num_queries(3):
        response = client.get(LIST)
    assert len(response.json()) == 1000
    assert 'rel="next"' in response["Link"]


def test_xml_survives_what_it_cannot_write(client: Client, crew: Crew) -> None:
    words = "a<b>&\"'\x0b\x1f]]>灯\ufffe🙂"
    crew.bring(reported(description=words), CaseState.ACCEPTED)
    tree = fromstring(client.get("/open311/v2/requests.xml").content)
    assert tree.findtext("request/description") == "a<b>&\"'\ufffd\ufffd]]>灯\ufffd🙂"


def test_english_is_spoken_to_who_asks_for_it(client: Client, crew: Crew) -> None:
    crew.bring(reported(), CaseState.ACCEPTED)
    [row] = client.get(LIST, headers={"Accept-Language": "en"}).json()
    assert row["service_name"] == "Street light out"
    assert row["status_notes"] == "accepted, to be registered"


def test_any_page_of_the_internet_may_read_what_is_public(client: Client) -> None:
    assert client.get(LIST)["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in client.get(LIST).headers


def test_a_service_that_is_switched_off_disappears_within_seconds(client: Client) -> None:
    assert len(client.get("/open311/v2/services.json").json()) == 3
    Category.objects.filter(code="0101").update(is_active=False)
    from linli.open311.queries import catalogue

    catalogue._catalogue = replace(catalogue._catalogue, looked_at=0.0, until=0.0)
    assert len(client.get("/open311/v2/services.json").json()) == 2
