"""The SQLite library this process uses, and whether it may be trusted with WAL."""

import sys

# 3.7.0 to 3.51.2 can lose commits when the WAL is reset (fixed in 3.51.3).
FIRST_SAFE_VERSION = (3, 51, 3)


def use_safe_sqlite() -> None:
    """Put ``pysqlite3`` in place of ``sqlite3`` where it is installed."""
    if "sqlite3.dbapi2" in sys.modules:
        return
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def refusal_of_library(version: tuple[int, ...]) -> str:
    """Return why a library version may not be used in WAL mode, or an empty string."""
    if version >= FIRST_SAFE_VERSION:
        return ""
    return (
        f"SQLite {'.'.join(map(str, version))} can lose commits in WAL mode. "
        "Install the package pysqlite3 (pip install pysqlite3) and remove pysqlite3-binary."
    )
