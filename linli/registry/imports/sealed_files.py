"""Files of an import that wait on the disk: sealed by the keyring, forgotten after some days."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.kernel import sealing
from linli.registry.actions.importing.control import folder_of
from linli.storage.files import remove_old_folders, write_whole

# Rows that came back are corrected within weeks, or asked for again.
KEPT = timedelta(days=14)
_TABLE = "registry_importrun"


def _place(run: UUID) -> sealing.Place:
    return sealing.Place(_TABLE, str(run))


def keep(run: UUID, name: str, data: bytes, told: Mapping[str, Any]) -> None:
    """Keep a file of a run so that only the keyring opens it, with what is told beside it.

    What is told holds no fact of a person; it is sealed as well.
    """
    key = settings.LINLI_KEYRING.new_data_key()
    place = _place(run)
    text = json.dumps(told, ensure_ascii=False, default=str)
    body = {
        "key": base64.b64encode(settings.LINLI_KEYRING.wrap(key, place)).decode(),
        "told": base64.b64encode(sealing.seal(key, place, f"{name}.told", text)).decode(),
    }
    packed = base64.b64encode(data).decode()
    head = json.dumps(body).encode() + b"\n"
    write_whole(_path(run, name), head + sealing.seal(key, place, name, packed))


def open_kept(run: UUID, name: str) -> tuple[bytes, dict[str, Any]] | None:
    """Return a kept file and what was told beside it, or None where it is gone."""
    try:
        head, _line, sealed = _path(run, name).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    body, place = json.loads(head), _place(run)
    key = settings.LINLI_KEYRING.unwrap(base64.b64decode(body["key"]), place)
    told = sealing.unseal(key, place, f"{name}.told", base64.b64decode(body["told"]))
    return base64.b64decode(sealing.unseal(key, place, name, sealed)), json.loads(told)


def forget(run: UUID, name: str) -> None:
    """Remove a kept file."""
    _path(run, name).unlink(missing_ok=True)


def forget_old(at: datetime) -> int:
    """Remove what was kept longer than it may be; returns how many runs had something."""
    return remove_old_folders([Path(settings.LINLI_IMPORTS) / "registry"], at - KEPT)


def _path(run: UUID, name: str) -> Path:
    return folder_of(run) / f"{name}.sealed"
