"""One table a sheet, one column of text a column: no encryption, no audit, no grid."""

from __future__ import annotations

from typing import Any

from django.db import models

from benchmarks.registry_file import HEADS


def _table(what: str) -> type[models.Model]:
    columns: dict[str, Any] = {
        f"c{place}": models.CharField(max_length=200, blank=True, verbose_name=name)
        for place, name in enumerate(HEADS[what][1])
    }
    meta = type("Meta", (), {"app_label": "plain"})
    return type(what.title(), (models.Model,), {**columns, "__module__": __name__, "Meta": meta})


TABLES = {what: _table(what) for what in HEADS}
