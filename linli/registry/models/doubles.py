"""Records that may be the same, and what a person said of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.registry.models.changes import RecordKind


class PairState(models.TextChoices):
    """What was said of two records."""

    OPEN = "open", _("to be decided")
    SAME = "same", _("the same")
    DIFFERENT = "different", _("not the same")


class Pair(models.Model):
    """Two records that look alike; the smaller id stands first, so that a pair is there once.

    ``likeness`` goes from 0 to 1. When they are the same, ``kept`` is the one that goes on, and
    ``moved`` holds what went over to it, by which the merge can be undone.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordKind)
    first = models.UUIDField()
    second = models.UUIDField()
    likeness = models.FloatField()
    state = models.CharField(max_length=10, choices=PairState, default=PairState.OPEN)
    kept = models.UUIDField(null=True)
    moved = models.JSONField(default=dict, blank=True)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="registry_pair_order"),
            models.CheckConstraint(
                condition=Q(likeness__range=(0, 1)), name="registry_pair_likeness"
            ),
            models.UniqueConstraint(fields=["first", "second"], name="registry_pair_once"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-likeness"], condition=Q(state="open"), name="registry_pair_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.second}"
