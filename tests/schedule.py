"""What the run of all tests does first, where it is not measured, and what it need not do twice.

A worker that begins a long file last lets the other one wait for it.
"""

import importlib
import pkgutil
from pathlib import Path

import linli

TESTS = Path(__file__).resolve().parent

# Files of ten seconds and more, the longest first; all others come after them in any order.
LONGEST = (
    "journeys/test_every_page_wide.py",
    "journeys/test_every_page_narrow.py",
    "journeys/test_stored_script.py",
    "security/test_matrix.py",
    "demo/test_making.py",
    "cases/test_replay_boston.py",
    "journeys/test_registry_story.py",
    "journeys/test_story.py",
    "journeys/test_desk.py",
    "journeys/test_portal.py",
    "journeys/test_frame.py",
    "security/test_fuzz.py",
    "demo/test_command.py",
    "storage/test_killed_servers.py",
    "registry/test_messy_memory.py",
    "security/test_fuzz_server.py",
    "registry/test_canary.py",
    "demo/test_waiting.py",
    "cases/test_canary.py",
    "registry/test_messy_district.py",
    "cases/test_attachments.py",
    "cases/test_manage_pages.py",
    "registry/test_import_killed.py",
    "registry/test_linking.py",
    "registry/test_admission.py",
)
# Walks through the whole product, and what runs in other processes: that a line was passed there
# says little, and each domain's own tests reach the bounds of the coverage without it.
UNMEASURED = (
    "journeys/",
    "security/test_fuzz.py",
    "security/test_fuzz_server.py",
    "security/test_matrix.py",
    "cases/test_replay_boston.py",
    "registry/test_messy_memory.py",
    "storage/test_killed_servers.py",
)
# Their programs run on SQLite whatever the database of the tests is: once is enough.
ON_SQLITE_ALONE = (
    "cases/test_canary.py",
    "demo/test_command.py",
    "registry/test_import_killed.py",
    "registry/test_messy_memory.py",
    "repository/test_command_line.py",
    "storage/test_killed_servers.py",
)


def _name(path: Path) -> str:
    return path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else path.name


def rank(path: Path) -> int:
    """Return the place of a file in the order of the run; those that are not named come last."""
    name = _name(path)
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def is_measured(path: Path) -> bool:
    """Say whether the coverage counts what the tests of a file pass."""
    return not _name(path).startswith(UNMEASURED)


def load_product() -> None:
    """Import all of linli: what a file that is not measured loads first was passed by nobody."""
    for module in pkgutil.walk_packages(linli.__path__, "linli."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
