"""Facts that belong to steps: dispatches, pauses, extensions, calls, merges, escalations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, Unit
from linli.cases.models.cases import Case
from linli.cases.models.categories import DispatchRule
from linli.cases.models.choices import (
    EscalationKind,
    LimitUnit,
    PauseReason,
    Satisfaction,
    Solved,
)
from linli.kernel.ids import new_id


class Dispatch(models.Model):
    """To whom a case was given, and what had been proposed: the accuracy is counted here."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="dispatches", on_delete=models.PROTECT)
    proposed = models.ForeignKey(Unit, null=True, related_name="+", on_delete=models.PROTECT)
    rule = models.ForeignKey(DispatchRule, null=True, on_delete=models.PROTECT)
    chosen = models.ForeignKey(Unit, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField()
    sent_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id} -> {self.chosen_id}"


class Pause(models.Model):
    """A time in which the clock stood still, and for whom."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="pauses", on_delete=models.PROTECT)
    reason = models.CharField(_("reason"), max_length=16, choices=PauseReason)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="cases_one_open_pause", condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="cases_pause_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since} - {self.until or ''}"


class Extension(models.Model):
    """More time, asked before the deadline; granted or refused with a reason."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="extensions", on_delete=models.PROTECT)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("counted in"), max_length=16, choices=LimitUnit)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="cases_one_open_extension", condition=Q(granted__isnull=True)
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="cases_extension_positive"),
        ]

    def __str__(self) -> str:
        return f"+{self.amount} {self.unit}"


class Merge(models.Model):
    """A duplicate joined to another case; undone without loss."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="merges", on_delete=models.PROTECT)
    into = models.ForeignKey(Case, related_name="duplicates", on_delete=models.PROTECT)
    previous_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="cases_one_open_merge", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(condition=~Q(case=models.F("into")), name="cases_merge_other"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.into_id}"


class Call(models.Model):
    """One try to call the reporter back; not reached is its own bucket."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="calls", on_delete=models.PROTECT)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    reached = models.BooleanField(_("reached"))
    solved = models.CharField(_("solved"), max_length=12, choices=Solved, blank=True)
    satisfaction = models.CharField(
        _("satisfaction"), max_length=12, choices=Satisfaction, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=True, solved__gt="", satisfaction__gt="")
                | Q(reached=False, solved="", satisfaction=""),
                name="cases_call_answers_only_if_reached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.solved or '-'}"


class Rating(models.Model):
    """What the reporter says of the end; one for each closing."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="ratings", on_delete=models.PROTECT)
    at = models.DateTimeField()
    solved = models.CharField(_("solved"), max_length=12, choices=Solved)
    satisfaction = models.CharField(_("satisfaction"), max_length=12, choices=Satisfaction)
    closing = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "closing"], name="cases_one_rating_a_closing"),
        ]

    def __str__(self) -> str:
        return self.satisfaction


class Escalation(models.Model):
    """Somebody is called to a case by name, and acknowledges by name."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, related_name="escalations", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=EscalationKind)
    occasion = models.CharField(max_length=40)
    to = models.ForeignKey(Person, related_name="escalations", on_delete=models.PROTECT)
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        Person, null=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        constraints = [
            # The same occasion calls the same person once, however often the job runs.
            models.UniqueConstraint(
                fields=["case", "kind", "occasion", "to"], name="cases_escalation_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to", "at"],
                name="cases_escalation_open",
                condition=Q(acknowledged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
