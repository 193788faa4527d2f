"""What the server takes of memory: what it loads at its start, and what each thread keeps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linli.cases.management.commands import serve
from linli.storage.databases import database_of

ROOT = Path(__file__).resolve().parents[2]
# Megabytes each, in every process: for spreadsheets, maps and databases that are asked for rarely.
LATER = {"apprise", "duckdb", "openpyxl", "pandas", "psycopg", "pyarrow", "pyproj", "splink"}


def test_the_server_loads_nothing_large_that_few_pages_need(tmp_path: Path) -> None:
    asked = "import sys, linli.wsgi; print(*(name for name in sys.modules if '.' not in name))"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.settings",
        "LINLI_HOME": str(tmp_path),
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path}/linli.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(done.stdout.split())
    assert "django" in loaded
    assert not loaded & LATER


def test_a_connection_keeps_few_pages_of_the_file_for_itself() -> None:
    options = database_of("sqlite:////somewhere/linli.sqlite3")["OPTIONS"]
    assert isinstance(options, dict)
    assert "cache_size=-8000;" in options["init_command"]


def test_the_server_is_told_to_have_few_heaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    started: list[list[str]] = []
    monkeypatch.setattr(serve, "call_command", lambda *_words, **_options: None)
    monkeypatch.setattr(serve.os, "execv", lambda _path, words: started.append(words))
    serve.Command().handle(host="127.0.0.1", port=0, workers=1, threads=1, jobs=False)
    assert started
    assert os.environ["MALLOC_ARENA_MAX"] == "2"
