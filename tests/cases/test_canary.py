"""No value of a person can be found in what lies on the disk: database, WAL, index, logs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CANARIES = ("欧阳金丝雀", "13987654321", "canary@example.com", "430412199003072317")

MAKE = """
import django
django.setup()
from django.utils import timezone
from linli.audit.actions import Clash
from linli.cases.actions.categories import CategoryDraft, publish_categories
from linli.cases.actions.intake import report
from linli.cases.models import Category
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies.reporting import Contact, Report
from linli.kernel.ids import new_id

now = timezone.now()
draft = CategoryDraft("c1", "水管漏水", rules={"reopen_days": 7})
publish_categories(drafts=[draft], by=None, at=now, act_id=new_id())
contact = Contact("欧阳金丝雀", "13987654321", "canary@example.com", "430412199003072317")
act_id = new_id()
for title in ("门前水管漏水", "另一件事"):
    asked = Report(Category.objects.get(), Kind.HELP, Channel.WEB, title, contact=contact)
    try:
        report(report=asked, by=None, at=now, act_id=act_id)
    except Clash:
        print("kept in quarantine")
"""


def _run(home: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "LINLI_HOME": str(home),
        "LINLI_DATABASE_URL": f"sqlite:///{home}/linli.sqlite3",
        "DJANGO_SETTINGS_MODULE": "linli.settings",
    }
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("canary")
    _run(home, "-m", "linli", "migrate", "--verbosity=0")
    words = _run(home, "-c", MAKE)
    assert "kept in quarantine" in words
    (home / "output.log").write_text(words)
    return home


def _files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def _spellings(canary: str) -> list[bytes]:
    return [canary.encode("utf-8"), canary.encode("utf-16-le"), canary.encode("gb18030")]


@pytest.mark.parametrize("canary", CANARIES)
def test_no_file_of_the_home_holds_a_person_s_value(home: Path, canary: str) -> None:
    found = [
        path.name
        for path in _files(home)
        if any(spelling in path.read_bytes() for spelling in _spellings(canary))
    ]
    assert found == []


def test_the_search_for_canaries_can_find_one(home: Path) -> None:
    """The words of the case itself are stored readable: the same search finds them."""
    wanted = "门前水管漏水".encode()
    names = [path.name for path in _files(home) if wanted in path.read_bytes()]
    assert any(name.startswith("linli.sqlite3") for name in names)
