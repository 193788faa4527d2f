"""Records that may be the same, what a person said of them, and the searches for them."""

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

    ``likeness`` goes from 0 to 1 and orders the list; no page shows it. ``reasons`` are codes of
    what agrees and what differs, never a value. When they are the same, ``kept`` is the one that
    goes on, and ``moved`` holds what went over to it, by which the merge can be undone.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordKind)
    first = models.UUIDField()
    second = models.UUIDField()
    likeness = models.FloatField()
    reasons = models.JSONField(default=list, blank=True)
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


class SearchState(models.TextChoices):
    """How far a search for doubles has come."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class DoublesSearch(models.Model):
    """One comparison of all records with each other; one at a time.

    ``done`` of ``total`` records were read; ``seen_at`` is when the search last said so.
    ``counts``: by kind of record how many were compared, found, newly noted, left out because
    there are too many, and how many values are shared by too many to count. ``trouble`` names an
    error.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    state = models.CharField(_("state"), max_length=10, choices=SearchState)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="registry_search_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=("waiting", "running")),
                name="registry_search_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.state}"
