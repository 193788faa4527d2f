"""A small community of four square grids, about 990 m by 1,110 m each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import translation

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.territory.actions import save_divisions, save_grids
from linli.territory.rules.facts import DivisionFacts, GridFacts
from linli.territory.rules.geometry import to_wkb
from tests.territory.ground import SINCE, VILLAGE, act, square


@pytest.fixture
def divisions(db: None) -> None:
    save_divisions(
        rows=[
            DivisionFacts("430412", "南岳区", "Nanyue", since=SINCE),
            DivisionFacts("430412001", "祝融街道", since=SINCE),
            DivisionFacts(VILLAGE, "岳庙社区", "Yuemiao", since=SINCE),
            DivisionFacts("430412001003", "祝圣社区", since=SINCE),
        ],
        **act(),
    )


@pytest.fixture
def grids(divisions: None) -> list[str]:
    """Make four grids, two by two: 001 south-west, 002 south-east, 003 and 004 north of them."""
    codes = [f"{VILLAGE}{number:03d}" for number in range(1, 5)]
    rows = [
        GridFacts(code, f"第{k + 1}网格", shape=to_wkb(shapely.normalize(square(k % 2, k // 2))))
        for k, code in enumerate(codes)
    ]
    save_grids(rows=rows, day=SINCE, **act())
    return codes


@pytest.fixture
def worker(db: None) -> Person:
    return Person.objects.create(username="worker", name="演示甲")


@pytest.fixture
def administrator(db: None) -> Person:
    person = Person.objects.create_user("administrator", "not-a-real-one", name="演示管理员")
    RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR.value, since=SINCE)
    return person


@pytest.fixture
def desk(client: Client, administrator: Person) -> Client:
    """Return a browser in which an administrator is logged in."""
    # Administrators work with a second factor only.
    Authenticator.objects.create(
        user_id=administrator.pk, type=Authenticator.Type.TOTP, data={"secret": "not-a-real-one"}
    )
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def english() -> Iterator[None]:
    """Let refusals and names speak English."""
    with translation.override("en"):
        yield


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Path:
    """Return the folder where refused imports are kept."""
    settings.LINLI_IMPORTS = tmp_path / "imports"
    return tmp_path / "imports"
