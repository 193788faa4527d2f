"""New keys of hashes, and new hashes for everything that is found by a sealed value.

What can be opened is hashed anew. What cannot (fingerprints of the audit, query codes that people
hold, keys of programs, identity numbers) stays as it is and is known by the older key.
All rows and the key change together: the servers have to be stopped, because one that still knew
the older key would find nobody. Stopped in the middle, nothing has changed; run it again.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.kernel.ciphers import HashKey
from linli.kernel.keyfile import LiveKeyring, put_hash_keys
from linli.kernel.sealing import Keyring
from linli.registry.actions.columns import FOLD, own_fields
from linli.registry.actions.sealing import REPLACEABLE, opened
from linli.registry.actions.writing import check
from linli.registry.models import MODELS, RecordKind
from linli.registry.policies import refuse_manage
from linli.registry.rules.dictionary import CellType

_AT_ONCE = 500
Tell = Callable[[int], None]


def indexed_columns(kind: RecordKind) -> dict[str, CellType]:
    """Return the sealed columns of a kind by which records are found, and what they hold."""
    names = {column.name for column in MODELS[kind]._meta.concrete_fields}
    return {
        fact.name: fact.type
        for fact in own_fields(kind)
        if fact.name in REPLACEABLE and f"{fact.name}_index" in names
    }


def count_indexed() -> int:
    """Return how many records are found by a sealed value."""
    return sum(
        MODELS[kind]._default_manager.count() for kind in RecordKind if indexed_columns(kind)
    )


def replace_indexes(
    *, by: Person | None, at: datetime, act_id: UUID, tell: Tell = lambda _n: None
) -> int:
    """Make all hashes of sealed values anew under a fresh key; return how many rows changed.

    New fingerprints and codes are made with another fresh key. Both are of the profile that seals.
    """
    check(refuse_manage(by, at))
    path, changed = settings.LINLI_KEY_FILE, 0
    with acting(act_id, "registry.replace_indexes", by=by, at=at, payload={}) as first_time:
        if first_time:
            known = LiveKeyring(path).ring()
            search, index = HashKey.new(known.profile), HashKey.new(known.profile)
            fresh = replace(known, search_key=search)
            for kind in RecordKind:
                changed += _replace(kind, fresh, tell)
            # Last, so that whatever fails before leaves both as they were.
            put_hash_keys(path, search, index)
    settings.LINLI_KEYRING = LiveKeyring(path)
    return changed


def _replace(kind: RecordKind, ring: Keyring, tell: Tell) -> int:
    columns, changed = indexed_columns(kind), 0
    if not columns:
        return 0
    statement = _statement(MODELS[kind], columns)
    for page in _pages(MODELS[kind]):
        rows = [_hashed(row, columns, ring) for row in page if row.wrapped_key]
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
        changed += len(rows)
        tell(len(page))
    return changed


def _pages(model: type[models.Model]) -> Iterator[list[Any]]:
    rows = model._default_manager.order_by("pk")
    page = list(rows[:_AT_ONCE])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk)[:_AT_ONCE])


def _hashed(row: Any, columns: dict[str, CellType], ring: Keyring) -> list[Any]:
    plain = opened(row, tuple(columns))
    folded = {name: FOLD[columns[name]](text) for name, text in plain.items()}
    hashes = [
        ring.search_index(f"registry.{name}", text) if text else b""
        for name, text in folded.items()
    ]
    return [*hashes, row._meta.pk.get_db_prep_value(row.pk, connection)]


def _statement(model: type[models.Model], columns: dict[str, CellType]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(f'{name}_index')} = %s" for name in columns)
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE id = %s"  # noqa: S608
