"""Make the environment the locks describe, and do nothing when it stands already.

Run by ``make`` with the system's Python, before anything is installed: the standard
library only. One stamp a lock file holds the hash it was installed from.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMPS = VENV / ".stamps"
LOCKS = {
    "runtime": ROOT / "requirements" / "runtime.lock",
    "dev": ROOT / "requirements" / "dev.lock",
}
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


class StopError(Exception):
    """Something a person has to do first; the message is the sentence that says what."""


def fingerprint(*paths: Path) -> str:
    """Return a hash over the contents of some files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(name: str, value: str) -> bool:
    """Say whether the stamp of this name holds this value."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == value


def stamp(name: str, value: str) -> None:
    """Remember that this was installed."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)


def run(*command: str) -> None:
    """Run a program from the root of the project; StopError when it fails."""
    # The builder's advice is for its developers; errors are shown all the same.
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    finished = subprocess.run(command, cwd=ROOT, env=quiet, check=False)
    if finished.returncode:
        raise StopError(
            f"`{' '.join(command[:4])} ...` ended with code {finished.returncode}: its own words"
            " stand above. Put that right and start the same command again."
        )


def make_venv() -> None:
    """Create .venv with this interpreter."""
    if VENV_PYTHON.exists():
        return
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        raise StopError(
            f"linli needs Python 3.11 or newer, and this is {found}."
            " Install one and name it: make PYTHON=python3.11 demo"
        )
    print("Creating .venv", flush=True)
    finished = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if finished.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise StopError(
            "Python could not create a virtual environment."
            " On Debian and Ubuntu install it with: apt-get install python3-venv"
        )


def install_python(lock: str) -> None:
    """Install one lock file, with hashes, into .venv; the dev lock contains the runtime lock."""
    make_venv()
    pyproject = ROOT / "pyproject.toml"
    wanted = fingerprint(LOCKS[lock], pyproject)
    if is_stamped(lock, wanted):
        return
    if lock == "runtime" and is_stamped("dev", fingerprint(LOCKS["dev"], pyproject)):
        return
    print(f"Installing {LOCKS[lock].relative_to(ROOT)}", flush=True)
    pip = (str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", str(LOCKS[lock]))
    # The project itself, for the `linli` command: everything it needs is there already.
    run(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))
    stamp(lock, wanted)


def node_version(program: str) -> int:
    """Return the major version of Node."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return int(answer.stdout.strip().lstrip("v").split(".")[0] or 0)


def install_node() -> None:
    """Install what the pages load, exactly as package-lock.json says."""
    locks = (ROOT / "package.json", ROOT / "package-lock.json")
    wanted = fingerprint(*locks)
    if (ROOT / "node_modules/.package-lock.json").is_file() and is_stamped("node", wanted):
        return
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise StopError("linli needs Node 20 or newer with npm, and finds none: install nodejs.")
    if node_version(node) < OLDEST_NODE:
        raise StopError("linli needs Node 20 or newer: the one on PATH is older.")
    print("Installing package-lock.json", flush=True)
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp("node", wanted)


def main() -> int:
    """Install what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", nargs="+", choices=["runtime", "dev", "node"])
    started = time.monotonic()
    try:
        for what in parser.parse_args().what:
            if what == "node":
                install_node()
            else:
                install_python(what)
    except StopError as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    if time.monotonic() - started > 1:
        print(f"Installed in {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
