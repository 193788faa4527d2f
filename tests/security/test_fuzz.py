"""Junk sent to every address, as every role: an answer may be a no, but never a failure."""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.accounts.rules.roles import Role
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from tests import factories

pytestmark = pytest.mark.django_db

# LINLI_FUZZ=20000 looks longer, and at other junk each time.
EXAMPLES = int(os.environ.get("LINLI_FUZZ", "700"))
SPITEFUL = (
    *("", " ", "\0", "a\0b", "\ud83d", "\ufeff", "’", "1", "-1", "0", "1e999", "NaN", "9" * 400),
    *("' OR 1=1 --", '"; DROP TABLE cases_case; --', "%' AND 1=1", "\\", "%", "_", "(", "*", '"'),
    *("a" * 5000, "漏" * 3000, "../../etc/passwd", "%00", "%c0%ae", "javascript:alert(1)"),
    *("<script>alert(1)</script>", "{{7*7}}", "{% debug %}", "${jndi:ldap://x}", "=cmd|' /C'!A0"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01T00:00:00Z", "2026-13-01T25:61"),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", "{}", "[]", "null", "true", "on"),
    *("112.7", "27.2", "181", "-91", "112,7", "OR", "AND NOT", "NEAR(", "title:", "漏水 OR 1=1"),
)
SQL = (
    *("' OR 1=1 --", '"; DROP TABLE cases_case; --', "%' AND 1=1", "\\", "%", "(", "*", '"', "\0"),
    *("\ud83d", "OR", "NEAR(", "title:", "漏水 OR 1=1", "9" * 400, "2026-02-30", "a" * 5000),
)
NAMES = (
    *("q", "words", "after", "before", "cursor", "page", "state", "colour", "unit", "category"),
    *("kind", "channel", "area", "queue", "sort", "order", "on", "under", "lon", "lat", "bbox"),
    *("all", "did", "case", "back", "next", "step", "version", "start", "amount", "encoding"),
    *("act_id", "title", "description", "place", "telephone", "email", "name", "reason", "note"),
    *("words", "reached", "solved", "satisfaction", "into", "file", "photos", "waiting", "numbers"),
    *("number", "code", "login", "password", "service_code", "service_request_id", "status"),
    *("start_date", "end_date", "jurisdiction_id", "api_key", "address_string", "lat", "long"),
    *("cases", "verb", "given", "public", "found", "stage", "base_version", "fields", "role"),
    *("since", "until", "username", "codes", "day", "crs", "grid_kind", "seal", "limits_like"),
    *("limits-TOTAL_FORMS", "limits-INITIAL_FORMS", "limits-0-amount", "limits-0-ORDER"),
)
METHODS = ("get", "get", "post", "post", "post", "head", "put", "patch", "delete", "options")

texts = st.one_of(st.sampled_from(SPITEFUL), st.text(max_size=40))
query = st.dictionaries(st.sampled_from(NAMES), texts, max_size=4)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), texts, max_size=8),
    st.binary(max_size=200),
    st.sampled_from(
        [
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0.xlsx"\r\n\r\nPK',
            b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n",
            b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\xfe\r\n--x--\r\n',
            b'{"title": [1, {"a": null}]}',
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        ]
    ),
)
MEDIA = (
    *("multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/xml"),
    *("application/x-www-form-urlencoded; charset=nonsense", "\xff/\xfe"),
)
headers = st.dictionaries(
    st.sampled_from(
        [
            *("Accept", "Accept-Language", "HX-Request", "HX-Target", "HX-Current-URL", "Referer"),
            *("If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-For", "Origin"),
        ]
    ),
    st.one_of(
        st.sampled_from(["true", "x" * 9000, '"', "*", "zh-CN;q=2", "bytes=9-1", "a,b" * 900]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
    ),
    max_size=2,
)


def _patterns(patterns: list[Any]) -> Iterator[list[Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from ([one.pattern, *rest] for rest in _patterns(one.url_patterns))
        elif isinstance(one, URLPattern):
            yield [one.pattern]


def address_of(chain: list[Any], fill: dict[str, str]) -> str:
    """Return an address of a pattern, with whatever is given in the place of its parts."""
    parts = []
    for pattern in chain:
        text = str(pattern)
        if text.startswith("^"):
            text = f"password/reset/key/{fill['uidb36']}-{fill['key']}/"
        for name in (*getattr(pattern, "converters", {}),):
            kind = text.split(f":{name}>")[0].rsplit("<", 1)[-1]
            text = text.replace(f"<{kind}:{name}>", fill.get(name, "x"))
        parts.append(text)
    return "/" + "".join(parts)


CHAINS = list(_patterns(get_resolver().url_patterns))
NAMES_OF_PARTS = sorted(
    {name for chain in CHAINS for pattern in chain for name in getattr(pattern, "converters", {})}
)


class World:
    """Somebody of each role, a case of theirs, and one browser for each."""

    def __init__(self) -> None:
        crew, grid = factories.Crew(), factories.make_grid()
        case = crew.bring(factories.make_case(contact=True), CaseState.HANDLING)
        people = [
            *(crew.clerk, crew.dispatcher, crew.officer, crew.checker, crew.caller),
            *(crew.supervisor, factories.make_person(Role.GRID_WORKER, grid=grid)),
            *(factories.make_person(role) for role in (Role.ADMINISTRATOR, Role.AUDITOR)),
        ]
        self.clients = [Client()]
        for person in people:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            self.clients.append(client)
        self.true = {
            "case_id": str(case.pk),
            "number": case.number,
            "code": grid.code,
            "unit_id": str(crew.unit.pk),
            "person_id": str(crew.clerk.pk),
            "category_id": str(case.category_id),
            "ending": "json",
            "level": "village",
            "sheet": "limits",
            "verb": "note",
            "uidb36": "1",
            "key": "a-b",
        }


@pytest.fixture
def world(settings: Any) -> World:
    # Without the demo administrators would only ever see the page of their second factor.
    settings.LINLI_DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    return World()


def written(fields: Mapping[str, str]) -> str:
    """Return fields as they stand behind a question mark; what is no UTF-8 stays so."""
    pairs = [
        "=".join(quote_from_bytes(one.encode("utf-8", "surrogatepass")) for one in pair)
        for pair in fields.items()
    ]
    return "&".join(pairs)


def send(client: Client, method: str, path: str, **more: Any) -> HttpResponseBase:
    """Send a request as it is; what the view raises comes out here."""
    return client.generic(method.upper(), path, **more)


def fill_for(data: st.DataObject, true: dict[str, str]) -> dict[str, str]:
    junk = st.one_of(
        st.sampled_from(
            ["x", "%00", "9999999999999", "a.b", "%ff", "漏", "a'b", "-", str(new_id())]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="/?#"), min_size=1, max_size=12),
    )
    wrong = data.draw(st.sets(st.sampled_from([*NAMES_OF_PARTS, ""]), max_size=1))
    return {
        name: data.draw(junk) if name in wrong else true.get(name, str(new_id()))
        for name in (*NAMES_OF_PARTS, "uidb36", "key")
    }


def test_junk_is_answered_and_never_fails(world: World) -> None:
    order = random.Random(0)
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="LINLI_FUZZ" not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def shoot(data: st.DataObject) -> None:
        chain = CHAINS[len(seen_paths) % len(CHAINS)]
        path = address_of(chain, fill_for(data, world.true))
        seen_paths.append(path)
        client = order.choice(world.clients)
        method = data.draw(st.sampled_from(METHODS))
        more: dict[str, Any] = {"headers": data.draw(headers)}
        asked = f"{path}?{written(data.draw(query))}"
        if method in {"post", "put", "patch"}:
            body = data.draw(bodies)
            if isinstance(body, bytes):
                more |= {"data": body, "content_type": data.draw(st.sampled_from(MEDIA))}
            else:
                fields = {"act_id": str(new_id()), **body}
                media = "application/x-www-form-urlencoded"
                more |= {"data": written(fields).encode(), "content_type": media}
        answer = send(client, method, asked, **more)
        seen.add(answer.status_code)
        assert answer.status_code < 500, f"{method} {asked} {more}: {answer.status_code}"

    seen_paths: list[str] = []
    shoot()
    # The junk went somewhere: pages opened, were absent, forbidden, wrong, not to be asked so.
    assert {200, 302, 404, 405} <= seen
    assert len(seen_paths) >= EXAMPLES


SEARCHES = (
    ("/desk/cases/", ("q", "state", "unit", "category", "after", "before", "area", "queue")),
    ("/desk/map/cases.json", ("q", "state", "unit", "category", "area", "bbox")),
    ("/manage/people/", ("q", "after", "role")),
    ("/manage/units/", ("q", "after")),
    ("/manage/categories/", ("q",)),
    ("/manage/audit/events/", ("q", "after")),
    ("/manage/audit/reads/", ("q", "after")),
    ("/report/", ("words", "category")),
    ("/report/suggestions/", ("words",)),
    ("/board/", ("month", "category", "area")),
    ("/map/grids.json", ("on", "under")),
    (
        "/open311/v2/requests.json",
        (
            "service_request_id",
            "service_code",
            "status",
            "start_date",
            "end_date",
            "page",
            "page_size",
            "updated_after",
        ),
    ),
    ("/open311/v2/services.xml", ("jurisdiction_id",)),
)


@pytest.mark.parametrize(("path", "names"), SEARCHES)
def test_what_looks_like_sql_is_only_text(world: World, path: str, names: tuple[str, ...]) -> None:
    # A part of a page leads back to its page when it is asked for by itself.
    part = {"HTTP_HX_REQUEST": "true"} if path.endswith("/suggestions/") else {}
    for client in world.clients:
        first = send(client, "get", path, **part)
        assert first.status_code < 500
        if first.status_code != 200:
            continue
        for name in names:
            for text in SQL:
                answer = send(client, "get", f"{path}?{written({name: text})}", **part)
                assert answer.status_code < 500, f"{path} {name}={text!r}"
        break
    else:
        pytest.fail(f"{path} opened for nobody")


def test_a_table_that_was_to_be_dropped_is_there(world: World) -> None:
    client = world.clients[1]
    before = client.get("/desk/cases/").content.decode()
    client.get("/desk/cases/", {"q": "'; DROP TABLE cases_case; --"})
    none = client.get("/desk/cases/", {"q": "zzz' OR '1'='1"}).content.decode()
    assert world.true["number"] in before
    assert world.true["number"] not in none


def test_a_failure_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: where a view fails, sending raises instead of answering."""

    def fail(*_args: object) -> None:
        raise RuntimeError("a hole that was made on purpose")

    monkeypatch.setattr("linli.web.context_processors.permissions_of", fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        send(world.clients[1], "get", "/desk/")
