"""Log-in abuse: accounts and addresses wait, and nobody learns which accounts exist."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from linli.accounts.jobs import forget_ended_log_ins
from linli.accounts.rules.roles import Role
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db


WRONG = "wrong"


def attempt(
    username: str, password: str = WRONG, address: str = "203.0.113.1", **meta: str
) -> HttpResponse:
    """Log in from an address with a clean browser; return the answer."""
    form = {"login": username, "password": password}
    return Client().post(  # type: ignore[return-value]
        "/accounts/login/", form, REMOTE_ADDR=address, **meta
    )


def test_five_failures_close_the_account_for_that_address() -> None:
    username = make_person(Role.INTAKE_CLERK).username
    assert [attempt(username).status_code for _n in range(5)] == [200, 200, 200, 200, 429]
    assert attempt(username, PASSWORD).status_code == 429
    assert attempt(username, PASSWORD, "203.0.113.2").status_code == 302


def test_many_addresses_close_the_account_itself(settings: Settings) -> None:
    settings.LINLI_LOCKOUT = {"account_at_address": 5, "account": 8, "address": 60}
    username = make_person(Role.INTAKE_CLERK).username
    for number in range(8):
        attempt(username, address=f"198.51.100.{number}")
    assert attempt(username, PASSWORD, "203.0.113.77").status_code == 429


def test_one_address_that_tries_many_accounts_waits(settings: Settings) -> None:
    settings.LINLI_LOCKOUT = {"account_at_address": 5, "account": 20, "address": 8}
    there = make_person(Role.INTAKE_CLERK).username
    for number in range(8):
        attempt(f"guess{number}")
    assert attempt(there, PASSWORD).status_code == 429
    assert attempt(there, PASSWORD, "203.0.113.2").status_code == 302


def test_an_own_account_buys_no_new_guesses(settings: Settings) -> None:
    settings.LINLI_LOCKOUT = {"account_at_address": 5, "account": 20, "address": 8}
    own = make_person(Role.INTAKE_CLERK).username
    statuses = []
    for number in range(8):
        statuses.append(attempt(f"guess{number}").status_code)
        if number < 7:
            assert attempt(own, PASSWORD).status_code == 302
    assert statuses[-1] == 429


def test_a_good_log_in_forgets_the_slips_before_it() -> None:
    username = make_person(Role.INTAKE_CLERK).username
    for _round in range(3):
        for _slip in range(4):
            assert attempt(username).status_code == 200
        assert attempt(username, PASSWORD).status_code == 302


def test_accounts_that_exist_and_that_do_not_are_locked_alike() -> None:
    there = make_person(Role.INTAKE_CLERK).username
    pages = {}
    for username, address in ((there, "203.0.113.1"), ("nobody", "203.0.113.2")):
        for _n in range(5):
            answer = attempt(username, address=address, HTTP_ACCEPT="application/json")
        pages[username] = (answer.status_code, answer.content)
    assert pages[there] == pages["nobody"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "try again in 15 minutes"), ("zh-hans", "15")]
)
def test_the_answer_says_in_the_persons_language_how_long_it_lasts(
    language: str, words: str
) -> None:
    for _n in range(5):
        answer = attempt("nobody", HTTP_ACCEPT_LANGUAGE=language)
    assert words in answer.content.decode()
    assert answer.headers["Retry-After"] == "900"


def test_the_wait_ends_and_trying_meanwhile_does_not_prolong_it() -> None:
    username = make_person(Role.INTAKE_CLERK).username
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _n in range(5):
            attempt(username)
        clock.shift(timedelta(minutes=10))
        answer = attempt(username, PASSWORD, HTTP_ACCEPT_LANGUAGE="en")
        assert "try again in 5 minutes" in answer.content.decode()
        clock.shift(timedelta(minutes=5, seconds=1))
        assert attempt(username, PASSWORD).status_code == 302


def test_forged_headers_of_a_stranger_change_nothing(settings: Settings) -> None:
    settings.LINLI_PROXIES = ["10.0.0.1"]
    username = make_person(Role.INTAKE_CLERK).username
    for number in range(5):
        attempt(username, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert attempt(username, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.9").status_code == 429


def test_behind_the_configured_proxy_each_client_counts_alone(settings: Settings) -> None:
    settings.LINLI_PROXIES = ["10.0.0.1"]
    username = make_person(Role.INTAKE_CLERK).username
    for number in range(5):
        forged = f"1.2.3.{number}, 198.51.100.7"
        attempt(username, address="10.0.0.1", HTTP_X_FORWARDED_FOR=forged)
    proxied = {"address": "10.0.0.1", "password": PASSWORD}
    assert attempt(username, **proxied, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429
    assert attempt(username, **proxied, HTTP_X_FORWARDED_FOR="198.51.100.8").status_code == 302


def test_a_name_with_a_nul_is_only_a_wrong_name() -> None:
    assert attempt("nobody\0").status_code == 200


def test_the_clock_forgets_failures_and_sessions_that_ended() -> None:
    person = make_person(Role.SUPERVISOR)
    attempt(person.username)
    attempt(person.username, PASSWORD, "203.0.113.9")
    now = timezone.now()
    assert forget_ended_log_ins(at=now) == 0
    assert forget_ended_log_ins(at=now + timedelta(minutes=16)) == 1
    assert forget_ended_log_ins(at=now + timedelta(hours=5)) == 1
