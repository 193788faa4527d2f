"""The served product that journeys may share."""

import os
from collections.abc import Iterator

import pytest

from tests.journeys.ground import Ground, stop
from tests.journeys.ground import ground as make_ground

# What a page looks like does not hang on the database: these run once, on SQLite.
collect_ignore_glob = (
    ["test_every_page_*.py", "test_stored_script.py"]
    if os.environ.get("LINLI_DATABASE_URL", "").startswith("postgres")
    else []
)


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """Serve one seeded home to all journeys of this process."""
    yield make_ground()
    stop()
