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


@lru_cache(maxsize=256)
def _preparers(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.attname, field.get_db_prep_save) for field in model._meta.concrete_fields)


class PreparedRow:
    """A row whose values are already what the database takes.

    Preparing needs no transaction, so that it can be done before the one writer's turn.
    """

    def __init__(self, row: models.Model) -> None:
        # The proxy ``connection`` looks its thread up at every use, which adds up.
        self._database = connections[DEFAULT_DB_ALIAS]
        self.row = row
        self._values = {
            name: prepare(getattr(row, name), self._database)
            for name, prepare in _preparers(type(row))
        }

    def put(self, name: str, value: str | int | bytes) -> None:
        """Give a column a value that is known only now; it must need no preparing."""
        setattr(self.row, name, value)
        self._values[name] = value

    def insert(self, *, ignore_conflict: bool = False) -> bool:
        """Insert the row; return whether it was written.

        With ``ignore_conflict`` a row that breaks a UNIQUE constraint is not written and
        False comes back; else the database's IntegrityError is raised.
        """
        statement = _statement(type(self.row), ignore_conflict)
        with self._database.cursor() as cursor:
            cursor.execute(statement, list(self._values.values()))
            written = bool(cursor.rowcount == 1)
        state = self.row._state  # noqa: SLF001 - the documented flag of an object made by hand
        state.adding, state.db = False, self._database.alias
        return written


def insert_row(row: models.Model, *, ignore_conflict: bool = False) -> bool:
    """Insert ``row`` with every column given; see :meth:`PreparedRow.insert`."""
    return PreparedRow(row).insert(ignore_conflict=ignore_conflict)


# What the database takes as it is, whatever its vendor; other columns are converted.
_AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.BinaryField,
)
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def _column(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> list[Any]:
    """Return one column of many rows for the database; equal values are converted once."""
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, _AS_IT_IS) and _PLAIN.issuperset(map(type, values)):
        return values
    database = connections[DEFAULT_DB_ALIAS]
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, database) for value in values]
    prepared = {value: field.get_db_prep_save(value, database) for value in set(values)}
    return [prepared[value] for value in values]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with every column given, in one call of the database.

    Raises IntegrityError when a row breaks a constraint; the caller's transaction decides.
    """
    if not rows:
        return
    columns = [_column(field, rows) for field in rows[0]._meta.concrete_fields]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.executemany(_statement(type(rows[0]), False), list(zip(*columns, strict=True)))
