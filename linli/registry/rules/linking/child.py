"""The engine in a process of its own: rows go in, pairs come back, its memory is free again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import linli
from linli.registry.rules.linking.choosing import Found
from linli.registry.rules.linking.rows import Row

_ENGINE = (
    "import sys; from linli.registry.rules.linking.engine import main;"
    " sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))"
)
# What a program needs to start, and nothing of ours: no address of a database, no place of keys.
_HANDED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class EngineFailed(Exception):
    """The engine ended before its answer; ``kind`` is the name of the error, or empty."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Child:
    """One search for one kind of record. Used as a context; it is ended with it."""

    def __init__(self, kind: str) -> None:
        environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        environment["PYTHONPATH"] = str(Path(linli.__file__).parent.parent)
        self.counts: dict[str, Any] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-c", _ENGINE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # An error's text may quote a value.
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._write({"kind": kind})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, also in the middle of its work."""
        for stream in (self._input, self._output):
            with suppress(OSError):
                stream.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        return self._process.stdout

    def _write(self, told: object) -> None:
        # A child that ended says why in its answer.
        with suppress(BrokenPipeError):
            self._input.write(json.dumps(told).encode() + b"\n")

    def send(self, rows: Sequence[Row]) -> None:
        """Hand over a chunk of rows; they are numbered from 0 in their order."""
        self._write(rows)

    def pairs(self) -> Iterator[Found]:
        """Yield the pairs, the likest first; ``counts`` is there after the last.

        Raises EngineFailed where the engine ended early.
        """
        with suppress(BrokenPipeError):
            self._input.close()
        for line in self._output:
            told = json.loads(line)
            if "pair" in told:
                first, second, likeness, says = told["pair"]
                yield Found(first, second, likeness, tuple(says))
            elif "failed" in told:
                raise EngineFailed(told["failed"])
            else:
                self.counts = told
        if not self.counts:
            raise EngineFailed("")
