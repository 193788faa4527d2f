"""Write the lock files, and say offline whether they are in step.

``write`` resolves pyproject.toml into requirements/runtime.lock and requirements/dev.lock
(exact versions, hashes, no address); the first line of each holds a hash of the tables it
was made from. ``check`` compares that hash, and package-lock.json with package.json.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"runtime": [], "dev": ["dev"]}
ADDRESS = re.compile(r"\b[a-z][a-z+]*://", re.IGNORECASE)
# Hashes stand below their package, indented; what begins a line says where to look for packages.
OPTION = re.compile(r"^-", re.MULTILINE)
HEADER = "# Made by `python -m tools.locks write` from pyproject.toml: "


def lock_path(name: str, root: Path = ROOT) -> Path:
    """Return where a lock file lies."""
    return root / "requirements" / f"{name}.lock"


def tables_hash(extras: list[str], root: Path = ROOT) -> str:
    """Return the hash of the dependency tables a lock is made from."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    tables = [sorted(project["dependencies"]), project["requires-python"]]
    tables += [sorted(project["optional-dependencies"][extra]) for extra in extras]
    return hashlib.sha256(json.dumps(tables).encode()).hexdigest()


def write(upgrade: bool) -> None:
    """Resolve both lock files; the dev lock is held to the versions of the runtime lock."""
    for name, extras in LOCKS.items():
        target = lock_path(name)
        target.parent.mkdir(exist_ok=True)
        kept = [] if upgrade or not target.exists() else target.read_text().splitlines()
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / target.name
            out.write_text("\n".join(kept) + "\n")
            command = [sys.executable, "-m", "piptools", "compile", "pyproject.toml", "--quiet"]
            command += ["--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-header"]
            # No option at all goes into the file: neither where packages come from nor how.
            command += ["--no-emit-options", "--no-annotate", f"--output-file={out}"]
            command += [f"--extra={extra}" for extra in extras]
            if extras:
                command += [f"--constraint={lock_path('runtime')}"]
            subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.PIPE)
            lines = [line for line in out.read_text().splitlines() if not line.startswith("#")]
        body = "\n".join(lines).strip()
        target.write_text(f"{HEADER}{tables_hash(extras)}\n{body}\n")
        print(f"{target.relative_to(ROOT)}: {body.count('==')} packages")


def write_node() -> None:
    """Resolve package-lock.json, without the addresses of those who ask for donations."""
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(npm, cwd=ROOT, check=True)
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def python_faults(root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with the Python locks, one sentence each."""
    for name, extras in LOCKS.items():
        path = lock_path(name, root)
        if not path.exists():
            yield f"requirements/{name}.lock is missing: run `make lock`."
            continue
        text = path.read_text()
        if text.splitlines()[0] != HEADER + tables_hash(extras, root):
            yield f"requirements/{name}.lock is older than pyproject.toml: run `make lock`."
        if ADDRESS.search(text) or OPTION.search(text):
            yield f"requirements/{name}.lock holds an address: a lock holds versions and hashes."
        for block in re.split(r"\n(?=\S)", text.split("\n", 1)[1].strip()):
            if "==" not in block or "--hash=sha256:" not in block:
                yield f"requirements/{name}.lock: no exact version or hash: {block.splitlines()[0]}"


def node_faults(root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with package-lock.json, one sentence each."""
    wanted = json.loads((root / "package.json").read_text())
    text = (root / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    for table in ("dependencies", "devDependencies"):
        if wanted.get(table, {}) != packages[""].get(table, {}):
            yield f"package-lock.json is not in step with {table} of package.json: run `make lock`."
        for package, version in wanted.get(table, {}).items():
            if not re.fullmatch(r"\d+(\.\d+)+", version):
                yield f"package.json asks for {package} {version}: name one exact version."
    if '"resolved"' in text or ADDRESS.search(text):
        yield "package-lock.json holds addresses: run `make lock` (.npmrc leaves them out)."
    for path, package in packages.items():
        if path and not ({"version", "integrity"} <= package.keys()):
            yield f"package-lock.json: {path} has no exact version or hash."


def check(root: Path = ROOT) -> list[str]:
    """Return every fault of every lock file."""
    return [*python_faults(root), *node_faults(root)]


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["write", "check"])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    arguments = parser.parse_args()
    if arguments.what == "write":
        write(arguments.upgrade)
        write_node()
    faults = check()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
