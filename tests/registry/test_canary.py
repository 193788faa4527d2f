"""A person who went through everything is in no file and in no row in the open."""

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.registry.canary_person import CANARIES, LINE, OPEN
from tests.repository.tree import ROOT
from tools.postgres import throwaway_postgres

# Where she lives is a fact about a place, as every address is.
PLACES = {"registry_address"}
TRACES = {
    *("registry.import_record", "registry.import", "read.refused_rows", "read.search"),
    *("registry.unmask", "registry.open_emergency", "registry.change", "registry.wish"),
    *("registry.propose", "read.exported", "registry.approve_export", "registry.merge"),
    *("case.report", "case.attach", "read.contact", "case.move_numbers", "case.note"),
    *("registry.rotate_keys", "registry.replace_indexes", "read.own", "registry.create"),
}


IS_SERVER = os.environ.get("LINLI_DATABASE_URL", "").startswith("postgres")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yield the address of a database server of her own, whose files can be read; or nothing."""
    if not IS_SERVER:
        yield ""
        return
    # As it runs in a district: with whole pages in its write-ahead log.
    with throwaway_postgres(durable=True) as url:
        yield url


@pytest.fixture(scope="module")
def home(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let her live in an empty home with its own folder for what is temporary."""
    home, outside = tmp_path_factory.mktemp("canary-home"), tmp_path_factory.mktemp("outside")
    (home / "demo").touch()
    (home / "temp").mkdir()
    done = run(home, server, outside=str(outside))
    (home / "output.log").write_text(done.stdout + done.stderr)
    assert done.stdout.endswith("lived\n"), (done.stdout + done.stderr)[-6000:]
    return home


def run(
    home: Path, server: str, *words: str, outside: str = ""
) -> subprocess.CompletedProcess[str]:
    told = {
        "LINLI_HOME": str(home),
        "LINLI_DATABASE_URL": server or f"sqlite:///{home}/linli.sqlite3",
        "DJANGO_SETTINGS_MODULE": "linli.settings",
        "TMPDIR": str(home / "temp"),
        "CANARY_OUTSIDE": outside,
        # Nobody listens there: the answer by mail waits.
        "LINLI_SMTP_HOST": "127.0.0.1",
        "LINLI_SMTP_PORT": "9",
    }
    command = [sys.executable, "-m", "tests.registry.canary_run", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True, check=False
    )


def spellings(text: str) -> set[bytes]:
    """Return how a text may lie in a file: in the usual encodings, escaped, or in base 64."""
    utf8 = text.encode()
    found = {utf8, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030")}
    found |= {json.dumps(text)[1:-1].encode(), quote(text).encode(), utf8.hex().encode()}
    for skipped in range(3):
        packed = base64.b64encode(b"\0" * skipped + utf8)
        # Only the signs that no neighbour has a part in.
        found.add(packed[4 if skipped else 0 : -4])
    return {spelling for spelling in found if len(spelling) > 6}


def pieces(path: Path) -> list[bytes]:
    """Return what a file holds, and what lies in it where it is an archive."""
    data = path.read_bytes()
    found = [data]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found += [packed.read(name) for name in packed.namelist()]
    return found


Files = dict[str, list[bytes]]


def read(home: Path) -> Files:
    paths = [path for path in home.rglob("*") if path.is_file()]
    return {str(path.relative_to(home)): pieces(path) for path in paths}


def read_server(url: str) -> Files:
    """Return the files of her database, the server's write-ahead log and what it wrote down."""
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("CHECKPOINT")
        found = link.execute(
            "SELECT current_setting('data_directory'), oid::text FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert found is not None
    data = Path(found[0])
    told = {f"database/{name}": held for name, held in read(data / "base" / found[1]).items()}
    told |= {f"wal/{name}": held for name, held in read(data / "pg_wal").items()}
    logs = [path for path in (data / "log", data.parent / "log") if path.is_file()]
    return told | {"server.log": [path.read_bytes() for path in logs]}


@pytest.fixture(scope="module")
def files(home: Path, server: str) -> Files:
    """Return what every file holds as the life left it: nobody has opened the database since."""
    return read(home) | (read_server(server) if server else {})


def files_with(files: Files, text: str) -> list[str]:
    wanted = spellings(text)
    return sorted(
        name for name, held in files.items() if any(w in piece for piece in held for w in wanted)
    )


@pytest.fixture(scope="module")
def rows(home: Path, server: str, files: Files) -> list[list[str]]:
    """Return every row of every table as text."""
    assert files
    done = run(home, server, "rows")
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def tables_with(rows: list[list[str]], text: str) -> set[str]:
    wanted = {one.decode("latin-1") for one in spellings(text)} | {text}
    return {table for table, *cells in rows for cell in cells if any(w in cell for w in wanted)}


@pytest.mark.parametrize("canary", CANARIES)
def test_no_file_of_the_home_holds_a_value_of_the_person(files: Files, canary: str) -> None:
    assert files_with(files, canary) == []


@pytest.mark.parametrize("canary", CANARIES)
def test_no_row_of_any_table_holds_a_value_of_the_person(
    rows: list[list[str]], canary: str
) -> None:
    assert tables_with(rows, canary) == set()


def test_where_the_person_lives_stands_among_the_places_alone(
    files: Files, rows: list[list[str]]
) -> None:
    assert tables_with(rows, LINE) == PLACES
    found = files_with(files, LINE)
    assert found
    assert all("sqlite3" in name or name.startswith(("database/", "wal/")) for name in found)


def test_nothing_temporary_is_left(files: Files) -> None:
    assert [name for name in files if name.startswith("temp")] == []


def test_every_chapter_left_its_trace(files: Files, rows: list[list[str]]) -> None:
    verbs = {cell for table, *cells in rows if table == "audit_event" for cell in cells}
    assert verbs >= TRACES
    assert {name.rsplit("/", 1)[-1] for name in files} >= {"refused.sealed", "upload.sealed"}
    counts = Counter(table for table, *_cells in rows)
    assert counts["audit_quarantined"] >= 1
    assert counts["cases_outgoingmail"] >= 1
    assert counts["django_tasks_database_dbtaskresult"] >= 3
    assert counts["django_session"] >= 5
    assert "RuntimeError: broken" in files["output.log"][0].decode()


def test_the_search_can_find_what_is_there(
    files: Files, rows: list[list[str]], tmp_path: Path
) -> None:
    assert {"cases_case", "cases_casetext"} & tables_with(rows, OPEN)
    found = files_with(files, OPEN)
    if IS_SERVER:
        assert {name.partition("/")[0] for name in found} == {"database", "wal"}
        assert files["server.log"]
    else:
        assert {"linli.sqlite3-wal", "backup.sqlite3"} <= set(found)
    for number, spelling in enumerate(sorted(spellings(CANARIES[0]))):
        (tmp_path / f"planted{number}").write_bytes(b"x" + spelling + b"y")
    with zipfile.ZipFile(tmp_path / "planted.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", CANARIES[0] * 9)
    assert len(files_with(read(tmp_path), CANARIES[0])) == len(spellings(CANARIES[0])) + 1
