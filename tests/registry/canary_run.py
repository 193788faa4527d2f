"""A program that lives the life of the canary test, or prints what the database holds of it.

``python -m tests.registry.canary_run`` in an empty home. Whatever is sent from outside is written
nowhere under it: a file that somebody sends lies on their own machine.
"""

import base64
import json
import os
import sys

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Live the life, and say at the end that all of it was lived."""
    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    # Every upload goes by the disk.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 16
    call_command("migrate", verbosity=0)
    from tests.registry.canary_life import Life

    Life().live()
    sys.stdout.write("lived\n")
    sys.stdout.flush()
    # As if the power failed: nothing is closed, and what lies beside the database stays there.
    os._exit(0)


def told(table: str, *cells: str) -> None:
    """Write one row."""
    sys.stdout.write(json.dumps([table, *cells]) + "\n")


def text_of(cell: object) -> str:
    """Return a cell as text, bytes in hexadecimal digits."""
    return bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell)


def every_row() -> None:
    """Write each row of each table, one JSON list of table and cells a line.

    What is packed (sessions, cached values) is written unpacked as well.
    """
    django.setup()
    from django.contrib.sessions.models import Session
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                told(table, *map(text_of, row))
        cursor.execute("SELECT value FROM linli_cache")
        for (value,) in cursor.fetchall():
            told("linli_cache", base64.b64decode(value).hex())
    for session in Session.objects.all():
        told("django_session", json.dumps(session.get_decoded(), ensure_ascii=False))


if __name__ == "__main__":
    every_row() if "rows" in sys.argv else main()
