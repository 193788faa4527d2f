"""Every file has a place, a name from the vocabulary, and a size a person can read."""

from pathlib import Path

import pytest

from tests.repository.tree import (
    ABOVE_ALL,
    LAYERS,
    LINLI,
    OF_DJANGO,
    OF_WEB,
    ROOT,
    VOCABULARY,
    domains,
    modules,
)

LONGEST = 400
NOBODYS_NAMES = {"helpers", "utils", "services", "managers", "signals", "common", "misc"}


def too_long(paths: list[Path], longest: int = LONGEST) -> list[str]:
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    return [f"{path}: {count} lines" for path, count in lengths.items() if count > longest]


def strangers(folder: Path) -> list[str]:
    allowed = VOCABULARY | OF_DJANGO | (OF_WEB if folder.name == "web" else set())
    names = {path: path.stem if path.is_file() else path.name for path in folder.iterdir()}
    return [str(path) for path, name in names.items() if name not in {*allowed, "__pycache__"}]


def test_no_module_is_longer_than_a_person_reads() -> None:
    folders = ("linli", "tools", "tests", "benchmarks")
    paths = [path for name in folders for path in (ROOT / name).rglob("*.py")]
    hand_written = [path for path in paths if "migrations" not in path.parts]
    assert too_long(hand_written) == []


def test_the_length_is_really_counted(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("x = 1\n" * (LONGEST + 1))
    assert too_long([long])


def test_no_module_is_a_drawer_for_everything() -> None:
    found = [path for path in modules() if {path.stem, path.parent.name} & NOBODYS_NAMES]
    assert found == []


@pytest.mark.parametrize("folder", domains(), ids=lambda folder: folder.name)
def test_a_domain_uses_the_vocabulary_alone(folder: Path) -> None:
    assert strangers(folder) == []


def test_a_name_out_of_the_vocabulary_is_found(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "services.py").touch()
    (tmp_path / "cases" / "actions.py").touch()
    assert [Path(path).name for path in strangers(tmp_path / "cases")] == ["services.py"]


def test_every_package_and_module_has_a_place_in_the_layers() -> None:
    placed = set().union(*LAYERS) | ABOVE_ALL
    there = {path.stem for path in LINLI.iterdir() if path.suffix == ".py"}
    there |= {path.name for path in LINLI.iterdir() if path.is_dir()} - {"__pycache__"}
    assert there - placed == set()


@pytest.mark.parametrize("folder", domains(), ids=lambda folder: folder.name)
def test_templates_and_static_files_lie_under_the_name_of_their_domain(folder: Path) -> None:
    owners = {folder.name, "account", "mfa", "allauth", "django", "usersessions"}
    if folder.name != "web":
        owners = {folder.name}
    for kind in ("templates", "static"):
        inside = folder / kind
        found = {path.name for path in inside.iterdir()} if inside.is_dir() else set()
        pages = {"403.html", "404.html", "500.html", "400.html", "403_csrf.html"}
        assert found - owners - (pages if folder.name == "web" else set()) == set()
