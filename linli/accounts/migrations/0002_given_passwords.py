"""Passwords given by others are changed at the first log-in; a cache that processes share."""

from django.core.management import call_command
from django.db import migrations, models


def _make_cache(apps, schema_editor):
    call_command(
        "createcachetable", "linli_cache", database=schema_editor.connection.alias, verbosity=0
    )


def _drop_cache(apps, schema_editor):
    schema_editor.execute("DROP TABLE linli_cache")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="has a password given by others"),
        ),
        migrations.RunPython(_make_cache, _drop_cache),
    ]
