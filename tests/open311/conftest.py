"""A district with three services, a key, and answers that can be foretold."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from pytest_django import Settings

from linli.audit.models import Lane
from linli.cases.actions import intake
from linli.cases.actions.categories import CategoryDraft, LimitDraft, publish_categories
from linli.cases.queries.calendars import forget_calendar
from linli.cases.queries.categories import forget_versions
from linli.kernel.ciphers import HashKey
from linli.kernel.ids import new_id
from linli.kernel.sealing import Keyring
from linli.open311.actions import make_key

# A Monday, 10:00 in Shanghai.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ACT = "0195b0a0-0000-7000-8000-000000000001"

_PROMISE = LimitDraft("close", "办结", 72, "hours", "report", ("close",), is_final=True)
_DRAFTS = [
    CategoryDraft("01", "市政设施", "Public facilities"),
    CategoryDraft(
        "0101",
        "路灯不亮",
        "Street light out",
        parent="01",
        rules={
            "kinds": ["help", "hazard"],
            "register_when": "路灯在公共道路上。",
            "register_when_en": "The lamp stands on a public road.",
        },
        limits=(_PROMISE,),
    ),
    CategoryDraft(
        "0102",
        "燃气泄漏",
        "Gas leak",
        parent="01",
        position=1,
        rules={
            "kinds": ["hazard"],
            "emergency_number": "119",
            "needs_photo": True,
            "photo_reason": "据此判断阀门型号。",
            "photo_reason_en": "It shows the kind of valve.",
            "needs_verification": True,
            "verification_reason": "先到现场找到阀门。",
            "verification_reason_en": "Somebody looks for the valve first.",
        },
    ),
    CategoryDraft(
        "0103",
        "邻里噪声",
        "Noise next door",
        parent="01",
        position=2,
        rules={"kinds": ["complaint"], "anonymous_allowed": False},
    ),
]


@pytest.fixture(autouse=True)
def _known_secrets(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make codes and numbers the same in every run."""
    settings.LINLI_KEYRING = Keyring({1: bytes(range(32))}, 1, HashKey(bytes(range(32, 64))))
    settings.LINLI_JURISDICTION = "nanyue.example"
    settings.LINLI_CENTRE_NAME = "演示中心"
    monkeypatch.setattr(intake, "new_case_number", lambda day: f"{day:%Y%m%d}-7KMQ2X")


@pytest.fixture
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def services(db: None) -> None:
    """Publish the services."""
    forget_versions()
    forget_calendar()
    since = datetime(2025, 1, 1, tzinfo=UTC)
    publish_categories(drafts=_DRAFTS, by=None, at=since, act_id=new_id())


@pytest.fixture
def key(services: None) -> str:
    """Make a key that may post."""
    _row, secret = make_key(
        label="演示应用", unit=None, by=None, at=datetime(2026, 1, 1, tzinfo=UTC), act_id=new_id()
    )
    return secret


_append_only = importlib.import_module("linli.audit.migrations.0002_append_only")


@pytest.fixture(scope="module")
def _emptied(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the tests of a module end with an empty database, which the audit log forbids."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        _append_only._unguard(apps, editor)
    yield
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            _append_only._guard(apps, editor)
        _append_only._make_lanes(apps, None)


@pytest.fixture
def committed(_emptied: None, transactional_db: None) -> None:
    """Commit what a test does, for other threads to see."""
    if not Lane.objects.exists():
        _append_only._make_lanes(apps, None)
