"""Broken requests to the real server: it answers or hangs up, and goes on serving."""

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from tests.journeys.ground import Ground, ground, stop

GOOD = b"GET /health/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
BROKEN = {
    "a header of 60 kB": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 60_000 + b"\r\n\r\n",
    "a thousand headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
    "an address of 60 kB": b"GET /" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "NUL in the address": b"GET /a%00b/?q=%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a bare NUL": b"GET /a\0b/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "bytes that are no UTF-8": b"GET /%ff%fe/?q=%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "another's host": b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    "a host with a script": b"GET / HTTP/1.1\r\nHost: <script>\r\n\r\n",
    "a broken cookie": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid=\xff;;=\r\n\r\n",
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "two lengths": (
        b"POST /follow/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 30\r\n"
        b"\r\nabc"
    ),
    "a length below zero": (
        b"POST /follow/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -3\r\n\r\nabc"
    ),
    "length and pieces": (
        b"POST /follow/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /desk/ HTTP/1.1\r\n\r\n"
    ),
    "a report in pieces that break off": (
        b"POST /open311/v2/requests.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
        b"5\r\nabcde\r\nzz\r\n"
    ),
    "half a form": (
        b"POST /report/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form"
    ),
}


@pytest.fixture(scope="session")
def served() -> Iterator[Ground]:
    yield ground()
    stop()


def answer_to(address: str, request: bytes) -> bytes:
    """Send bytes and hang up; return the first line of the answer, or nothing."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=3) as connection:
        try:
            connection.sendall(request)
            return connection.recv(200).split(b"\r\n")[0]
        except TimeoutError:
            # The server waits for the rest, which never comes.
            return b""
        except (ConnectionResetError, BrokenPipeError):
            return b""


def test_a_good_request_is_answered(served: Ground) -> None:
    assert answer_to(served.address, GOOD) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_request_is_no_failure(served: Ground, what: str) -> None:
    line = answer_to(served.address, BROKEN[what])
    assert not line.startswith(b"HTTP/1.1 5"), line
    assert answer_to(served.address, GOOD) == b"HTTP/1.1 200 OK"


def test_nothing_of_it_failed_behind_the_answer(served: Ground) -> None:
    for request in BROKEN.values():
        answer_to(served.address, request)
    with urllib.request.urlopen(f"{served.address}/health/", timeout=10) as answer:  # noqa: S310
        assert answer.status == 200
    assert "Traceback" not in served.log()
