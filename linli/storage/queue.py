"""One fair queue for the writers of a SQLite file.

SQLite lets waiting writers poll, so one of many may wait for seconds. Here writers of one
process line up in order of arrival, and the processes of one tree take turns by a file lock.
"""

import fcntl
import os
import threading
from collections import deque
from pathlib import Path


class WriteQueue:
    """First come, first served, across the threads and processes that share one file."""

    def __init__(self, lock_file: Path | None) -> None:
        """Keep the queue in memory, and across processes in ``lock_file`` if one is given."""
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False
        # A bare descriptor: it stays open as long as the process.
        self._handle = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600) if lock_file else None

    def enter(self) -> None:
        """Wait for this thread's turn."""
        with self._guard:
            ticket = None
            if self._held:
                ticket = threading.Lock()
                ticket.acquire()
                self._waiting.append(ticket)
            self._held = True
        if ticket is not None:
            ticket.acquire()
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Let the next one in."""
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


_queues: dict[tuple[int, str], WriteQueue] = {}
_queues_guard = threading.Lock()


def queue_for(database_name: str, process_id: int) -> WriteQueue:
    """Return the queue of one database file in one process (a fork gets its own handle)."""
    key = (process_id, database_name)
    with _queues_guard:
        if key not in _queues:
            on_disk = ":memory:" not in database_name and "mode=memory" not in database_name
            lock_file = Path(database_name + ".writers") if on_disk else None
            _queues[key] = WriteQueue(lock_file)
        return _queues[key]
