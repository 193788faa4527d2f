"""Whether a database is new: only beside a new one may new keys be made."""

from collections.abc import Mapping
from pathlib import Path

# Long enough for a server that is just starting, short enough for a person who waits.
_PATIENCE_SECONDS = 10


class CannotTellError(Exception):
    """The database does not answer; holds its words."""


def is_in_use(database: Mapping[str, object]) -> bool:
    """Say whether a database of the settings holds tables already.

    Asked before Django is set up, and only where the key file is missing. Raises
    CannotTellError when the server does not answer.
    """
    if "sqlite" in str(database["ENGINE"]):
        file = Path(str(database["NAME"]))
        return file.exists() and file.stat().st_size > 0
    import psycopg

    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    asked = {key: str(database[name]) for key, name in {**names, "port": "PORT"}.items()}
    given = {key: value for key, value in asked.items() if value}
    try:
        with psycopg.connect(**given, connect_timeout=_PATIENCE_SECONDS) as connection:  # type: ignore[arg-type]
            row = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    except psycopg.Error as error:
        raise CannotTellError(str(error).strip().splitlines()[0]) from error
    return row is not None and row[0] is not None
