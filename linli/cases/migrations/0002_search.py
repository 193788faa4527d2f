"""Make the text index: FTS5 in SQLite, a tsvector with GIN in PostgreSQL.

Both are keyed by the case's arrival, so that the newest matches come first without a sort.
"""

from django.db import migrations


def _make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE cases_search USING fts5("
            "tokens, content='', contentless_delete=1, tokenize='unicode61')"
        )
        return
    schema_editor.execute(
        "CREATE TABLE cases_search (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)"
    )
    schema_editor.execute(
        "CREATE INDEX cases_search_tokens ON cases_search USING gin (tokens) "
        "WITH (fastupdate = off)"
    )


def _drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE cases_search")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(_make, _drop)]
