"""Administrators see how long records are kept and how old the key is, and no record."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from linli.accounts.rules.roles import Role
from linli.kernel.keyfile import add_master, forget_masters
from linli.kernel.sealing import make_keyring_file
from linli.registry.actions.erasing import erase_expired
from linli.registry.models import Dwelling, RecordKind
from linli.registry.queries import keeping
from tests.factories import make_grid, make_person
from tests.registry.persons import make_dwelling

pytestmark = pytest.mark.django_db


def of_dwellings() -> tuple[int, int, int]:
    today = timezone.localdate()
    rows = {str(one.label): one for one in keeping.kept(today)}
    one = rows[str(RecordKind.DWELLING.label)]
    return one.records, one.over, one.soon


def test_what_is_past_its_end_is_counted_until_it_is_erased() -> None:
    today, grid = timezone.localdate(), make_grid(0)
    for number, days in enumerate((-1, 10, 400)):
        home = make_dwelling(grid, line=f"书院路{number}号")
        Dwelling.objects.filter(pk=home.pk).update(keep_until=today + timedelta(days=days))
    assert of_dwellings() == (3, 1, 1)
    before = keeping.erased()
    erase_expired(at=timezone.now())
    assert of_dwellings() == (2, 0, 1)
    assert keeping.erased() > before


def test_the_step_after_a_rotation_is_named_when_it_is_due(tmp_path: Path) -> None:
    path, now = tmp_path / "keys.json", timezone.now()
    make_keyring_file(path)
    assert keeping.keys(path, now).command == "linli rotate-keys"
    version = add_master(path, now)
    assert (keeping.keys(path, now).older, keeping.keys(path, now).command) == (1, "")
    later = now + timedelta(hours=2)
    assert keeping.keys(path, later).command == "linli rotate-keys --forget-old"
    forget_masters(path, version)
    with translation.override("en"):
        assert "Nothing is to be done" in str(keeping.keys(path, later).step)
    assert keeping.keys(path, now + timedelta(days=400)).command == "linli rotate-keys"


def test_an_administrator_reads_it_on_a_page(client: Client, settings: Any) -> None:
    settings.LINLI_DEMO = True
    client.force_login(
        make_person(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
    )
    make_dwelling(make_grid(0))
    page = client.get(reverse("guards:keeping"), headers={"accept-language": "en"})
    text = page.content.decode()
    assert "AES-256-GCM" in text
    assert "Nothing waits to be erased." in text
    assert "linli rotate-keys" in text
