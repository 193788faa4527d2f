"""Reading a file that is sent by a page: a small one at once, a large one while its page waits.

A large file lies meanwhile where it came in, in a temporary file without a name: it goes with
this process, and no other can find it.
"""

import io
import logging
import os
import threading
from typing import IO, Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.registry.actions.importing import control
from linli.registry.imports import waiting
from linli.registry.imports.pipeline import Cancelled
from linli.registry.imports.waiting import Asked, Note

logger = logging.getLogger(__name__)

# So much is read within a second.
AT_ONCE_BYTES = 3 * 1024 * 1024
# Whoever is told that a file is being read finds a sign of it.
_MOST_SECONDS = 10


def take_in(run: UUID, upload: Any, asked: Asked) -> threading.Thread | None:
    """Keep a clean copy of an uploaded file; returns the thread that still reads a large one."""
    if (upload.size or 0) <= AT_ONCE_BYTES:
        waiting.leave(run, upload, asked)
        return None
    waiting.note(run, Note(asked, state=waiting.READING))
    begun = threading.Event()
    told = (run, _own(upload), asked, get_language() or "zh-hans", begun)
    reader = threading.Thread(target=_read, args=told, name="linli-reader", daemon=True)
    reader.start()
    begun.wait(_MOST_SECONDS)
    return reader


def _own(upload: Any) -> IO[bytes]:
    """Return the file of an upload so that it stays open when the request closes its own."""
    try:
        return os.fdopen(os.dup(upload.fileno()), "rb")
    except (AttributeError, OSError):
        upload.seek(0)
        return io.BytesIO(upload.read())


def _read(
    run: UUID, stream: IO[bytes], asked: Asked, language: str, begun: threading.Event
) -> None:
    def watch(rows: int) -> None:
        control.report_progress(run, rows)
        if control.is_cancelled(run):
            raise Cancelled

    with stream, control.held(run), translation.override(language):
        begun.set()
        try:
            waiting.leave(run, stream, asked, watch)
        except Cancelled:
            why = _("It was stopped before the file was read; nothing of it is here.")
            waiting.note(run, Note(asked, state=waiting.BROKEN, why=why))
        except Exception:
            logger.exception("A file could not be read.")
            why = _("Something went wrong here; nothing was stored.")
            waiting.note(run, Note(asked, state=waiting.FAILED, why=why))
