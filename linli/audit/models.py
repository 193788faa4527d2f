"""Events that are only ever added; the database refuses to change or delete them."""

from django.db import models

from linli.audit.rules import GENESIS, Link


class Lane(models.Model):
    """The head of one chain of events."""

    lane = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(default=GENESIS, max_length=32)

    def __str__(self) -> str:
        return f"{self.lane}:{self.seq}"


class Event(models.Model):
    """One act or one read of person data. The key is the id that the client made."""

    id = models.UUIDField(primary_key=True)
    lane = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField()
    verb = models.CharField(max_length=64)
    actor = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    fingerprint = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)
    detail = models.TextField(null=True)
    detail_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "seq"], name="audit_event_place"),
        ]
        indexes = [
            models.Index(fields=["subject", "received_at"], name="audit_event_subject"),
            # Only reads pay for it; reads_of_person_data says the condition in the same words.
            models.Index(
                fields=["received_at", "lane", "seq"],
                name="audit_event_reads",
                condition=models.Q(verb__gte="read.") & models.Q(verb__lt="read/"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.lane}:{self.seq}"

    def link(self) -> Link:
        """Return what of this event goes into its hash."""
        return Link(
            id=self.id,
            lane=self.lane,
            seq=self.seq,
            verb=self.verb,
            actor=self.actor,
            subject=self.subject,
            at=self.at,
            received_at=self.received_at,
            fingerprint=bytes(self.fingerprint),
            detail_hash=bytes(self.detail_hash),
        )


class Checkpoint(models.Model):
    """The heads of all chains at one moment, published outside."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    heads = models.TextField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.digest[:12]}"


class Quarantined(models.Model):
    """A second body that came under a used id: sealed, and kept for a person to look at."""

    id = models.UUIDField(primary_key=True)
    act_id = models.UUIDField(db_index=True)
    verb = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    wrapped_key = models.BinaryField()
    body = models.BinaryField()
    settled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.act_id}"


class Tombstone(models.Model):
    """A subject whose content was erased; its ids answer 410 for ever."""

    subject = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.subject)
