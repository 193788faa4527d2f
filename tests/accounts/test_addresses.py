"""The address that asks is the peer's, unless a configured proxy says otherwise."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from linli.accounts.middleware import EdgeMiddleware
from linli.accounts.rules.addresses import bucket_of, client_address, from_proxy, networks

PROXIES = networks(["10.0.0.1", "192.168.0.0/16", "fd00::/8"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        # A stranger is not believed.
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        # What the client wrote itself stands to the left.
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 192.168.3.4", "198.51.100.7"),
        ("10.0.0.1", "192.168.3.4", "192.168.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, rubbish", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("fd00::1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("unix:", "198.51.100.7", "unix:"),
    ],
)
def test_the_right_most_address_that_is_no_proxy_asks(
    remote: str, forwarded: str, client: str
) -> None:
    assert client_address(remote, forwarded, PROXIES) == client


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5))
def test_nothing_a_stranger_writes_changes_their_address(forged: list[str]) -> None:
    assert client_address("203.0.113.9", ", ".join(forged), PROXIES) == "203.0.113.9"


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5))
def test_nothing_written_before_the_proxy_changes_what_the_proxy_saw(forged: list[str]) -> None:
    passed = ", ".join([*forged, "203.0.113.9"])
    assert client_address("10.0.0.1", passed, PROXIES) == "203.0.113.9"


def test_one_household_of_ipv6_is_one_address() -> None:
    assert bucket_of("2001:db8:1:2:3:4:5:6") == bucket_of("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert bucket_of("2001:db8:1:3::9") != "2001:db8:1:2::"
    assert bucket_of("::ffff:198.51.100.7") == bucket_of("198.51.100.7") == "198.51.100.7"


def test_a_wrong_proxy_in_the_settings_is_named() -> None:
    with pytest.raises(ValueError, match=r"proxy\.example"):
        networks(["proxy.example"])
    assert from_proxy("192.168.9.9", PROXIES)
    assert not from_proxy("rubbish", PROXIES)


def seen_behind(settings: Settings, proxies: list[str], remote: str) -> dict[str, str]:
    """Return what a view behind the edge sees of a forged request."""
    settings.LINLI_PROXIES = proxies
    found: dict[str, str] = {}

    def answer(request: object) -> HttpResponse:
        found.update({k: str(v) for k, v in request.META.items()})  # type: ignore[attr-defined]
        return HttpResponse()

    request = RequestFactory().get(
        "/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR="198.51.100.7", HTTP_X_FORWARDED_PROTO="https"
    )
    EdgeMiddleware(answer)(request)
    return found


def test_headers_of_strangers_are_dropped_at_the_edge(settings: Settings) -> None:
    for proxies in ([], ["10.0.0.1"]):
        seen = seen_behind(settings, proxies, "203.0.113.9")
        assert seen["REMOTE_ADDR"] == "203.0.113.9"
        assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & set(seen)


def test_a_configured_proxy_is_believed_at_the_edge(settings: Settings) -> None:
    seen = seen_behind(settings, ["10.0.0.1"], "10.0.0.1")
    assert seen["REMOTE_ADDR"] == "198.51.100.7"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"
