"""What every test stands on: one browser a session, journeys counted, no warning ignored."""

import gc
import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import schedule
from tools.browser import FLAGS, HOW_TO_GET_IT, find_chromium

# Playwright's loop runs in the test's own thread; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Much lives as long as the process: looking through it often finds nothing.
gc.set_threshold(10_000, 50, 100)

# A slow machine makes slow examples, and no wrong ones. In CI every run tries the same ones.
hypothesis.settings.register_profile(
    "linli",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("linli")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
_skipped = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start to count the journeys that could not run."""
    config.stash[_skipped] = []


# What shows nothing new on a second database runs once, on SQLite.
collect_ignore = (
    list(schedule.ON_SQLITE_ALONE)
    if os.environ.get("LINLI_DATABASE_URL", "").startswith("postgres")
    else []
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything under tests/journeys is a journey; workers begin with what is long."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
        if not schedule.is_measured(item.path):
            item.add_marker("no_cover")
    if config.pluginmanager.hasplugin("_cov"):
        schedule.load_product()
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: schedule.rank(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where CI=true, a journey that was skipped has failed."""
    report: pytest.TestReport = yield  # type: ignore[assignment, misc]
    if report.skipped and item.get_closest_marker("journey") and not hasattr(report, "wasxfail"):
        report.user_properties.append(("skipped journey", item.nodeid))
        if os.environ.get("CI") == "true":
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: a journey may not be skipped in CI. {HOW_TO_GET_IT}"
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say last how many journeys were skipped, and leave the figure for `make test`."""
    kinds = ("skipped", "failed", "error")
    reports = [report for kind in kinds for report in terminalreporter.stats.get(kind, [])]
    skipped = [
        report
        for report in reports
        if "skipped journey" in dict(getattr(report, "user_properties", []))
    ]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} journeys were skipped. {HOW_TO_GET_IT}")
    figures = os.environ.get("LINLI_TEST_FIGURES")
    if figures:
        Path(figures).write_text(json.dumps({"skipped journeys": len(skipped)}))


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Let no test read what another left in the caches, or in the language, of this process."""
    from django.conf import settings
    from django.utils import translation

    from linli.cases.queries.calendars import forget_calendar
    from linli.cases.queries.categories import forget_versions

    forget_versions()
    forget_calendar()
    translation.activate(settings.LANGUAGE_CODE)


def begin_chains() -> None:
    """Begin the chains of the audit anew where they are gone."""
    from linli.audit.models import Lane
    from linli.audit.rules import GENESIS, LANES

    if not Lane.objects.exists():
        Lane.objects.bulk_create(Lane(lane=n, seq=0, head=GENESIS) for n in range(LANES))


def begin_budgets() -> None:
    """Give roles the budgets that a new database has, where they are gone."""
    from linli.registry.models import UnmaskBudget

    if not UnmaskBudget.objects.exists():
        first = importlib.import_module("linli.registry.migrations.0001_initial")
        for role, a_day in first._BUDGETS.items():
            UnmaskBudget.objects.create(role=role, a_day=a_day)


@pytest.fixture(autouse=True)
def _chains(request: pytest.FixtureRequest) -> None:
    """Give back what the emptying after a live server took along: chains of the audit, budgets."""
    asked = {"db", "transactional_db"} & set(request.fixturenames)
    for name in asked:
        request.getfixturevalue(name)
    if not asked and request.node.get_closest_marker("django_db") is None:
        return
    begin_chains()
    begin_budgets()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End the sessions of servers that were killed: PostgreSQL drops no database under them."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data; the test is skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with real data is not here: CI runs this test")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for all journeys of this process."""
    program = find_chromium()
    if program is None:
        pytest.skip(f"no Chromium. {HOW_TO_GET_IT}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a clean profile: no cookies, a desk's window, Chinese."""
    opened = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open one page; script errors, refusals of the CSP and requests elsewhere fail the test."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    opened.on(
        "console",
        lambda message: (
            faults.append(f"console: {message.text}")
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))
            else faults.append(f"a request left this machine: {request.url}")
        ),
    )
    yield opened
    assert not faults, "\n".join(faults)
