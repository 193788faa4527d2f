"""The table of the guards names only what is there, and says so where something is not."""

import ast
import re

import pytest

from tests.repository.tree import ROOT

TEXT = (ROOT / "docs/guards.md").read_text(encoding="utf-8")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_CODE = re.compile(r"`(linli/[\w/]+\.py)`")
_NOT_BUILT = "not shown"


def rows() -> list[list[str]]:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ") and "|---" not in line]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "promise"]


def functions_of(source: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def missing_in(text: str) -> list[str]:
    """Return the tests and modules that a text names and that are not there."""
    lost = [path for path in _CODE.findall(text) if not (ROOT / path).is_file()]
    for path, name in _TEST.findall(text):
        file = ROOT / path
        if not file.is_file() or name not in functions_of(file.read_text(encoding="utf-8")):
            lost.append(f"{path}::{name}")
    return lost


def test_every_test_and_module_of_the_table_is_there() -> None:
    assert len(_TEST.findall(TEXT)) > 50
    assert missing_in(TEXT) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:50])
def test_every_promise_names_what_holds_it_and_a_test(row: list[str]) -> None:
    assert len(row) == 3
    assert _TEST.search(row[2]) or row[2] == _NOT_BUILT


def test_all_ten_guards_have_their_place() -> None:
    found = re.findall(r"^## (\d+)\. ", TEXT, re.MULTILINE)
    assert found == [str(number) for number in range(1, 11)]


def test_a_test_that_is_gone_is_found() -> None:
    assert missing_in("`tests/registry/test_keys.py::test_that_is_gone`, `linli/gone.py`") == [
        "linli/gone.py",
        "tests/registry/test_keys.py::test_that_is_gone",
    ]
