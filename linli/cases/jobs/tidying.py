"""Dropping uploads whose preview nobody confirmed."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from linli.storage.files import remove_old_folders

# A preview nobody confirmed for so long is not confirmed any more.
KEPT = timedelta(days=7)


def forget_unconfirmed(*, at: datetime) -> int:
    """Remove the uploads that wait for a confirmation since more than KEPT; returns how many.

    They lie in rooms named "waiting…" under LINLI_IMPORTS. A refused file and its report lie
    beside these rooms, and stay.
    """
    rooms = Path(settings.LINLI_IMPORTS).glob("waiting*/")
    return remove_old_folders(rooms, at - KEPT)
