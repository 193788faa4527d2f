"""How many records each grid has: derived from them, kept for speed, and rebuilt at any time."""

from django.db import models
from django.db.models import F, Q

from linli.kernel.ids import new_id
from linli.registry.models.changes import RecordKind


class GridCount(models.Model):
    """Records of one kind in one grid: all, those with their chief fact, those confirmed lately.

    ``code`` is the grid's, or empty for records that lie in none.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=15, blank=True)
    kind = models.CharField(max_length=16, choices=RecordKind)
    records = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    fresh = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "kind"], name="registry_count_once"),
            models.CheckConstraint(
                condition=Q(complete__lte=F("records"), fresh__lte=F("records")),
                name="registry_count_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
