"""New keys are made beside a new database, and never beside one that holds sealed rows."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from linli.storage.first_start import CannotTellError, is_in_use

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = "django.db.backends.postgresql"


def started(home: Path, url: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Read the settings as every command does first."""
    ours = ("DJANGO_SETTINGS_MODULE", "LINLI_DATABASE_URL", "LINLI_KEY_FILE")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"LINLI_HOME": str(home), **more}
    if url:
        environment["LINLI_DATABASE_URL"] = url
    return subprocess.run(
        [sys.executable, "-m", "linli", "verify-audit", "--help"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def url_of(name: str) -> str:
    """Return the address of a database in the cluster of the tests."""
    given = connection.settings_dict
    return (
        f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{name}"
    )


def test_a_new_home_gets_keys(tmp_path: Path) -> None:
    assert started(tmp_path).returncode == 0
    assert (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("url", ["", "sqlite:///{home}/elsewhere.sqlite3"])
def test_no_new_keys_are_made_beside_a_file_that_is_a_database(tmp_path: Path, url: str) -> None:
    name = "elsewhere.sqlite3" if url else "linli.sqlite3"
    (tmp_path / name).write_bytes(b"SQLite format 3\0")
    answer = started(tmp_path, url.format(home=tmp_path))
    assert answer.returncode == 1
    assert "Bring the file back from your key backup" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "keys.json").exists()


def test_where_the_server_does_not_answer_nothing_is_guessed(tmp_path: Path) -> None:
    answer = started(tmp_path, "postgresql://linli:linli@127.0.0.1:1/linli")
    assert answer.returncode == 1
    assert "does not answer" in answer.stderr
    assert "start the database and try again" in answer.stderr
    assert not (tmp_path / "keys.json").exists()


def test_with_its_keys_no_database_is_asked(tmp_path: Path) -> None:
    assert started(tmp_path).returncode == 0
    url = "postgresql://linli:linli@127.0.0.1:1/linli"
    assert started(tmp_path, url).returncode == 0
    elsewhere = tmp_path / "keys.json"
    assert started(tmp_path / "new", url, LINLI_KEY_FILE=str(elsewhere)).returncode == 0


def test_a_server_that_does_not_answer_is_told_in_one_line() -> None:
    asked = {"ENGINE": POSTGRES, "NAME": "x", "USER": "", "PASSWORD": "", "HOST": "127.0.0.1"}
    with pytest.raises(CannotTellError) as caught:
        is_in_use({**asked, "PORT": "1"})
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] != POSTGRES, reason="asks a PostgreSQL of the tests"
)
@pytest.mark.django_db
def test_no_new_keys_are_made_beside_a_postgresql_that_holds_tables(tmp_path: Path) -> None:
    answer = started(tmp_path / "old", url_of(str(connection.settings_dict["NAME"])))
    assert answer.returncode == 1
    assert "is not empty" in answer.stderr
    assert not (tmp_path / "old" / "keys.json").exists()
    with psycopg.connect(url_of("postgres"), autocommit=True) as cluster:
        cluster.execute("CREATE DATABASE first_start_empty")
        try:
            assert started(tmp_path / "new", url_of("first_start_empty")).returncode == 0
        finally:
            cluster.execute("DROP DATABASE first_start_empty")
    assert (tmp_path / "new" / "keys.json").exists()
