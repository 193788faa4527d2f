"""What is refused becomes a page that says why, and JSON for those who ask for JSON."""

import json
import logging

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from linli.audit.actions import Clash, Gone
from linli.kernel.refusal import Refusal, Refused
from linli.web.middleware import TroubleMiddleware
from linli.web.views import errors

REFUSED = Refused(Refusal("own_case", "You handled this case <yourself>."))


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/x/", headers=headers)


def answered(exception: Exception, **headers: str) -> HttpResponse:
    middleware = TroubleMiddleware(lambda _request: HttpResponse())
    with translation.override("en"):
        response = middleware.process_exception(asked(**headers), exception)
    assert response is not None
    return response


def test_a_refusal_is_a_page_with_its_sentence() -> None:
    response = answered(REFUSED)
    assert response.status_code == 403
    assert "You handled this case &lt;yourself&gt;." in response.content.decode()


def test_a_refusal_is_json_for_a_program() -> None:
    response = answered(REFUSED, accept="application/json")
    assert response.status_code == 403
    assert json.loads(response.content) == {
        "code": "own_case",
        "sentence": "You handled this case <yourself>.",
    }


def test_a_refusal_is_json_for_a_part_of_a_page() -> None:
    assert json.loads(answered(REFUSED, hx_request="true").content)["code"] == "own_case"


@pytest.mark.parametrize(
    ("exception", "status", "words"),
    [
        (Clash("x"), 409, "The first version counts."),
        (Gone("x"), 410, "Its time of keeping has ended"),
        (OperationalError("disk is full"), 503, "was not saved"),
    ],
)
def test_trouble_has_a_page_of_its_own(exception: Exception, status: int, words: str) -> None:
    response = answered(exception)
    assert response.status_code == status
    assert words in response.content.decode()
    assert "disk is full" not in response.content.decode()


def test_a_busy_database_says_when_to_come_back() -> None:
    assert int(answered(OperationalError())["Retry-After"]) > 0


def test_an_error_that_is_no_part_of_the_product_stays_an_error() -> None:
    middleware = TroubleMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(asked(), ValueError()) is None


@pytest.mark.parametrize("query", ["category=%00", "a=1&b=x%00y", "%00=1"])
def test_a_query_with_a_nul_is_told_in_words_before_a_database_is_asked(query: str) -> None:
    middleware = TroubleMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get(f"/x/?{query}")
    response = middleware.process_view(request, lambda _request: HttpResponse(), [], {})
    assert response is not None
    assert response.status_code == 400
    assert b"ll-error" in response.content


@pytest.mark.django_db
def test_a_protocol_answers_for_itself_when_a_query_has_a_nul(client: Client) -> None:
    assert client.get("/report/?category=%00").status_code == 400
    listed = client.get("/open311/v2/requests.json?service_code=a%00b")
    assert listed.headers["Content-Type"].startswith("application/json")


def test_a_wrong_method_is_told_in_words_and_keeps_its_header() -> None:
    middleware = TroubleMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))
    response = middleware(asked())
    assert isinstance(response, HttpResponse)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert b"ll-error" in response.content


def test_too_much_is_413_and_nonsense_400() -> None:
    assert errors.bad_request(asked(), RequestDataTooBig()).status_code == 413
    assert errors.bad_request(asked(), ValueError()).status_code == 400


@pytest.mark.parametrize(
    ("setting", "sent", "words"),
    [
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 100}, {"theme": "x" * 200}, "typed is too long"),
        ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1}, {"a": "1", "b": "2"}, "more entries than"),
        ({"DATA_UPLOAD_MAX_NUMBER_FILES": 1}, {"a": "file", "b": "file"}, "more files than"),
        ({"LINLI_MOST_REQUEST_BYTES": 10}, {"a": "file"}, "fewer or smaller files"),
    ],
)
@pytest.mark.django_db
def test_what_is_too_much_is_named(
    client: Client,
    settings: Settings,
    setting: dict[str, int],
    sent: dict[str, str],
    words: str,
) -> None:
    for name, value in setting.items():
        setattr(settings, name, value)
    body = {
        name: SimpleUploadedFile(name, b"x") if value == "file" else value
        for name, value in sent.items()
    }
    client.cookies["django_language"] = "en"
    answer = client.post("/preferences/theme/", body)
    assert answer.status_code == 413
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    ["DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent"],
)
def test_what_strangers_send_wrong_fills_no_log(name: str) -> None:
    logger = logging.getLogger(f"django.security.{name}")
    assert not logger.propagate
    assert logging.NullHandler in {type(handler) for handler in logger.handlers}


@pytest.mark.django_db
def test_an_old_form_and_too_many_attempts_have_their_pages() -> None:
    with translation.override("en"):
        assert "open for too long" in errors.csrf_failure(asked()).content.decode()
        locked = errors.locked_out(asked())
    assert locked.status_code == 429
    assert "try again in 15 minutes" in locked.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_a_friendly_404(client: Client) -> None:
    response = client.get("/no/such/page/", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_gets_the_page_for_it() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        "/preferences/theme/", {"theme": "dark"}, headers={"accept-language": "en"}
    )
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_the_page_for_our_own_faults_needs_no_database_and_no_request() -> None:
    from django.template.loader import render_to_string

    html = render_to_string("500.html")
    assert "Something broke on our side" in html
    assert "系统出了差错" in html


@pytest.mark.django_db
def test_the_log_in_page_is_ours_and_offers_no_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()
    assert "Staff log-in" in page
    assert "ll-portal" in page
    assert "signup" not in page
