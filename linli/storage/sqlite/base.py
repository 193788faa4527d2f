"""Django's SQLite backend, refusing an unsafe library and lining up its writers."""

import os
import sqlite3
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base

from linli.storage.library import refusal_of_library
from linli.storage.queue import WriteQueue, queue_for


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; every transaction holds the write queue from BEGIN to its end."""

    _queue: WriteQueue | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file, unless the linked SQLite could lose what it is given."""
        refusal = refusal_of_library(sqlite3.sqlite_version_info)
        if refusal:
            raise ImproperlyConfigured(refusal)
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        queue = queue_for(str(self.settings_dict["NAME"]), os.getpid())
        queue.enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            queue.leave()
            raise
        self._queue = queue

    def _leave_queue(self) -> None:
        if self._queue is not None:
            queue, self._queue = self._queue, None
            queue.leave()

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._leave_queue()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave_queue()
