"""Dropping uploads whose preview nobody confirmed, and what a killed process left behind."""

import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from linli.storage.files import remove_old_folders

# A preview nobody confirmed for so long is not confirmed any more.
KEPT = timedelta(days=7)
# No workbook is written for so long.
_WRITTEN = timedelta(hours=1)


def forget_unconfirmed(*, at: datetime) -> int:
    """Remove the uploads that wait for a confirmation since more than KEPT; returns how many.

    They lie in rooms named "waiting…" under LINLI_IMPORTS. A refused file and its report lie
    beside these rooms, and stay.
    """
    rooms = Path(settings.LINLI_IMPORTS).glob("waiting*/")
    return remove_old_folders(rooms, at - KEPT)


def forget_torn_workbooks(*, at: datetime) -> int:
    """Remove sheets that openpyxl was writing when its process was killed; returns how many.

    It writes each sheet into a file of the folder for temporary files, and it may be of persons.
    """
    gone = 0
    for path in Path(tempfile.gettempdir()).glob("openpyxl.*"):
        # Another may have removed it, or it may be another's.
        with suppress(OSError):
            if path.stat().st_mtime < (at - _WRITTEN).timestamp():
                path.unlink()
                gone += 1
    return gone
