"""Fewer indexes for each row of a file to pay for.

The index of grid and id did for equal codes; the index that the key had of itself and its twin for
beginnings of codes were two more. One of patterns does for all three. Nobody asks by the basis; an
address is unique by its village first, and the index of a home begins with the dwelling.

The indexes are dropped as such: SQLite would else write each table anew for each key.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_KINDS = (
    *("assistance", "building", "dwelling", "organisation"),
    *("resident", "school", "team", "tenancy"),
)
_HAD_ONE = ("dwelling", "organisation", "resident")
_KEYS = (
    ("address", "division"),
    ("address", "grid"),
    ("resident", "dwelling"),
    *((kind, name) for kind in _KINDS for name in ("basis", "grid")),
)


def _drop(apps, schema_editor):
    connection = schema_editor.connection
    for kind, name in _KEYS:
        model = apps.get_model("registry", kind)
        column = model._meta.get_field(name).column
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        for index, told in found.items():
            if told["index"] and not told["unique"] and told["columns"] == [column]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(index)}")


def _make_again(apps, schema_editor):
    for kind, name in _KEYS:
        model = apps.get_model("registry", kind)
        field = model._meta.get_field(name)
        for statement in schema_editor._field_indexes_sql(model, field):  # noqa: SLF001
            schema_editor.execute(statement)


def _field(kind: str, name: str) -> Any:
    told: dict[str, Any] = {"on_delete": django.db.models.deletion.PROTECT, "db_index": False}
    absent = {"null": True, "blank": True}
    if name == "grid":
        told |= {"db_column": "grid_code", "to_field": "code", "verbose_name": "grid", **absent}
        return models.ForeignKey("territory.grid", related_name="+", **told)
    if name == "division":
        told |= {"db_column": "division_code", "to_field": "code"}
        told["verbose_name"] = "village or community"
        return models.ForeignKey("territory.division", related_name="+", **told)
    if name == "dwelling":
        return models.ForeignKey("registry.dwelling", related_name="residents", **told, **absent)
    return models.ForeignKey("registry.legalbasis", related_name="+", **told)


def _index_of_grid(kind: str) -> Any:
    patterns = ("varchar_pattern_ops", "uuid_ops")
    return models.Index(fields=["grid", "id"], opclasses=patterns, name=f"registry_{kind}_grid")


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_living_records_once"),
        ("territory", "0001_initial"),
    ]

    operations = [
        *(migrations.RemoveIndex(kind, f"registry_{kind}_grid") for kind in _HAD_ONE),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(_drop, _make_again)],
            state_operations=[
                migrations.AlterField(kind, name, _field(kind, name)) for kind, name in _KEYS
            ],
        ),
        migrations.AddIndex("address", models.Index(fields=["grid"], name="registry_address_grid")),
        *(migrations.AddIndex(kind, _index_of_grid(kind)) for kind in _KINDS),
    ]
