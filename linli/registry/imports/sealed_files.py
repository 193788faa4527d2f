"""Files of an import that wait on the disk: sealed by the keyring, forgotten after some days."""

import base64
import io
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from linli.kernel import sealing
from linli.kernel.sealed_streams import SealedStream, pieces_of
from linli.kernel.sealing import UnsealError
from linli.registry.actions.importing.control import folder_of
from linli.storage.files import remove_old_folders, write_pieces

# Rows that came back are corrected within weeks, or asked for again.
KEPT = timedelta(days=14)
_TABLE = "registry_importrun"
_PIECE = 1 << 16


def _place(run: UUID) -> sealing.Place:
    return sealing.Place(_TABLE, str(run))


def keep(run: UUID, name: str, data: bytes | IO[bytes], told: Mapping[str, Any]) -> None:
    """Keep a file of a run so that only the keyring opens it, with what is told beside it.

    What is told holds no fact of a person; it is sealed as well. Of a stream no more than a piece
    is held in memory.
    """
    key = settings.LINLI_KEYRING.new_data_key()
    place = _place(run)
    text = json.dumps(told, ensure_ascii=False, default=str)
    body = {
        "key": base64.b64encode(settings.LINLI_KEYRING.wrap(key, place)).decode(),
        "told": base64.b64encode(sealing.seal(key, place, f"{name}.told", text)).decode(),
    }
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    head = json.dumps(body).encode() + b"\n"
    pieces = pieces_of(stream, lambda column, said: sealing.seal(key, place, column, said), name)
    write_pieces(_path(run, name), chain([head], pieces))


def _opened(run: UUID, name: str) -> tuple[SealedStream, dict[str, Any]] | None:
    try:
        file = _path(run, name).open("rb")
    except FileNotFoundError:
        return None
    try:
        body, place = json.loads(file.readline()), _place(run)
        key = settings.LINLI_KEYRING.unwrap(base64.b64decode(body["key"]), place)
        told = sealing.unseal(key, place, f"{name}.told", base64.b64decode(body["told"]))
        stream = SealedStream(
            file, lambda column, one: sealing.unseal(key, place, column, one), name
        )
    except BaseException:
        file.close()
        raise
    return stream, json.loads(told)


def stream_kept(run: UUID, name: str) -> tuple[IO[bytes], dict[str, Any]] | None:
    """Return a kept file as a stream that opens it piece by piece, and what was told beside it.

    None where it is gone.
    """
    found = _opened(run, name)
    return None if found is None else (io.BufferedReader(found[0], _PIECE), found[1])


def open_kept(run: UUID, name: str) -> tuple[bytes, dict[str, Any]] | None:
    """Return a kept file and what was told beside it, or None where it is gone."""
    found = _opened(run, name)
    if found is None:
        return None
    with found[0] as stream:
        return stream.read(), found[1]


def rewrap_kept() -> int:
    """Bring the keys of all kept files under the current master key; returns how many changed.

    A file that does not open, or goes meanwhile, is left: it is forgotten in some days.
    """
    ring, changed = settings.LINLI_KEYRING, 0
    for path in (Path(settings.LINLI_IMPORTS) / "registry").glob("*/*.sealed"):
        with suppress(UnsealError, ValueError, OSError), path.open("rb") as file:
            body, place = json.loads(file.readline()), _place(UUID(path.parent.name))
            wrapped = base64.b64decode(body["key"])
            if sealing.version_of(wrapped) != ring.current:
                fresh = ring.wrap(ring.unwrap(wrapped, place), place)
                body["key"] = base64.b64encode(fresh).decode()
                head = json.dumps(body).encode() + b"\n"
                write_pieces(path, chain([head], iter(lambda: file.read(_PIECE), b"")))
                changed += 1
    return changed


def forget(run: UUID, name: str) -> None:
    """Remove a kept file."""
    _path(run, name).unlink(missing_ok=True)


def forget_old(at: datetime) -> int:
    """Remove what was kept longer than it may be; returns how many runs had something."""
    return remove_old_folders([Path(settings.LINLI_IMPORTS) / "registry"], at - KEPT)


def _path(run: UUID, name: str) -> Path:
    return folder_of(run) / f"{name}.sealed"
