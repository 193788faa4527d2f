"""What the public board said of a month that is over."""

from django.db import models


class FrozenMonth(models.Model):
    """The counts of a month as they stood some days after its end; they change no more.

    ``month`` is local, as 2026-11. Who compares two days of the board learns nothing of a case
    that was voided, merged or taken up again in between.
    """

    month = models.CharField(primary_key=True, max_length=7)
    received = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month
