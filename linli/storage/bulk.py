"""Many rows of one table from plain tuples: no object of the ORM is made for any of them.

SQLite takes them by statements of many rows, PostgreSQL by COPY. Columns that are not named get
the default of their field, the same one for each row.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from linli.storage.behind import later
from linli.storage.rows import moment_as_text

# SQLite takes 32,766 values in a statement.
_MOST_VALUES = 10_000
# Converts a whole column.
Convert = Callable[[Iterable[Any]], list[Any]] | None


def _hexed(values: Iterable[Any]) -> list[Any]:
    return [None if value is None else value.hex for value in values]


def _date_texts(values: Iterable[Any]) -> list[Any]:
    return [None if value is None else value.isoformat() for value in values]


def _moments(values: Iterable[datetime | None]) -> list[str | None]:
    return list(map(_moment, values))


_moment = lru_cache(maxsize=256)(moment_as_text)


def _converter(field: "models.Field[Any, Any]", vendor: str) -> Convert:
    """Return what the values of a column must go through; None where it takes them as they are."""
    holder = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(holder, models.JSONField):
        database = connections[DEFAULT_DB_ALIAS]
        return lambda values: [field.get_db_prep_save(value, database) for value in values]
    if vendor != "sqlite":
        return None
    # A moment is a day too: it stands first.
    spelled: tuple[tuple[Any, Convert], ...] = (
        (models.DateTimeField, _moments),
        (models.DateField, _date_texts),
        (models.UUIDField, _hexed),
    )
    return next((convert for kind, convert in spelled if isinstance(holder, kind)), None)


_TYPES = "SELECT attname, atttypid FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"


@lru_cache(maxsize=64)
def _types_of(model: type[models.Model]) -> dict[str, int]:
    """Return the numbers by which PostgreSQL knows the types of a table's columns."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(_TYPES, [database.ops.quote_name(model._meta.db_table)])
        return dict(cursor.fetchall())


class BulkTable:
    """Inserts and changes rows of a model whose columns ``names`` (attnames) are given in order."""

    def __init__(self, model: type[models.Model], names: Sequence[str], **fixed: Any) -> None:
        database = connections[DEFAULT_DB_ALIAS]
        self.vendor = database.vendor
        quote = database.ops.quote_name
        fields = {field.attname: field for field in model._meta.concrete_fields}
        others = [name for name in fields if name not in names]
        self._converters = [_converter(fields[name], self.vendor) for name in names]
        self._fixed = tuple(self._fixed_value(fields[name], fixed) for name in others)
        self._table = quote(model._meta.db_table)
        self._columns = ", ".join(quote(str(fields[name].column)) for name in [*names, *others])
        self.count = len(fields)
        self._most = _MOST_VALUES // self.count
        if self.vendor != "sqlite":
            types = _types_of(model)
            self._types = [types[str(fields[name].column)] for name in [*names, *others]]
        self._statement = lru_cache(maxsize=4)(self._made_statement)

    def _fixed_value(self, field: "models.Field[Any, Any]", fixed: dict[str, Any]) -> Any:
        value = fixed[field.attname] if field.attname in fixed else field.get_default()
        convert = _converter(field, self.vendor)
        return convert([value])[0] if convert and value is not None else value

    def _rows(self, rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        columns: list[Iterable[Any]] = [
            values if convert is None else convert(values)
            for convert, values in zip(self._converters, zip(*rows, strict=True), strict=True)
        ]
        fixed = self._fixed
        return (row + fixed for row in zip(*columns, strict=True))

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows inside the caller's transaction; IntegrityError where one breaks a rule.

        Inside `writing_behind` that shows when the connection is used again.
        """
        if not rows:
            return
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        raw: Any = database.connection
        if self.vendor == "sqlite":
            ready = list(self._rows(rows))
            for start in range(0, len(ready), self._most):
                later(partial(self._insert, raw, ready[start : start + self._most]))
        else:
            later(partial(self._copy, raw, list(self._rows(rows))))

    def _insert(self, raw: Any, rows: Sequence[Sequence[Any]]) -> None:
        """Insert by one statement: the driver holds the interpreter between any two."""
        raw.execute(self._statement(len(rows)), list(chain.from_iterable(rows)))

    def _made_statement(self, many: int) -> str:
        one = f"({', '.join('?' * self.count)})"
        values = ", ".join([one] * many)
        return f"INSERT INTO {self._table} ({self._columns}) VALUES {values}"  # noqa: S608

    def _copy(self, raw: Any, rows: Iterable[Sequence[Any]]) -> None:
        with raw.cursor() as cursor:
            statement = f"COPY {self._table} ({self._columns}) FROM STDIN (FORMAT BINARY)"
            with cursor.copy(statement) as copy:
                copy.set_types(self._types)
                for row in rows:
                    copy.write_row(row)
