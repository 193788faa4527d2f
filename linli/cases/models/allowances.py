"""How much strangers have lately done; keyed by a hash, so that no address is kept."""

from django.db import models


class Allowance(models.Model):
    """A bucket of tokens that fills with time. ``key`` is a keyed hash of purpose and address."""

    key = models.CharField(primary_key=True, max_length=64)
    tokens = models.FloatField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.tokens:.1f}"
