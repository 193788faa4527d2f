"""Two independent clients from the registry talk to a real server, and eight at once."""

import importlib
import itertools
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import requests
from georeport import GeoReport
from pytest_django.live_server_helper import LiveServer

from linli.cases.actions import intake
from linli.cases.models import Case
from linli.kernel.ids import new_case_number
from tests.open311.conftest import ACT

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _real_numbers(monkeypatch: pytest.MonkeyPatch, _known_secrets: None) -> None:
    monkeypatch.setattr(intake, "new_case_number", new_case_number)


@pytest.fixture
def endpoint(committed: None, live_server: LiveServer, key: str) -> str:
    return f"{live_server.url}/open311/v2"


@pytest.fixture
def three(endpoint: str, key: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # The client was written for Python 2.
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    module: ModuleType = importlib.import_module("three")
    yield module.Three(endpoint, api_key=key, format="json", jurisdiction="nanyue.example")
    for name in [name for name in sys.modules if name.split(".")[0] == "three"]:
        del sys.modules[name]


def test_three_walks_from_services_to_a_request(three: Any) -> None:
    assert three.discovery()["endpoints"][0]["specification"].endswith("GeoReport_v2")
    assert [one["service_code"] for one in three.services()] == ["0101", "0102", "0103"]
    assert three.services("0101")["attributes"][0]["code"] == "kind"
    [posted] = three.post(
        "0101",
        lat=27.2321,
        long=112.7345,
        name="Ada Example",
        phone="0734-8123456",
        address="祝融路12号",
        description="路灯不亮",
    )
    number = posted["service_request_id"]
    assert Case.objects.get(number=number).description == "路灯不亮"
    assert [one["service_request_id"] for one in three.requests("0101", status="open")] == [number]
    assert three.request(number)[0]["lat"] == 27.2321
    assert three.token(posted["token"])[0]["service_request_id"] == number
    today = Case.objects.get().reported_at.strftime("%m-%d-%Y")
    assert three.requests(start="01-01-2020", end="01-02-2020") == []
    assert len(three.requests(start=today, end="12-31-2060")) in {0, 1}
    assert len(three.requests(count=1)) == 1


def test_three_reads_an_error(three: Any) -> None:
    [error] = three.post("9999", lat=1, long=1)
    assert error["code"] == 404
    three.api_key = "wrong"
    [error] = three.post("0101", lat=1, long=1)
    assert error["code"] == 403


@pytest.mark.parametrize("spelling", ["json", "xml"])
def test_georeport_reads_services_and_requests(three: Any, endpoint: str, spelling: str) -> None:
    for _n in range(2):
        [posted] = three.post("0101", lat=27.2321, long=112.7345, description="路灯不亮")
    city = GeoReport(endpoint, jurisdiction="nanyue.example", output_format=spelling)
    assert city.get_service_list()[0]["service_name"] == "路灯不亮"
    assert city.get_service_definition("0101")["service_code"] == "0101"
    assert len(city.get_service_requests(service_code="0101", status="open")) == 2
    number = posted["service_request_id"]
    one = city.get_service_request(number)
    assert one["service_request_id"] == number
    assert float(one["long"]) == 112.7345


def test_one_report_sent_by_eight_at_once_is_one_case(endpoint: str, key: str) -> None:
    body = {"api_key": key, "service_code": "0101", "lat": "27.2", "long": "112.7", "act_id": ACT}
    answers: list[requests.Response] = []

    def send() -> None:
        answers.append(requests.post(f"{endpoint}/requests.json", data=body, timeout=30))

    threads = [threading.Thread(target=send) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()[0]["service_request_id"] for answer in answers}) == 1
    assert Case.objects.count() == 1
