"""Files that an import left on the disk stay readable when the keys change."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from linli.kernel.ids import new_id
from linli.kernel.keyfile import LiveKeyring
from linli.kernel.sealing import make_keyring_file
from linli.registry.imports.sealed_files import keep, open_kept, rewrap_kept

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("profile", ["aes", "sm"])
def test_files_that_wait_open_after_the_older_key_is_gone(
    profile: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    make_keyring_file(path)
    settings.LINLI_KEY_FILE, settings.LINLI_KEYRING = path, LiveKeyring(path)
    settings.LINLI_IMPORTS, settings.LINLI_SEALING = tmp_path / "imports", profile
    waits, torn = new_id(), new_id()
    body = "姓名,电话\n".encode() * 30_000
    keep(waits, "upload", body, {"rows": 1})
    keep(torn, "upload", b"x", {})
    broken = tmp_path / "imports" / "registry" / str(torn) / "upload.sealed"
    broken.write_bytes(b"torn")
    call_command("rotate_keys", verbosity=0)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("rotate_keys", "--forget-old", verbosity=0)
    assert set(LiveKeyring(path).masters) == {2}
    assert open_kept(waits, "upload") == (body, {"rows": 1})
    assert rewrap_kept() == 0
    assert broken.read_bytes() == b"torn"


def test_a_file_that_came_after_the_rotation_comes_along_too(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    make_keyring_file(path)
    settings.LINLI_KEY_FILE, settings.LINLI_IMPORTS = path, tmp_path / "imports"
    late = settings.LINLI_KEYRING = LiveKeyring(path, clock=lambda: 0.0)
    call_command("rotate_keys", verbosity=0)
    fresh, settings.LINLI_KEYRING = settings.LINLI_KEYRING, late
    run = new_id()
    keep(run, "note", b"", {"state": "new"})
    settings.LINLI_KEYRING = fresh
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("rotate_keys", "--forget-old", verbosity=0)
    assert open_kept(run, "note") == (b"", {"state": "new"})
