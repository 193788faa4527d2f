"""Lock files carry exact versions and hashes, are in step, and hold no address."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.repository.tree import ROOT
from tools import locks


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def test_the_locks_are_in_step() -> None:
    assert locks.check() == []


def test_a_dependency_that_is_not_locked_is_found(project: Path) -> None:
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"granian>=2.8"', '"granian>=2.9"'))
    assert [fault.split(" is ")[0] for fault in locks.check(project)] == [
        "requirements/runtime.lock",
        "requirements/dev.lock",
    ]


@pytest.mark.parametrize(
    "line", ["leftpad @ https://mirror.example/leftpad.whl", "--find-links ../wheels", "-f wheels"]
)
def test_an_address_in_a_python_lock_is_found(project: Path, line: str) -> None:
    lock = project / "requirements" / "dev.lock"
    lock.write_text(f"{lock.read_text()}{line}\n")
    assert any("holds an address" in fault for fault in locks.check(project))


def test_a_package_without_a_hash_is_found(project: Path) -> None:
    lock = project / "requirements" / "runtime.lock"
    lock.write_text(lock.read_text() + "leftpad==1.0\n")
    assert any("no exact version or hash: leftpad" in fault for fault in locks.check(project))


def test_an_address_in_the_node_lock_is_found(project: Path) -> None:
    path = project / "package-lock.json"
    lock = json.loads(path.read_text())
    lock["packages"]["node_modules/htmx.org"]["resolved"] = "https://mirror.example/htmx.tgz"
    path.write_text(json.dumps(lock))
    assert any("holds addresses" in fault for fault in locks.check(project))


def test_a_node_package_that_is_not_locked_is_found(project: Path) -> None:
    path = project / "package.json"
    wanted = json.loads(path.read_text())
    wanted["dependencies"]["htmx.org"] = "^2.0.0"
    path.write_text(json.dumps(wanted))
    faults = locks.check(project)
    assert any("not in step with dependencies" in fault for fault in faults)
    assert any("name one exact version" in fault for fault in faults)


def test_no_lock_file_anywhere_holds_an_address() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.lock", "*-lock.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    paths = [ROOT / name for name in tracked]
    if not paths:
        pytest.skip("not a checkout of git: there is no list of tracked files")
    assert [str(path) for path in paths if locks.ADDRESS.search(path.read_text())] == []
