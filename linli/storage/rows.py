"""Inserting rows without the parts of the ORM that an insert does not need.

The hot path (a case, its first step, its audit event) writes three rows in one transaction;
building the same INSERT anew each time cost more than running it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState

Prepare = Callable[[Any], Any]
M = TypeVar("M", bound=models.Model)


class Run(Protocol):
    """Runs one statement on the connection of this thread; returns the driver's cursor."""

    def __call__(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        """Run a statement with its parameters."""


def mark_of(vendor: str) -> str:
    """Return how a driver marks the place of a parameter."""
    return "?" if vendor == "sqlite" else "%s"


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], vendor: str, ignore: bool) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join([mark_of(vendor)] * len(fields))
    tail = " ON CONFLICT DO NOTHING" if ignore else ""
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}){tail}"  # noqa: S608


# What a driver takes as it is; the value of another type goes the long way of its field.
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
_AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.BinaryField,
)


def moment_as_text(value: datetime | None) -> str | None:
    """Spell an aware moment as Django does in SQLite: UTC, a space, no zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _preparer(field: "models.Field[Any, Any]", vendor: str) -> Prepare:
    """Return what turns a value of a column into what the driver takes."""
    holder = field.target_field if isinstance(field, models.ForeignKey) else field

    def the_long_way(value: Any) -> Any:
        return field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])

    if vendor == "sqlite" and isinstance(holder, models.UUIDField):
        return lambda value: value.hex if hasattr(value, "hex") else the_long_way(value)
    if vendor == "sqlite" and isinstance(holder, models.DateTimeField):
        return moment_as_text
    if isinstance(holder, _AS_IT_IS):
        return lambda value: value if type(value) in _PLAIN else the_long_way(value)
    if isinstance(holder, models.UUIDField | models.DateTimeField):
        return lambda value: the_long_way(value) if isinstance(value, str) else value
    return the_long_way


@lru_cache(maxsize=256)
def _preparers(model: type[models.Model], vendor: str) -> tuple[tuple[str, Prepare], ...]:
    fields = model._meta.concrete_fields
    return tuple((field.attname, _preparer(field, vendor)) for field in fields)


@lru_cache(maxsize=256)
def _blank(model: type[models.Model]) -> Mapping[str, Any]:
    """Return the columns of a row that has only its defaults, but for its key."""
    fields = model._meta.concrete_fields
    return {field.attname: None if field.primary_key else field.get_default() for field in fields}


def new_row(model: type[M], **values: Any) -> M:
    """Make a row of columns (``unit_id=``) and related rows (``category=``), not yet written.

    What Model.__init__ does besides took as long as preparing the row for the database. The
    key must be given, and columns whose default is made anew for each row.
    """
    row = model.__new__(model)
    row._state = state = ModelState()  # noqa: SLF001 - an attribute every row has
    row.__dict__.update(_blank(model))
    for name, value in values.items():
        if isinstance(value, models.Model):
            state.fields_cache[name] = value
            row.__dict__[f"{name}_id"] = value.pk
        else:
            row.__dict__[name] = value
    return row


def run_of_thread() -> Run:
    """Return what runs a statement on this thread's connection, in the transaction it is in."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    run: Run = database.connection.execute
    return run


class PreparedRow:
    """A row whose values are already what the database takes.

    Preparing needs no transaction, so that it can be done before the one writer's turn.
    """

    def __init__(self, row: models.Model) -> None:
        # The proxy ``connection`` looks its thread up at every use, which adds up.
        self._vendor = connections[DEFAULT_DB_ALIAS].vendor
        self.row = row
        kept = row.__dict__
        self._values = {
            name: prepare(kept[name]) for name, prepare in _preparers(type(row), self._vendor)
        }

    def put(self, name: str, value: str | int | bytes) -> None:
        """Give a column a value that is known only now; it must need no preparing."""
        setattr(self.row, name, value)
        self._values[name] = value

    def insert(self, run: Run) -> None:
        """Insert the row; raises the driver's IntegrityError."""
        run(_statement(type(self.row), self._vendor, False), list(self._values.values()))
        self._is_written()

    def insert_new(self) -> bool:
        """Insert the row unless one it clashes with is there; return whether it was written."""
        database = connections[DEFAULT_DB_ALIAS]
        statement = _statement(type(self.row), self._vendor, True)
        with database.wrap_database_errors:
            written = run_of_thread()(statement, list(self._values.values())).rowcount == 1
        self._is_written()
        return bool(written)

    def _is_written(self) -> None:
        state = self.row._state  # noqa: SLF001 - the documented flag of an object made by hand
        state.adding, state.db = False, DEFAULT_DB_ALIAS


def insert_row(row: models.Model, *, ignore_conflict: bool = False) -> bool:
    """Insert ``row`` with every column given; return whether it was written.

    With ``ignore_conflict`` a row that breaks a UNIQUE constraint is not written and False
    comes back; else IntegrityError is raised.
    """
    prepared = PreparedRow(row)
    if ignore_conflict:
        return prepared.insert_new()
    with connections[DEFAULT_DB_ALIAS].wrap_database_errors:
        prepared.insert(run_of_thread())
    return True


def _column(
    field: "models.Field[Any, Any]", rows: Sequence[models.Model], vendor: str
) -> list[Any]:
    """Return one column of many rows for the database; equal values are converted once."""
    values = [row.__dict__[field.attname] for row in rows]
    prepare = _preparer(field, vendor)
    if isinstance(field, models.JSONField):
        return [prepare(value) for value in values]
    prepared = {value: prepare(value) for value in set(values)}
    return [prepared[value] for value in values]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with every column given, in one call of the database.

    Raises IntegrityError when a row breaks a constraint; the caller's transaction decides.
    """
    if not rows:
        return
    database, model = connections[DEFAULT_DB_ALIAS], type(rows[0])
    columns = [_column(field, rows, database.vendor) for field in model._meta.concrete_fields]
    marks = _statement(model, "", False)
    with database.cursor() as cursor:
        cursor.executemany(marks, list(zip(*columns, strict=True)))
