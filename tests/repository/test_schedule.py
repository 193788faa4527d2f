"""The order of the run names files that are there, and leaves out nothing that asks a database."""

import ast

import pytest

from tests import schedule
from tests.repository.tree import ROOT


@pytest.mark.parametrize(
    "name", sorted({*schedule.LONGEST, *schedule.UNMEASURED, *schedule.ON_SQLITE_ALONE})
)
def test_what_the_schedule_names_is_there(name: str) -> None:
    assert (schedule.TESTS / name).exists()


@pytest.mark.parametrize("name", schedule.ON_SQLITE_ALONE)
def test_what_runs_once_asks_no_database_of_the_tests(name: str) -> None:
    text = (schedule.TESTS / name).read_text(encoding="utf-8")
    asked = {
        argument.arg
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
    }
    assert not asked & {"db", "transactional_db", "live_server", "client", "crew"}
    assert "django_db" not in text
    assert "database_beside" not in text
    # Its programs are told to use none, or a file of their own.
    own = ('pop("LINLI_DATABASE_URL"', "sqlite:///", 'startswith("LINLI_")', "of_the_tests")
    assert any(words in text for words in own)


def test_long_files_begin_first_and_walks_are_not_measured() -> None:
    first, second = (schedule.TESTS / name for name in schedule.LONGEST[:2])
    other = ROOT / "tests/kernel/test_tables.py"
    assert schedule.rank(first) < schedule.rank(second) < schedule.rank(other)
    assert schedule.is_measured(other)
    assert not schedule.is_measured(first)
