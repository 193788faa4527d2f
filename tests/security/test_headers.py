"""What every answer tells the browser, pages of errors included."""

import re

import pytest
from django.conf import settings as live
from django.test import Client
from pytest_django import Settings

from linli.accounts.rules.roles import Role
from tests.factories import make_case, make_person
from tests.repository.tree import LINLI

pytestmark = pytest.mark.django_db

PUBLIC = ("/", "/report/", "/follow/", "/board/", "/accounts/login/", "/no-such-page/", "/health/")
STAFF = ("/desk/", "/desk/cases/", "/manage/people/", "/manage/units/", "/desk/cases/no-such/")
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=\"|javascript:"
)


def policy_of(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";")]
    return {part[0]: part[1:] for part in parts if part}


def check(client: Client, where: str) -> None:
    """Fail unless the answer of a page holds its browser back."""
    client.raise_request_exception = False
    response = client.get(where)
    headers = response.headers
    policy = policy_of(headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]
    assert _INLINE.findall(response.content.decode()) == []


@pytest.mark.parametrize("where", PUBLIC)
def test_public_pages_hold_the_browser_back(where: str) -> None:
    check(Client(), where)


@pytest.mark.parametrize("where", STAFF)
def test_pages_of_the_staff_hold_the_browser_back(where: str, settings: Settings) -> None:
    settings.LINLI_DEMO = True
    client = Client()
    client.force_login(make_person(Role.ADMINISTRATOR))
    check(client, where)
    assert client.get(where).headers["Cache-Control"] == "private, no-store"


def test_the_page_of_an_error_of_ours_holds_the_browser_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("linli.web.views.site.connection.cursor", broken)
    client = Client(raise_request_exception=False)
    response = client.get("/health/")
    assert response.status_code == 500
    assert "'unsafe" not in response.headers["Content-Security-Policy"]
    check(client, "/health/")


def test_a_case_page_holds_the_browser_back() -> None:
    case = make_case(title="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    client = Client()
    client.force_login(make_person(Role.INTAKE_CLERK))
    check(client, f"/desk/cases/{case.pk}/")


@pytest.mark.parametrize("name", ["SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE"])
def test_cookies_are_kept_from_scripts_and_other_sites(name: str) -> None:
    assert getattr(live, name) in {True, "Lax"}


def test_with_https_cookies_travel_under_cover_and_browsers_remember_it(
    settings: Settings,
) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    plain = Client().get("/accounts/login/")
    assert plain.status_code == 301
    assert plain.headers["Location"].startswith("https://")
    page = Client().get("/accounts/login/", secure=True)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page.cookies["csrftoken"]["secure"]


def test_one_switch_turns_all_of_that_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    monkeypatch.setenv("LINLI_HTTPS", "1")
    on = runpy.run_path(str(LINLI / "settings.py"))
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert all(on[name] for name in (*names, "LANGUAGE_COOKIE_SECURE"))
    assert on["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert not on["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]
