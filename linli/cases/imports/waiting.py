"""Uploads that wait for a person to look at the preview and confirm."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.kernel.ids import new_id
from linli.storage.files import write_whole
from linli.territory.imports.report import Source


@dataclass(frozen=True)
class Waiting:
    """An upload on disk; its id becomes the id of the act that imports it."""

    id: UUID
    kind: str
    said: Mapping[str, str]
    source: Source = field(repr=False)


def leave(kind: str, source: Source, said: Mapping[str, str], at: datetime) -> UUID:
    """Keep an upload under LINLI_HOME/imports and return its id; ``said`` is what the form said."""
    upload = new_id()
    facts = {"kind": kind, "name": source.name, "at": at.isoformat(), "said": dict(said)}
    write_whole(_folder(upload) / "upload", source.data)
    text = json.dumps(facts, ensure_ascii=False)
    write_whole(_folder(upload) / "facts.json", text.encode())
    return upload


def find(kind: str, upload: UUID) -> Waiting | None:
    """Return a waiting upload of a kind, or None when there is none (or it was imported)."""
    try:
        facts = json.loads((_folder(upload) / "facts.json").read_text(encoding="utf-8"))
        data = (_folder(upload) / "upload").read_bytes()
    except FileNotFoundError:
        return None
    if facts["kind"] != kind:
        return None
    return Waiting(upload, kind, facts["said"], Source(facts["name"], data))


def forget(upload: UUID) -> None:
    """Remove an upload that was imported; what it said stays in the audit log."""
    shutil.rmtree(_folder(upload), ignore_errors=True)


def _folder(upload: UUID) -> Path:
    # The hourly job drops what waits in such a room for too long (cases/jobs/tidying.py).
    return Path(settings.LINLI_IMPORTS) / "waiting-tables" / str(upload)
