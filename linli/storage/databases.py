"""Which database an address names, and how linli wants it opened."""

from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_of(url: str) -> dict[str, object]:
    """Return Django's settings for sqlite:///path or postgresql://user:password@host:port/name.

    Raises ImproperlyConfigured for another one.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "linli.storage.sqlite",
            "NAME": parts.path[1:] if parts.path.startswith("//") else parts.path.lstrip("/"),
            "CONN_MAX_AGE": None,
            # Each thread has a connection, so its cache is small: what was read lies in the map,
            # which all of them share, and a long import takes more (storage/quick.py).
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    " PRAGMA cache_size=-8000; PRAGMA mmap_size=268435456;"
                    " PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            # ?host=/a/folder is how libpq spells a server that listens on a socket there.
            "HOST": unquote(parts.hostname or "") or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            # What is asked for the third time is planned no more: half the time of most questions.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3},
        }
    raise ImproperlyConfigured(
        "LINLI_DATABASE_URL starts with sqlite:/// or postgresql://, not with "
        f"{parts.scheme or 'nothing'}."
    )
