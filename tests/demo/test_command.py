"""``linli demo``: made once, found again, never over somebody's real data."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from linli.demo.actions.marker import read_marker
from linli.demo.rules.people import PASSWORD, SHOWN_LOGINS
from linli.kernel.sealing import make_keyring_file


def linli(
    home: Path, *words: str, database: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("LINLI_")}
    env |= {"LINLI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "linli.settings", **more}
    if database:
        env["LINLI_DATABASE_URL"] = database
    command = [sys.executable, "-m", "linli", "demo", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    made = linli(folder, "--no-serve", "--days", "3")
    assert made.returncode == 0, made.stderr
    for username in SHOWN_LOGINS:
        assert username in made.stdout
    assert PASSWORD in made.stdout
    assert "http://127.0.0.1:8000/" in made.stdout
    return folder


def test_a_second_start_makes_nothing_anew(home: Path) -> None:
    before = (home / "demo").read_text()
    again = linli(home, "--no-serve", "--port", "8105")
    assert again.returncode == 0, again.stderr
    assert (home / "demo").read_text() == before
    assert "http://127.0.0.1:8105/" in again.stdout
    made = read_marker(home)
    assert made is not None
    local = datetime.fromisoformat(made.at).astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{local:%Y-%m-%d %H:%M} Asia/Shanghai" in again.stdout


def test_a_second_start_loads_nothing_of_the_making(home: Path) -> None:
    again = linli(home, "--no-serve", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "linli.demo.actions.marker" in loaded
    assert not loaded & {"linli.demo.actions.making", "linli.demo.actions.district"}


def test_another_home_can_be_named(home: Path, tmp_path: Path) -> None:
    shown = linli(tmp_path, "--no-serve", "--home", str(home))
    assert shown.returncode == 0, shown.stderr
    assert str(home) in shown.stdout
    assert not (tmp_path / "demo").exists()


def test_the_check_counts_and_says_what_is_short(home: Path) -> None:
    checked = linli(home, "--check")
    assert checked.returncode == 1
    assert "119  grids" in checked.stdout
    assert "cases" in checked.stderr


def test_there_is_nothing_to_check_where_nothing_was_made(tmp_path: Path) -> None:
    checked = linli(tmp_path, "--check")
    assert checked.returncode == 1
    assert "linli demo" in checked.stderr


def test_a_home_with_real_data_is_left_alone(tmp_path: Path) -> None:
    make_keyring_file(tmp_path / "keys.json")
    real = tmp_path / "linli.sqlite3"
    real.write_bytes(b"real")
    for words in (["--no-serve"], ["--reset", "--no-serve"]):
        refused = linli(tmp_path, *words)
        assert refused.returncode == 1
        assert "--home" in refused.stderr
    assert real.read_bytes() == b"real"


def test_a_database_elsewhere_with_people_in_it_is_left_alone(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere.sqlite3"
    shutil.copy(home / "linli.sqlite3", copy)
    folder = tmp_path / "new"
    refused = linli(folder, "--no-serve", database=f"sqlite:///{copy}")
    assert refused.returncode == 1
    assert "LINLI_DATABASE_URL" in refused.stderr
    assert read_marker(folder) is None
