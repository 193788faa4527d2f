"""Start a server, wait until it answers, weigh it, stop it.

Everything compared runs under granian in WSGI mode, the server people will run.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.places import REPOSITORY, data


@dataclass(frozen=True)
class Program:
    """What to run. ``python`` is the interpreter of the environment it belongs to."""

    command: list[str]
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    ready_path: str = "/"
    ready_within: float = 60.0


@dataclass
class Running:
    """A server that answers. ``started_in``: seconds from the command to the first answer."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def memory(self) -> float:
        """Return megabytes held by the whole process tree; shared pages count once.

        Proportional set size, from the kernel's own accounting: forked workers share what they
        loaded before the fork, and resident size would count that once for each of them.
        """
        return sum(_proportional(pid) for pid in _tree(self.process.pid)) / 1e6


def _tree(pid: int) -> list[int]:
    """Return a process and all its descendants, as the kernel lists them."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
    return found


def _proportional(pid: int) -> int:
    """Return a process's share of memory in bytes; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def granian(
    python: Path, application: str, *, port: int, workers: int = 1, threads: int = 4
) -> list[str]:
    """Return the command that serves a WSGI application with granian."""
    return [
        str(python),
        "-m",
        "granian",
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--backpressure", "128", "--no-ws", "--log-level", "warning"),
        application,
    ]


def _answers(port: int, path: str) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500  # a refusal is an answer, a failure is none
    except OSError:
        return False
    return True


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            message = f"Something already listens on port {port}. Stop it and run the bench again."
            raise RuntimeError(message)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def running(program: Program) -> Iterator[Running]:
    """Run the program in a process group of its own until the block ends."""
    _refuse_taken(program.port)
    log = data() / f"server-{program.port}.log"
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            program.command,
            env={**os.environ, **program.environment},
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not _answers(program.port, program.ready_path):
            late = time.perf_counter() - started > program.ready_within
            if late or process.poll() is not None:
                tail = log.read_text(errors="replace")[-1500:]
                message = f"{program.command[2:4]} did not start; the end of its log:\n{tail}"
                raise RuntimeError(message)
            time.sleep(0.02)
        yield Running(process, program.port, time.perf_counter() - started)
    finally:
        _stop(process)


def empty_server(port: int) -> Program:
    """Return the program that answers and does nothing else."""
    command = granian(Path(sys.executable), "benchmarks.empty_wsgi:application", port=port)
    return Program(command, port)
