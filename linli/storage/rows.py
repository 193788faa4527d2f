"""Inserting one row without the parts of the ORM that an insert does not need.

The hot path (a case, its first step, its audit event) writes three rows in one transaction;
building the same INSERT anew each time cost more than running it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], ignore: bool) -> str:
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    tail = " ON CONFLICT DO NOTHING" if ignore else ""
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}){tail}"  # noqa: S608


def insert_row(row: models.Model, *, ignore_conflict: bool = False) -> bool:
    """Insert ``row`` with every column given; return whether a row was written.

    With ``ignore_conflict`` a row that breaks a UNIQUE constraint is not written and False
    comes back; else the database's IntegrityError is raised.
    """
    # The proxy ``connection`` looks its thread up at every use, which adds up over 40 columns.
    database = connections[DEFAULT_DB_ALIAS]
    values: list[Any] = [
        field.get_db_prep_save(getattr(row, field.attname), database)
        for field in row._meta.concrete_fields
    ]
    statement = _statement(type(row), ignore_conflict)
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        written = bool(cursor.rowcount == 1)
    state = row._state  # noqa: SLF001 - the documented flag of an object made by hand
    state.adding, state.db = False, database.alias
    return written


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with every column given, in one call of the database.

    Raises IntegrityError when a row breaks a constraint; the caller's transaction decides.
    """
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]
    columns = [(f.attname, f.get_db_prep_save) for f in rows[0]._meta.concrete_fields]
    values = [[prepare(getattr(row, name), database) for name, prepare in columns] for row in rows]
    with database.cursor() as cursor:
        cursor.executemany(_statement(type(rows[0]), False), values)
