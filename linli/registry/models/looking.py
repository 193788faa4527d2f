"""Who looked at whom: unmaskings with their reason, emergencies, exports by two people."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.registry.models.changes import RecordKind
from linli.registry.models.people import Resident


class Purpose(models.TextChoices):
    """What somebody looks a person up for; a resident reads it beside who looked."""

    CALLER = "caller", _("they called or wrote and are answered")
    VISIT = "visit", _("a visit or a call is due")
    SERVICE = "service", _("a service or a certificate they asked for")
    SAFETY = "safety", _("safety where they live")
    UPDATE = "update", _("their facts are brought up to date")
    LAW = "law", _("a law obliges")


class Errand(models.TextChoices):
    """Why a page of a record is open to somebody; a resident reads it beside who looked.

    Nobody types it: it follows from what they do there and from what opens the record to them.
    """

    KEEPER = "keeper", _("keeps the records of this grid")
    OVERSIGHT = "oversight", _("oversees the records of this area")
    DESK = "desk", _("answers residents who call, write or come in")
    HELPER = "helper", _("works on this help")
    EMERGENCY = "emergency", _("an emergency, of which two others were told")
    FORM = "form", _("fills in what is missing or old")
    DECIDES = "decides", _("decides about a change that waits")
    OBJECTION = "objection", _("decides about an objection")
    DOUBLES = "doubles", _("finds out whether two records are of one person")
    ALIKE = "alike", _("makes a new record, and sees whether there is one already")


class Unmasking(models.Model):
    """One field of one resident shown in full to one person, for a reason, after it was said."""

    id = models.UUIDField(primary_key=True, default=new_id)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="unmaskings")
    field = models.CharField(_("field"), max_length=40)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose, default=Purpose.SERVICE
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["by", "at"], name="registry_unmasking_by"),
            models.Index(fields=["resident", "at"], name="registry_unmasking_of"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="registry_unmasking_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.at}"


class BreakGlass(models.Model):
    """One resident opened in an emergency: an hour, to be read only, told to two, reviewed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    told = models.ManyToManyField(Person, related_name="+")
    review_by = models.DateField(_("to be reviewed by"))
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    was_right = models.BooleanField(_("was right"), null=True)
    finding = models.CharField(_("finding"), max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="registry_emergency_reason"),
            models.CheckConstraint(
                condition=Q(until__lte=F("at") + timedelta(minutes=60)),
                name="registry_emergency_hour",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("by")),
                name="registry_emergency_other_reviews",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.at}"


class ExportState(models.TextChoices):
    """How far an export has come."""

    ASKED = "asked", _("waiting for a second person")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", pgettext_lazy("an approval", "refused")


class Export(models.Model):
    """Records of persons that leave the house: asked for by one, approved by another.

    ``form``: the texts of another office's form that they are written into, with name and key of
    each column; empty for an export of residents in columns of our own.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    purpose = models.CharField(_("purpose"), max_length=200)
    basis = models.CharField(_("legal basis"), max_length=160)
    area = models.CharField(_("area"), max_length=15)
    fields = models.JSONField(default=list)
    kind = models.CharField(max_length=16, choices=RecordKind, default=RecordKind.RESIDENT)
    form = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.ASKED)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="registry_export_purpose"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("by")),
                name="registry_export_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.at}"
